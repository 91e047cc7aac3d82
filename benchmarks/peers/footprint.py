"""What a system weighs: importing it, its packages on disk, its server when idle."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.peers import process
from benchmarks.peers.environment import ROOT, python
from benchmarks.peers.questions.living import DISTRIBUTIONS, SERVERS

_PATIENCE_S = 120
_SETTLED_S = 5
_MIB = 1 << 20


def import_s(system: str, statement: str, folder: Path) -> float:
    """A new interpreter that imports and ends, after one that has compiled everything."""
    command = [str(python(system)), "-c", statement]
    environment = process.surroundings(folder, Path(command[0]).parent)
    spent_s = 0.0
    for _ in range(2):
        begun_s = time.perf_counter()
        subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
        spent_s = time.perf_counter() - begun_s
    return spent_s


def size_mib(system: str, folder: Path) -> float:
    """The files of the distribution and of all that it requires, without their byte code."""
    command = [str(python(system)), "-m", "benchmarks.peers.weight", DISTRIBUTIONS[system]]
    environment = process.surroundings(folder, Path(command[0]).parent)
    done = subprocess.run(
        command, check=True, cwd=folder, env=environment, capture_output=True, text=True
    )
    # Ours is installed as a link to its sources.
    own = sum(_bytes(path) for path in (ROOT / "src").rglob("*")) if system == "athanor" else 0
    return (int(done.stdout) + own) / _MIB


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() and path.suffix != ".pyc" else 0


def idle_mib(system: str, folder: Path) -> float:
    """The server is started, answers once, and is left alone for some seconds."""
    port = _free_port()
    programs = python(system).parent
    command = SERVERS[system].format(bin=programs, port=port).split()
    _prepare(system, folder)
    with (folder / "server.out").open("w") as out:
        server = process.begin(command, folder, out)
        try:
            _answers(server, port)
            time.sleep(_SETTLED_S)
            return sum(_pss(one.pid) for one in process.processes(folder)) / _MIB
        finally:
            process.end(folder)
            server.wait()


def _prepare(system: str, folder: Path) -> None:
    if system == "aim":
        with (folder / "init.out").open("w") as out:
            aim = str(python(system).with_name("aim"))
            process.begin([aim, "init", "--repo", "."], folder, out).wait()
    if system == "athanor":
        (folder / "pyproject.toml").touch()
        (folder / "experiments").mkdir(exist_ok=True)
    (folder / "logs").mkdir(exist_ok=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _answers(server: subprocess.Popen[str], port: int) -> None:
    """Wait until any page comes, be it an error."""
    end_s = time.monotonic() + _PATIENCE_S
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < end_s and server.poll() is None:
        try:
            direct.open(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise process.NoAnswer("its server did not answer")


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
