"""What is refused: tried with real requests, by hand where no client would send them."""

from __future__ import annotations

import base64
import json
import stat

import httpx
import pytest
from raw import answer, asked, connection, head
from served import Served, make_project

GET = "GET /api/runs"


def kind(received: bytes) -> str:
    """The kind of a problem."""
    return json.loads(received.split(b"\r\n\r\n", 1)[1])["type"].removeprefix("urn:athanor:")


# --- hosts and origins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "127.0.0.1:1", "127.0.0.2", "[::1]:4000", "LocalHost."]
)
def test_its_own_names_pass_whatever_the_port_since_tunnels_change_it(served, host):
    assert asked(served.port, GET, f"Host: {host}")[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "user@localhost",
        "localhost/x",
        "localhost:port",
        "[::1",
        "",
    ],
)
def test_a_foreign_host_is_refused_so_that_rebinding_a_name_reaches_nothing(served, host):
    status, received = asked(served.port, GET, f"Host: {host}")
    assert (status, kind(received)) == (403, "host-not-allowed")


def test_no_host_or_two_are_refused(served):
    assert asked(served.port, GET)[0] in (400, 403)
    assert asked(served.port, GET, "Host: localhost", "Host: evil.example")[0] in (400, 403)
    with connection(served.port) as sock:
        sock.sendall(b"GET /api/runs HTTP/1.0\r\n\r\n")
        assert b" 403 " in sock.recv(65536)


def test_more_names_are_a_setting(project):
    with Served(project, ATHANOR_ALLOWED_HOSTS="lab.example, other.example") as found:
        assert asked(found.port, GET, "Host: lab.example:80")[0] == 200
        assert asked(found.port, GET, "Host: evil.example")[0] == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:1", "https://localhost", "http://[", "x"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_from_elsewhere_is_refused(served, origin, method):
    path = f"{method} /api/runs"
    status, received = asked(served.port, path, "Host: localhost:4000", f"Origin: {origin}")
    assert (status, kind(received)) == (403, "origin-not-allowed")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:4000", "http://localhost:4000"),
        ("localhost", "http://localhost:80"),
        ("localhost", "https://localhost"),
        ("[::1]:4000", "http://[::1]:4000"),
    ],
)
def test_its_own_pages_pass(served, host, origin):
    assert asked(served.port, GET, f"Host: {host}", f"Origin: {origin}")[0] == 200


def test_a_cross_site_form_changes_nothing(served):
    """What a page of another site can send without being asked first: a simple request."""
    body = json.dumps({"experiment_module": "acting", "name": "cross-site"}).encode()
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        common = [
            "Host: localhost",
            f"Content-Type: {content_type}",
            f"Content-Length: {len(body)}",
        ]
        path = "POST /api/instances"
        status, received = asked(
            served.port, path, *common, "Origin: http://evil.example", body=body
        )
        assert (status, kind(received)) == (403, "origin-not-allowed")
        assert asked(served.port, path, *common, body=body)[0] == 422
    assert served.get("/instances", name="cross-site")["items"] == []


# --- what comes back -----------------------------------------------------------------------------


def test_every_answer_forbids_what_a_browser_need_not_do(served):
    for path in ("/api/runs", "/api/nothing", "/nothing"):
        headers = served.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


def test_text_of_a_run_comes_as_data_only(served):
    run = served.ended("hostile")
    answer = served.call("GET", f"/runs/{run['id']}/logs")
    assert answer.headers["content-type"] == "application/json"


# --- the token -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server on every address."""
    project = make_project(tmp_path_factory.mktemp("guarded") / "project")
    with Served(project, host="0.0.0.0") as found:
        yield found


def token_of(served) -> str:
    return (served.project / ".athanor" / "token").read_text().strip()


def test_on_any_other_address_nobody_is_answered_without_the_token(guarded):
    for address in ("127.0.0.1", "127.0.0.2"):  # a tunnel or a proxy makes all look local
        status, received = asked(guarded.port, GET, "Host: localhost", address=address)
        assert (status, kind(received)) == (401, "token-missing")
        assert b"www-authenticate: Bearer" in received
    assert asked(guarded.port, "GET /api/openapi.json", "Host: localhost")[0] == 401
    assert asked(guarded.port, "GET /", "Host: localhost")[0] == 401


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Bearer wrong",
        "Authorization: Bearer ",
        "Authorization: Basic {token}",
        "Authorization: Bearer {token}x",
        "Cookie: athanor_{port}=wrong",
        "Cookie: athanor={token}",
        "Cookie: ;;==",
        "X-Token: {token}",
        "Authorization: Bearer \xff\xfe",
    ],
)
def test_a_wrong_token_is_none(guarded, header):
    text = header.format(token=token_of(guarded), port=guarded.port)
    assert asked(guarded.port, GET, "Host: localhost", text)[0] == 401


def test_the_token_is_taken_as_bearer_and_as_cookie(guarded):
    token = token_of(guarded)
    for header in (
        f"Authorization: Bearer {token}",
        f"Cookie: a=b; athanor_{guarded.port}={token}",
    ):
        assert asked(guarded.port, GET, "Host: 192.168.1.2:9", header)[0] == 200
        status, received = asked(guarded.port, GET, "Host: evil.example", header)
        assert (status, kind(received)) == (403, "host-not-allowed")


def test_the_link_becomes_a_cookie_and_leaves_the_address(guarded):
    with httpx.Client(base_url=guarded.url, trust_env=False) as client:
        answer = client.get("/", params={"token": token_of(guarded)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get("/api/runs").status_code == 200
    assert guarded.client.get("/", params={"token": "wrong"}).status_code == 401
    assert guarded.client.get("/api/runs", params={"token": token_of(guarded)}).status_code == 401


def test_the_link_leads_to_no_other_host(guarded):
    for path in ("//evil.example/x", "/%5C/evil.example/x", "///evil.example/x"):
        status, received = asked(
            guarded.port, f"GET {path}?token={token_of(guarded)}", "Host: localhost"
        )
        assert status == 303
        assert b"location: /evil.example/x\r\n" in received


def test_the_token_is_kept_for_its_owner_only_and_a_rotated_one_counts_at_once(guarded):
    file = guarded.project / ".athanor" / "token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    old = guarded.cli("token").strip()
    new = guarded.cli("token", "--rotate").strip()
    assert new != old
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    status, received = asked(guarded.port, GET, "Host: localhost", f"Authorization: Bearer {old}")
    assert (status, kind(received)) == (401, "token-wrong")
    assert asked(guarded.port, GET, "Host: localhost", f"Authorization: Bearer {new}")[0] == 200


def test_the_token_can_be_demanded_on_loopback_too(project):
    with Served(project, ATHANOR_REQUIRE_TOKEN="yes") as found:
        assert found.client.get("/api/runs").status_code == 401


# --- too much, too slow, out of the way ----------------------------------------------------------

PLACES = [
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "....//",
    "%00",
    "a%00b",
    "-1",
    "'%20OR%201=1--",
    "%25%25",
    "%F0%9F%92%A9",
    "x" * 5000,
]


@pytest.mark.parametrize("noun", ["runs", "instances", "experiments"])
@pytest.mark.parametrize("place", PLACES, ids=range(len(PLACES)))
def test_tricks_with_paths_find_nothing(served, noun, place):
    status, _ = asked(served.port, f"GET /api/{noun}/{place}", "Host: localhost")
    assert status in (400, 404, 422)


@pytest.mark.parametrize(
    "parts",
    [
        [1, 10**30],
        [-(10**30), 1],
        [1.5, 2],
        ["x"],
        ["\x00"],
        [None, "n", "no id"],
        ["2026-02-18T12:00:00", "n", "01a1fa1e-12a3-7a03-aec2-e36046810082"],
        [],
        {},
    ],
    ids=str,
)
def test_a_cursor_that_was_made_up_is_refused(served, completed, parts):
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()
    for path in ("/runs", "/instances", f"/runs/{completed['id']}/results"):
        found = served.problem("GET", path, 400, params={"cursor": cursor})
        assert "start again without one" in found["detail"]


def test_a_huge_body_is_refused_before_it_is_read(served):
    size = 1 << 40
    status, received = asked(
        served.port,
        "POST /api/instances",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {size}",
    )
    assert (status, kind(received)) == (413, "request-too-large")


def test_a_body_that_grows_is_refused_when_it_is_too_large(served):
    def pieces():
        for _ in range(100):
            yield b" " * 100_000

    answer = served.client.post(
        "/api/instances", content=pieces(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


def test_a_deep_body_is_refused(served):
    deep = b"[" * 1_000_000
    answer = served.client.post(
        "/api/instances", content=deep, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_a_deep_configuration_is_refused(served):
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    body = f'{{"experiment_module": "acting", "name": "deep", "configuration": {deep}}}'
    answer = served.client.post(
        "/api/instances", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_text_that_utf_8_cannot_carry_is_refused(served):
    body = b'{"experiment_module": "acting", "name": "lone \\ud800", "configuration": {}}'
    answer = served.client.post(
        "/api/instances", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "name")


def test_huge_headers_are_refused(served):
    with connection(served.port) as sock:
        sock.sendall(head(GET, "Host: localhost", "X-Long: " + "x" * 100_000))
        assert b" 431 " in sock.recv(65536)
    assert served.get("/health")["status"] == "ok"


@pytest.mark.parametrize("said", [b"NONSENSE", b"GET /api/runs HTTP/1.1\r\nHost : x"])
def test_what_is_no_http_is_answered_with_a_problem_too(served, said):
    with connection(served.port) as sock:
        sock.sendall(said + b"\r\n\r\n")
        status, received = answer(sock)
    assert (status, kind(received)) == (400, "not-http")
    assert b"content-type: application/problem+json" in received


def test_many_slow_clients_keep_nobody_waiting(served):
    slow = [connection(served.port) for _ in range(100)]
    for sock in slow:
        sock.sendall(
            b"POST /api/instances HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
        )
    assert served.get("/runs")["items"] is not None
    for sock in slow:
        sock.close()


def test_a_client_that_opens_and_says_nothing_is_let_go(served):
    with connection(served.port) as sock:
        sock.sendall(b"GET /api/runs HTTP/1.1\r\n")
        assert sock.recv(1) == b""
