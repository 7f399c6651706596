"""A class for browser tests: a server of its own that listens to the network, and guests without a browser."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from ganlab.ui.shared.class_server import own_address
from tests.e2e.conftest import Server
from tests.e2e.steps import until


class Class(Server):
    """`address` is that of its host, on the same machine, and `others` the one where guests come in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "--server.address", "0.0.0.0")
        self.others = f"http://{own_address()}:{self.port}"
        until(lambda: "Host link:" in self.log.read_text(), 10)

    @property
    def link(self) -> str:
        """The host link that was printed when the server started."""
        (found,) = re.findall(r"Host link: (\S+)", self.log.read_text())
        return found

    def refused(self) -> list[str]:
        """The lines of the log on what was refused."""
        return [line.split(" ", 1)[1] for line in self.log.read_text().splitlines() if " Refused to " in line]


class Raw:
    """Somebody who speaks to the server by websocket, and shows nothing."""

    def __init__(self, address: str, page: str, query: str = "", session: str = "", **headers: str) -> None:
        self.page, self.query = page, query
        self.session = ""
        self.buttons: dict[str, str] = {}  # the id of each button that was drawn, by its label
        self.texts: list[str] = []
        self.runs = 0
        protocols: Any = ["streamlit", *(["none", session] if session else [])]  # as a browser names its session
        stream = f"ws://{address.split('://')[1]}/_stcore/stream"
        said = {"Origin": address, **headers}
        opened = connect(stream, subprotocols=protocols, additional_headers=said, max_size=None)
        self.left = contextlib.ExitStack()
        self.socket: ClientConnection = self.left.enter_context(opened)

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.left.close()

    def send(self, message: BackMsg | bytes) -> None:
        self.socket.send(message if isinstance(message, bytes) else message.SerializeToString())

    def ask(self, *pressed: str, query: str | None = None) -> BackMsg:
        """A request for the page, as a browser makes it where buttons with these ids were pressed."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query if query is None else query
        for one in pressed:
            message.rerun_script.widget_states.widgets.add(id=one, trigger_value=True)
        return message

    def draw(self, *pressed: str, query: str | None = None, seconds: float = 60.0) -> "Raw":
        """Asks for the page and takes what comes until it stands."""
        before = self.runs
        self.send(self.ask(*pressed, query=query))
        self.take(lambda: self.runs > before, seconds)
        return self

    def take(self, over: Callable[[], bool], seconds: float) -> None:
        while not over():
            data = self.socket.recv(timeout=seconds)
            assert isinstance(data, bytes)
            self._hear(ForwardMsg.FromString(data))

    def _hear(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            self.buttons, self.texts = {}, []
        elif kind == "script_finished":
            self.runs += message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        elif kind == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id
            self.texts += [element.markdown.body, element.alert.body]
