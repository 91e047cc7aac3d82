"""The wheel and the source distribution, as a stranger gets them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import zipfile
from email.parser import Parser

import httpx
import pytest
from installation import ROOT, Installation, build

from athanor.version import __version__

pytestmark = pytest.mark.timeout(300)  # with ATHANOR_TEST_INSTALL a package index is asked


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    assert (ROOT / "src/athanor/server/static/index.html").exists(), "make web, then again"
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def wheel(built):
    with zipfile.ZipFile(built[1]) as found:
        yield found


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    return Installation(tmp_path_factory.mktemp("installed"), built[1])


@pytest.fixture(scope="module")
def lab(installed, tmp_path_factory):
    """A new project of the installed package."""
    folder = tmp_path_factory.mktemp("stranger")
    installed.call(folder, "athanor", "init", "lab")
    return folder / "lab"


def test_the_wheel_holds_the_package_its_types_its_licence_and_the_interface(wheel):
    names = set(wheel.namelist())
    kept = {path.relative_to(ROOT / "src").as_posix() for path in _sources()}
    assert kept - names == set()
    assert {name for name in names if not name.startswith("athanor")} == set()
    assert "athanor/py.typed" in names
    assert any(name.startswith("athanor/server/static/assets/") for name in names)
    licence = wheel.read(f"athanor-{__version__}.dist-info/licenses/LICENSE")
    assert licence == (ROOT / "LICENSE").read_bytes()


def test_its_metadata_say_what_it_is(wheel):
    text = wheel.read(f"athanor-{__version__}.dist-info/METADATA").decode()
    told = Parser().parsestr(text)
    assert (told["Name"], told["Version"]) == ("athanor", __version__)
    assert told["License-Expression"] == "MIT"
    assert told["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in told.get_all("Classifier")
    assert told.get_payload().startswith("# Athanor")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository to compare with")
def test_the_source_distribution_holds_what_the_repository_holds(built):
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    there = {name for name in listed.split("\0") if name and (ROOT / name).exists()}
    with tarfile.open(built[0]) as found:
        names = {name.partition("/")[2] for name in found.getnames()}
    assert there - names == set()
    assert not any("node_modules" in name or ".athanor/" in name for name in names)


def test_an_experiment_runs_where_there_is_no_node(installed, lab):
    assert shutil.which("node", path=installed.environment["PATH"]) is None
    code = "import athanor; print(athanor.__file__)"
    assert installed.call(lab, "python", "-c", code).startswith(str(installed.folder))
    said = installed.call(lab, "athanor", "run", "hello", "-c", "trials=10", "-c", "darts=10")
    assert "return_value" in said
    assert "completed" in installed.call(lab, "athanor", "runs")


def test_the_server_shows_the_interface(installed, lab):
    server = subprocess.Popen(
        [installed.path / "athanor", "serve", "--port", "0"],
        cwd=lab,
        env=installed.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = re.search(r"http://\S+:\d+", server.stdout.readline())[0]
        with httpx.Client(base_url=address, trust_env=False, follow_redirects=True) as client:
            page = client.get("/").raise_for_status()
            assert page.headers["content-type"].startswith("text/html")
            script = re.search(r'src="(/assets/[^"]+\.js)"', page.text)[1]
            assert "javascript" in client.get(script).raise_for_status().headers["content-type"]
            assert client.get("/api/health").json()["version"] == __version__
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


def _sources():
    found = [path for path in (ROOT / "src/athanor").rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]
