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
    def __init__(self, page: str, query: str) -> None:
        self.page, self.query = page, query
        self.answered = self.bytes = self.largest = self.updates = 0
        self.waits: list[float] = []
        self.asked = 0.0

    def question(self, fragment: str = "") -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        if fragment:
            message.rerun_script.fragment_id = fragment
            message.rerun_script.is_auto_rerun = True
        return message.SerializeToString()

    async def poll(self, socket: websockets.ClientConnection, interval: float, fragment: str) -> None:
        while True:
            await asyncio.sleep(interval)
            self.asked = time.perf_counter()
            await socket.send(self.question(fragment))

    async def run(self, address: str, seconds: float) -> None:
        stream = f"ws://{urlsplit(address).netloc}/_stcore/stream"
        polling: dict[str, asyncio.Task] = {}
        async with websockets.connect(stream, subprotocols=["streamlit"], max_size=None) as socket:  # pyright: ignore
            await socket.send(self.question())
            end = time.monotonic() + seconds
            report = time.monotonic() + 1
            answer = 0
            while time.monotonic() < end:
                try:
                    data = await asyncio.wait_for(socket.recv(), 1.0)
                except TimeoutError:
                    data = b""
                if isinstance(data, bytes) and data:
                    message = ForwardMsg.FromString(data)
                    kind = message.WhichOneof("type")
                    answer += len(data)
                    if kind == "auto_rerun":
                        poll = message.auto_rerun
                        if poll.fragment_id in polling:
                            polling[poll.fragment_id].cancel()
                        polling[poll.fragment_id] = asyncio.create_task(
                            self.poll(socket, poll.interval, poll.fragment_id)
                        )
                    elif kind == "script_finished":
                        self.answered += 1
                        self.bytes, self.largest, answer = answer, max(self.largest, answer), 0
                        if self.asked:
                            self.waits.append(time.perf_counter() - self.asked)
                if time.monotonic() >= report:
                    report += 1
                    waits = sorted(self.waits[-20:])
                    print(
                        json.dumps(
                            {
                                "polls": self.answered,
                                "bytes": self.bytes,
                                "largest": self.largest,
                                "answer_ms": round(1000 * waits[len(waits) // 2], 1) if waits else None,
                            }
                        ),
                        flush=True,
                    )


async def main(address: str, page: str, query: str, seconds: str = "1e9", clients: str = "1") -> None:
    await asyncio.gather(*(Client(page, query).run(address, float(seconds)) for _ in range(int(clients))))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
