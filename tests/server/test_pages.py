"""The pages as they are sent: addresses, compression, caching, and tricks with paths."""

from __future__ import annotations

import pytest
from raw import asked
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from athanor.server.build import Build
from athanor.server.pages import Pages


@pytest.fixture
def folder(tmp_path):
    """A small build."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>page</title>")
    (static / "theme.js").write_text("theme")
    (static / "assets" / "main-abc.js").write_text("plain")
    (static / "assets" / "main-abc.js.gz").write_bytes(b"zipped")
    return static


@pytest.fixture
def client(folder):
    """Pages before an API of one route."""
    api = Starlette(routes=[Route("/api/runs", lambda _: PlainTextResponse("runs"))])
    pages = Pages(api, build=Build(folder))
    return TestClient(pages, base_url="http://localhost", follow_redirects=False)


def test_the_root_leads_to_the_dashboard(client):
    """WEB-03."""
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/experiments")


ID = "01a1fa1e-12a3-7a03-aec2-e36046810082"


@pytest.mark.parametrize(
    "path",
    ["/experiments", "/experiments/new", f"/experiments/{ID}", f"/experiments/{ID}/edit",
     "/runs", f"/runs/{ID}", "/runs/46810082", "/compare"],
)  # fmt: skip
def test_every_address_of_the_interface_is_its_one_page(client, path):
    """WEB-01, WEB-02."""
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>page</title>")
    assert client.head(path).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/runs/x", "/runs/1/2", "/index.html", "/apis"])
def test_an_unknown_address_is_the_page_that_says_so(client, path):
    """WEB-04."""
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "<title>page</title>")


def test_hashed_files_are_kept_for_ever_and_sent_compressed(client):
    plain = client.get("/assets/main-abc.js", headers={"accept-encoding": "identity"})
    assert plain.text == "plain"
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/javascript")
    with client.stream("GET", "/assets/main-abc.js") as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert b"".join(packed.iter_raw()) == b"zipped"
        assert packed.headers["content-type"] == plain.headers["content-type"]
    assert "immutable" not in client.get("/theme.js").headers.get("cache-control", "")


def test_the_api_and_other_methods_are_left_alone(client):
    assert client.get("/api/runs").text == "runs"
    assert client.get("/api/nothing").status_code == 404
    assert client.get("/assets/gone.js").text != "<title>page</title>"
    assert client.post("/experiments").status_code == 404


def test_a_new_build_is_seen_at_once(client, folder):
    client.get("/experiments")
    (folder / "assets" / "new.js").write_text("new")
    (folder / "index.html").unlink()
    (folder / "index.html").write_text("<title>newer</title>")
    assert client.get("/assets/new.js").text == "new"


def test_without_a_build_the_page_says_how_to_make_one(folder):
    (folder / "index.html").unlink()
    client = TestClient(Pages(Starlette(), build=Build(folder)))
    answer = client.get("/experiments")
    assert answer.status_code == 503
    assert "make web" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/../pages.py", "/assets/../../pages.py", "/%2e%2e/pages.py", "/assets/..%2f..%2fpages.py",
     "/assets/%2e%2e/%2e%2e/pages.py", "//etc/passwd", "/assets//etc/passwd", "/..\\pages.py"],
)  # fmt: skip
def test_no_spelling_of_a_path_leads_out(served, path):
    status, received = asked(served.port, f"GET {path}", "Host: localhost")
    assert status in (404, 503)
    assert b"class Pages" not in received
    assert b"root:" not in received
