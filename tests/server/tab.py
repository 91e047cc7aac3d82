"""A client of the socket, as a tab of a browser is one."""

from __future__ import annotations

import json
from contextlib import contextmanager

from websockets.sync.client import connect

PATIENCE_S = 30


class Tab:
    """One open socket; ``frames`` is all that came."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = []
        self.hello = self.next()

    def next(self, timeout_s=PATIENCE_S):
        """The next frame but beats."""
        while True:
            frame = json.loads(self.socket.recv(timeout=timeout_s))
            if frame["event"] != "beat":
                self.frames.append(frame)
                return frame

    def send(self, **fields):
        self.socket.send(json.dumps(fields))

    def ask(self, topic, **fields):
        self.send(op="subscribe", topic=topic, **fields)

    def subscribe(self, topic, **fields):
        """The answer; what other topics tell meanwhile is kept in ``frames``."""
        self.ask(topic, **fields)
        return self.until("subscribed", topic=topic)

    def until(self, event, **fields):
        """The next frame of an event with these fields."""
        while True:
            frame = self.next()
            if frame["event"] == event and fields.items() <= frame.items():
                return frame

    def until_status(self, event, run_id, status, **fields):
        while True:
            run = self.until(event, **fields)["run"]
            if run["id"] == run_id and run["status"] == status:
                return run

    def of(self, *events):
        return [frame for frame in self.frames if frame["event"] in events]

    def lines(self):
        return [line for frame in self.of("logs_added") for line in frame["logs"]]

    def results(self):
        return [result for frame in self.of("results_added") for result in frame["results"]]


def run_topic(run):
    return f"experiments:run:{run['id']}"


@contextmanager
def tab(served, **options):
    given = {"proxy": None, "compression": None, "max_size": None} | options
    with connect(f"ws://127.0.0.1:{served.port}/api/live", **given) as socket:
        yield Tab(socket)
