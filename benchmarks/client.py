"""A client that polls a page as a browser does, and draws nothing: `python -m benchmarks.client ADDRESS PAGE QUERY
[SECONDS [CLIENTS]]`.

It opens a session of the app by its websocket, asks for the page, and asks anew for whatever the page wants to be
asked for every so often. Each second it prints a line of JSON: how many polls were answered, and the largest answer.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Client:
    """`waits` are the seconds until each question was answered, but for the first, which draws the page; `problems`
    are what the page could not draw."""

    def __init__(self, page: str, query: str) -> None:
        self.page, self.query = page, query
        self.answered = self.bytes = self.largest = 0
        self.waits: list[float] = []
        self.problems: list[str] = []
        self._asked = 0.0  # when the last question was asked, 0 once it is answered
        self._answer = 0
        self._polling: dict[str, asyncio.Task] = {}

    def question(self, fragment: str = "", polls: bool = True, **states: str) -> bytes:
        """Asks for the page, or for a fragment of it; `states` are the values, as JSON, of components by their ids."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        if fragment:
            message.rerun_script.fragment_id = fragment
            message.rerun_script.is_auto_rerun = polls
        for name, value in states.items():
            message.rerun_script.widget_states.widgets.add(id=name, json_value=value)
        return message.SerializeToString()

    async def ask(self, question: bytes) -> None:
        self._asked = time.perf_counter()  # where the one before was left out, as many watch, this one is answered
        await self.socket.send(question)

    async def poll(self, interval: float, fragment: str) -> None:
        while True:
            await asyncio.sleep(interval)
            await self.ask(self.question(fragment))

    async def run(self, address: str, seconds: float) -> None:
        """Opens the page at this address and polls it for so many seconds."""
        stream = f"ws://{urlsplit(address).netloc}/_stcore/stream"
        said = {"Origin": address}
        async with websockets.connect(
            stream,
            subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType]
            additional_headers=said,
            max_size=None,
        ) as self.socket:
            await self.socket.send(self.question())
            try:
                async with asyncio.timeout(seconds):
                    while True:
                        data = await self.socket.recv()
                        if isinstance(data, bytes):
                            self._answer += len(data)
                            self.hear(ForwardMsg.FromString(data))
            except TimeoutError:
                pass  # as was asked
            finally:
                for poll in self._polling.values():
                    poll.cancel()

    def hear(self, message: ForwardMsg) -> None:
        """Takes a message of the server's."""
        kind = message.WhichOneof("type")
        if kind == "auto_rerun":
            poll = message.auto_rerun
            if poll.fragment_id in self._polling:
                self._polling[poll.fragment_id].cancel()
            self._polling[poll.fragment_id] = asyncio.create_task(self.poll(poll.interval, poll.fragment_id))
        elif kind == "script_finished":
            self.answered += 1
            self.bytes, self.largest, self._answer = self._answer, max(self.largest, self._answer), 0
            if self._asked:
                self.waits.append(time.perf_counter() - self._asked)
                self._asked = 0.0
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            self.problems.append(message.delta.new_element.exception.message)

    async def report(self) -> None:
        """Prints each second how it goes."""
        while True:
            await asyncio.sleep(1.0)
            waits = sorted(self.waits[-20:])
            middle = round(1000 * waits[len(waits) // 2], 1) if waits else None
            found = {"polls": self.answered, "bytes": self.bytes, "largest": self.largest, "answer_ms": middle}
            print(json.dumps(found), flush=True)


async def main(address: str, page: str, query: str, seconds: str = "1e9", clients: str = "1") -> None:
    several = [Client(page, query) for _ in range(int(clients))]
    reports = [asyncio.create_task(client.report()) for client in several]
    await asyncio.gather(*(client.run(address, float(seconds)) for client in several))
    for report in reports:
        report.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
