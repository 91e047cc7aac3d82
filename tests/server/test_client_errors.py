"""What the client raises: what the harness raises, and its own words about the way there."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from served import Served

from athanor import errors, settings
from athanor.client import Client
from athanor.client.problems import KINDS
from athanor.domain.home import Home
from athanor.errors import AthanorError
from athanor.harness import Harness
from athanor.version import __version__

NEVER = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def client(served):
    with Client(served.url) as found:
        yield found


@pytest.fixture(scope="module")
def harness(served):
    with Harness.open(settings=settings.load(served.project, {})) as found:
        yield found


@pytest.fixture(scope="module")
def run(served):
    return served.ended("complete")


CALLS = {
    "no run": lambda bench, _: bench.get_run(NEVER),
    "no id at all": lambda bench, _: bench.get_run("../health"),
    "no instance": lambda bench, _: bench.get_instance("none/of those"),
    "no experiment": lambda bench, _: bench.get_experiment("nope"),
    "no result": lambda bench, run: bench.get_result(run["id"], NEVER),
    "no id of a result": lambda bench, run: bench.get_result(run["id"], "x"),
    "a run that is over": lambda bench, run: bench.cancel_run(run["id"]),
    "a run that was started": lambda bench, run: bench.start(run["id"]),
    "one run to compare": lambda bench, run: bench.compare([run["id"]]),
    "a wrong configuration": lambda bench, _: bench.create_instance(
        experiment_module="acting", name="x", configuration={"action": "no", "items": [{"b": 1}]}
    ),
    "a configuration that is none": lambda bench, _: bench.create_instance(
        experiment_module="acting", name="x", configuration=3
    ),
    "a configuration to check": lambda bench, _: bench.validate_config("acting", {"lines": 0}),
    "logs as a table": lambda bench, run: bench.export(run["id"], "csv", None, with_logs=True),
    "following nothing": lambda bench, _: bench.follow(NEVER),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_error_is_the_one_that_the_harness_raises(client, harness, run, name) -> None:
    with pytest.raises(AthanorError) as theirs:
        CALLS[name](harness, run)
    with pytest.raises(AthanorError) as ours:
        CALLS[name](client, run)
    assert type(ours.value) is type(theirs.value)
    if name != "a configuration that is none":
        assert ours.value.message == theirs.value.message
    assert getattr(ours.value, "problems", ()) == getattr(theirs.value, "problems", ()) or name == (
        "a configuration that is none"
    )


def test_every_kind_of_error_has_a_word_that_leads_back_to_it() -> None:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, AthanorError):
            assert issubclass(kind, KINDS[kind.slug])


def test_an_environment_is_not_sent(client, run) -> None:
    with pytest.raises(errors.InvalidInput, match="environment of the server"):
        client.start(run["id"], {"PATH": "/"})
    assert client.environment() is None


# --- the way there -------------------------------------------------------------------------------


def asked(url, **options):
    """How a server is, asked by a client of its own."""
    with Client(url, **options) as client:
        return client.health()


def test_a_server_that_is_not_there_is_named_with_the_next_step() -> None:
    with pytest.raises(errors.ServerUnreachable, match="athanor serve") as raised:
        asked(f"http://127.0.0.1:{_free_port()}")
    assert "http://127.0.0.1:" in raised.value.message


def test_the_token_is_asked_for_refused_and_taken(project) -> None:
    with Served(project, ATHANOR_REQUIRE_TOKEN="yes") as demanding:
        token = Home(project / ".athanor").token.read_text().strip()
        with pytest.raises(errors.TokenMissing, match=r"asks for its token.*athanor token"):
            asked(demanding.url)
        with pytest.raises(errors.TokenWrong, match="refuses the token"):
            asked(demanding.url, token="wrong")
        assert asked(demanding.url, token=token).supervising
        with Client(f"{demanding.url}/?token={token}") as linked:
            assert linked.list_runs().items == []
            assert token not in repr(linked)


def test_the_settings_name_a_server_and_its_token(served, monkeypatch) -> None:
    monkeypatch.setenv("ATHANOR_SERVER", served.url)
    with Client() as found:
        assert found.url == served.url
    monkeypatch.delenv("ATHANOR_SERVER")
    with pytest.raises(errors.InvalidInput, match="ATHANOR_SERVER"):
        Client()


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://a:b", "http://me:pw@host", ""])
def test_what_is_no_url_is_refused(url, monkeypatch) -> None:
    monkeypatch.delenv("ATHANOR_SERVER", raising=False)
    with pytest.raises(errors.InvalidInput, match="Expected the URL of a server"):
        Client(url)


class _Stranger(BaseHTTPRequestHandler):
    """Answers everything with what its server holds."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, kind, body = self.server.answer
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def stranger(status: int, kind: str, body: bytes) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as server:
        server.answer = (status, kind, body)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, "text/html", b"<h1>It works</h1>"), errors.NotAnAthanorServer),
        ((200, "application/json", b"[]"), errors.NotAnAthanorServer),
        ((404, "application/json", b'{"detail": "Not Found"}'), errors.NotAnAthanorServer),
        ((301, "text/html", b""), errors.NotAnAthanorServer),
        ((502, "text/html", b"Bad gateway"), errors.ServerUnreachable),
    ],
)
def test_what_is_no_server_of_athanor_is_told_apart(answer, kind) -> None:
    with stranger(*answer) as url, pytest.raises(kind) as raised:
        asked(url)
    assert url in raised.value.message
    assert "athanor serve" in raised.value.message


@pytest.mark.parametrize(
    ("theirs", "understood"), [(__version__, True), ("0.99.3", False), ("7.1", False)]
)
def test_versions_that_do_not_understand_each_other_are_named(theirs, understood) -> None:
    health = {
        "version": theirs,
        "supervising": True,
        "owner": None,
        "live_runs": 0,
        "max_running": 1,
        "force_grace_s": 5,
    }
    with stranger(200, "application/json", json.dumps(health).encode()) as url:
        if understood:
            assert asked(url).version == theirs
            return
        with pytest.raises(errors.VersionMismatch, match=theirs) as raised:
            asked(url)
        assert __version__ in raised.value.message


def test_only_what_changes_nothing_is_asked_again_when_the_connection_breaks(served) -> None:
    with _Breaking(served.port) as way, Client(way.url) as client:
        client.health()
        way.breaks = 2
        assert client.list_runs(limit=1).items is not None
        assert way.broken == 2
        way.breaks, way.broken = 1, 0
        with pytest.raises(errors.ServerUnreachable, match="broke off"):
            client.create_instance(experiment_module="acting", name="once")
        assert way.broken == 1


class _Breaking:
    """A way to a server on which the next so many requests are taken and never answered."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.breaks = self.broken = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(sock,), daemon=True).start()

    def _pass_on(self, sock):
        with sock, socket.create_connection(("127.0.0.1", self._port)) as server:
            while request := sock.recv(65536):
                if self.broken < self.breaks:
                    self.broken += 1
                    return
                server.sendall(request)
                sock.sendall(_answer(server))


def _answer(server) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        found += server.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += server.recv(65536)
    return head + b"\r\n\r\n" + body


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def test_https_to_a_plain_server_is_answered_with_http(served: Served) -> None:
    url = served.url.replace("http://", "https://")
    with Client(url) as client, pytest.raises(errors.ServerUnreachable) as raised:
        client.list_runs()
    assert str(raised.value).endswith(f"try {served.url.rstrip('/')}.")
