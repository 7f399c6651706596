"""The bar of a class, at the top of every page: guests choose whether they follow the host, and hosts gather them."""

from streamlit import config

from ganlab.ui.shared import hosts
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.class_gate import PLACE


def show() -> None:
    """Draws it; nothing where there is no class."""
    if not hosts.is_class():
        return
    below = str(config.get_option("server.baseUrlPath")).strip("/")
    root = f"/{below}/" if below else "/"
    about = {"host": hosts.is_host(), "root": root, "door": f"{root.rstrip('/')}{PLACE}"}
    component("ganlab_class_bar", "shared/class_bar")(key="class-bar", data=about)
