"""The app's server: Streamlit's own, with a class opened before anybody can connect where it listens to a network."""

from typing import Any

from streamlit.web import bootstrap
from streamlit.web.cli import main

from ganlab.ui.shared.class_server import open_where_served

STARTED = "_on_server_start"


def open_at_the_start() -> None:
    """Has Streamlit open the class as soon as it serves; without that, the first page does."""
    started = getattr(bootstrap, STARTED, None)
    if started is None:
        return

    def start(server: Any) -> None:
        started(server)
        open_where_served()

    setattr(bootstrap, STARTED, start)


if __name__ == "__main__":
    open_at_the_start()
    main(prog_name="streamlit")
