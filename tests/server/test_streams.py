"""Streams: nothing is skipped, nobody is kept waiting, whoever goes is forgotten."""

from __future__ import annotations

import json
from contextlib import ExitStack

import httpx
import psutil
from raw import connection, head
from served import until

LINES = 20_000


def test_a_flood_is_told_whole_to_one_who_is_cut_off_again_and_again(served):
    run = served.start("flood", lines=LINES)
    told, after, ended = [], {}, False
    while not ended:
        for number, event in enumerate(served.events(run["id"], **after)):
            told += [line["line"] for line in event.get("logs", ())]
            after = {"after": event["cursor"]} if "cursor" in event else after
            ended = event.get("run", {}).get("status") == "completed"
            if number == 3:
                break  # and come back
    assert told == list(range(1, LINES + 2))


def test_many_who_wait_hold_no_thread_of_those_who_ask(served):
    run = served.start("gate")
    served.await_log(run["id"], "ready")
    threads = psutil.Process(served.process.pid).num_threads()
    request = head(f"GET /api/runs/{run['id']}/events", "Host: localhost", "Connection: close")
    with ExitStack() as stack:
        waiting = []
        for _ in range(60):
            sock = stack.enter_context(connection(served.port))
            sock.sendall(request)
            assert b" 200 " in sock.recv(65536)
            waiting.append(sock)
        assert served.get("/runs")["items"]
        assert psutil.Process(served.process.pid).num_threads() <= threads + 40
        served.post(f"/runs/{run['id']}/cancel")
        for sock in waiting:
            while piece := sock.recv(65536):
                last = piece
            assert last.endswith(b"0\r\n\r\n")


def test_a_reader_who_does_not_read_delays_nobody(served):
    run = served.ended("flood", lines=LINES)
    with connection(served.port) as stuck:
        stuck.sendall(head(f"GET /api/runs/{run['id']}/events", "Host: localhost"))
        stuck.recv(1000)
        lines = sum(len(event.get("logs", ())) for event in served.events(run["id"]))
        assert lines == LINES + 1


def test_whoever_leaves_an_export_leaves_nothing_behind(served):
    run = served.ended("flood", lines=LINES)
    url = f"{served.url}/api/runs/{run['id']}/export"
    before = descriptors(served)
    for _ in range(5):
        with httpx.stream(
            "GET", url, params={"format": "ndjson", "logs": True}, trust_env=False
        ) as answer:
            assert json.loads(next(answer.iter_lines()))["kind"] == "run"

    until(lambda: served.get("/health")["status"] == "ok" and descriptors(served) <= before)


def descriptors(served):
    return psutil.Process(served.process.pid).num_fds()
