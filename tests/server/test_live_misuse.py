"""Sockets of those who mean harm, or do not know better."""

from __future__ import annotations

import resource
from contextlib import ExitStack

import psutil
import pytest
from raw import connection, head
from served import Served, make_project, until
from tab import run_topic, tab
from websockets.exceptions import ConnectionClosed

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", KEY)
NOBODY = "01a1fa1e-12a3-7a03-aec2-e36046810082"


def opened(port, *headers):
    """The status that the socket is opened or refused with."""
    with connection(port) as sock:
        sock.sendall(head("GET /api/live", *headers, *UPGRADE))
        return int(sock.recv(65536).split(b" ", 2)[1])


def test_host_and_origin_are_asked_of_a_socket_too(served):
    own = f"Host: localhost:{served.port}"
    assert opened(served.port, own) == 101
    assert opened(served.port, own, f"Origin: http://localhost:{served.port}") == 101
    assert opened(served.port, "Host: evil.example") == 403
    assert opened(served.port, own, "Origin: http://evil.example") == 403
    assert opened(served.port, own, "Origin: null") == 403


def test_the_token_is_asked_of_a_socket_too(tmp_path):
    with Served(make_project(tmp_path / "project"), host="0.0.0.0") as guarded:
        token = (guarded.project / ".athanor" / "token").read_text().strip()
        host = "Host: localhost"
        assert opened(guarded.port, host) == 403
        assert opened(guarded.port, host, "Authorization: Bearer wrong") == 403
        assert opened(guarded.port, host, f"Authorization: Bearer {token}") == 101
        assert opened(guarded.port, host, f"Cookie: athanor_{guarded.port}={token}") == 101


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"op": "dance"}',
        '{"op": "subscribe"}',
        '{"op": "subscribe", "topic": 7}',
        '{"op": "subscribe", "topic": "experiments:instances", "more": 1}',
        '{"op": "subscribe", "topic": "experiments:run:46810082"}',
        '{"op": "subscribe", "topic": "experiments:run:../../etc/passwd"}',
        '{"op": "subscribe", "topic": "\\ud800\\"},"}',
        '{"op": "subscribe", "topic": "experiments:run:' + NOBODY + '"}',
        '{"op": "subscribe", "topic": "experiments:instance:' + NOBODY + '"}',
        "[" * 10_000,
        b"\x00\x01",
    ],
    ids=range(15),
)
def test_a_frame_that_is_none_is_answered_and_the_socket_stays_open(served, frame):
    with tab(served) as open_tab:
        open_tab.socket.send(frame)
        problem = open_tab.until("error")["problem"]
        assert problem["status"] in (400, 404)
        assert problem["detail"]
        assert open_tab.subscribe("experiments:instances")


def test_a_frame_too_large_ends_the_socket(served):
    with tab(served) as open_tab:
        open_tab.socket.send("x" * 20_000)
        with pytest.raises(ConnectionClosed) as closed:
            open_tab.next()
    assert closed.value.rcvd.code == 1009


def test_a_client_has_so_many_topics_at_most(served):
    made = [served.instance(name=f"{number}")["id"] for number in range(101)]
    with tab(served) as open_tab:
        for each in made[:100]:
            open_tab.subscribe(f"experiments:instance:{each}")
        open_tab.ask(f"experiments:instance:{made[100]}")
        assert "100 topics" in open_tab.until("error")["problem"]["detail"]
        open_tab.subscribe(f"experiments:instance:{made[0]}")  # anew
        open_tab.send(op="unsubscribe", topic=f"experiments:instance:{made[0]}")
        open_tab.until("unsubscribed")
        open_tab.subscribe(f"experiments:instance:{made[100]}")


def test_who_asks_without_reading_the_answers_is_not_listened_to_for_ever(served):
    with tab(served, max_queue=1) as open_tab, tab(served) as other:
        for _ in range(2000):
            open_tab.send(op="subscribe", topic="experiments:runs:active")
        assert other.subscribe("experiments:instances")
        for _ in range(2000):
            open_tab.until("subscribed")


def test_a_thousand_sockets_are_fine_and_leave_nothing_behind(served):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2000:
        pytest.skip("this system allows too few descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    process = psutil.Process(served.process.pid)
    before, threads = process.num_fds(), process.num_threads()
    run = served.start("gate")
    served.await_log(run["id"], "ready")
    ask = masked(b'{"op":"subscribe","topic":"%b"}' % run_topic(run).encode())
    with ExitStack() as stack:
        sockets = []
        for _ in range(1000):
            sock = stack.enter_context(connection(served.port))
            sock.sendall(head("GET /api/live", "Host: localhost", *UPGRADE))
            sockets.append((sock, bytearray()))
        for sock, received in sockets:
            read_until(sock, received, b'"hello"')
            sock.sendall(ask)
        for sock, received in sockets:
            read_until(sock, received, b'"subscribed"')
        assert process.num_threads() <= threads + 8
        served.post(f"/runs/{run['id']}/cancel")
        for sock, received in sockets:
            read_until(sock, received, b'"status":"cancelled"')
    until(lambda: process.num_fds() <= before + 3)


def masked(payload):
    """A text frame as a client sends it, its mask made of nothing."""
    size = (
        bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe\x00" + bytes([len(payload)])
    )
    return b"\x81" + size + b"\x00" * 4 + payload


def read_until(sock, received, words):
    while words not in received:
        piece = sock.recv(65536)
        assert piece, received
        received += piece
