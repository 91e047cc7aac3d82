"""A page, read as a story: its blocks are done in their order, in one folder, as a reader would.

What is done with a block stands in the page's source, in a comment before it:

``<!-- not run: REASON -->``   it is only shown
``<!-- file: PATH -->``        it is written to this file; ``file+`` adds to it
``<!-- output -->``            it is what the block before has printed; ``…`` stands for anything

Without one, ``python`` is executed, in one interpreter a page, and of ``console`` and ``sh`` each
command, in one shell a page. Lines of ``console`` without ``$`` are what the command prints.
``<!-- shell: COMMAND -->`` and ``<!-- python: CODE -->`` are done in their place, and not shown.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from athanor.cli.project import FILES, _content

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
RUN = "46810082"
"""The short id that pages use; the newest run has it."""
_STEP = re.compile(
    r"^<!-- (?P<word>shell|python): (?P<hidden>.*?) -->$"
    r"|(?:^<!-- (?P<mark>[^>]*?) -->\n)?^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_KNOWN = re.compile(r"not run: .{8,}|file\+?: [\w./-]+|output|")
_SHOWN = {"text", "toml", "json", "yaml", "elixir"}
"""Languages that say nothing to do by themselves."""


@dataclass(frozen=True)
class Step:
    """A block, or what a comment says to do."""

    language: str
    text: str
    mark: str = ""

    @property
    def runs(self) -> bool:
        """Whether something is done for it."""
        return not self.mark.startswith("not run") and (bool(self.mark) or not self.shown)

    @property
    def shown(self) -> bool:
        """Whether its language is one to look at."""
        return self.language in _SHOWN


def steps(page: Path) -> list[Step]:
    """All there is to do on a page, in order."""
    found = []
    for one in _STEP.finditer(page.read_text(encoding="utf-8")):
        if one["word"]:
            found.append(
                Step(
                    one["word"], f"$ {one['hidden']}\n" if one["word"] == "shell" else one["hidden"]
                )
            )
        else:
            found.append(Step(one["language"], one["text"], one["mark"] or ""))
    return found


def mistakes(page: Path) -> list[str]:
    """Blocks of which the source does not say what to do."""
    known = _SHOWN | {"python", "console", "sh", "shell"}
    return [
        f"{step.mark!r} before ```{step.language}"
        for step in steps(page)
        if not _KNOWN.fullmatch(step.mark) or step.language not in known
    ]


class Reader:
    """Does what a page says, in a folder of its own."""

    def __init__(self, folder: Path, *, begun: bool) -> None:
        self.folder = folder / "lab" if begun else folder
        if begun:
            _begin(self.folder)
        self._held = held_port()
        self.port = self._held.getsockname()[1]
        self._environment = _environment(self.port)
        self._shell: Shell | None = None
        self._python: Python | None = None
        self._printed = ""

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._python:
            self._python.close()
        if self._shell:
            self._shell.close()
        self._held.close()

    def do(self, step: Step) -> None:
        """Do one step; AssertionError when it fails, or says something else than the page."""
        kind, _, name = step.mark.partition(": ")
        if kind in ("file", "file+"):
            path = self._here() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if kind == "file+" else "w", encoding="utf-8") as file:
                file.write(("\n\n" if kind == "file+" else "") + step.text)
        elif kind == "output":
            agrees(step.text, self._printed, self._here())
        elif step.language == "python":
            self._python = self._python or Python(self._here(), self._environment)
            self._printed = self._python.run(self._true(step.text), self._here())
        else:
            self._type(step)

    def _type(self, step: Step) -> None:
        self._shell = self._shell or Shell(self.folder, self._environment)
        for command, expected in commands(step):
            said = self._shell.run(self._true(command))
            self._printed = said
            if expected:
                agrees(self._true(expected), said, self._here())

    def _here(self) -> Path:
        return self._shell.folder if self._shell else self.folder

    def _true(self, text: str) -> str:
        """Names that pages use for what has another one here."""
        text = text.replace("http://lab:4000", f"http://127.0.0.1:{self.port}")
        text = text.replace(":4000", f":{self.port}").replace("/home/me/lab", str(self._here()))
        return text.replace(RUN, newest_run(self._here())) if RUN in text else text


def held_port() -> socket.socket:
    """A port that nobody else is given meanwhile, though a server may listen there by its number.

    That is so as long as the socket is bound and does not listen itself.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def commands(step: Step) -> list[tuple[str, str]]:
    """Each command of a block, with what it is said to print."""
    if step.language == "sh":
        return [(step.text, "")]
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", step.text, re.MULTILINE)
    assert found, f"no command in {step.text!r}"
    return found


def agrees(expected: str, said: str, here: Path) -> None:
    """Whether what was said is what the page says, with ``…`` for anything."""
    wanted = "".join(
        ".*" if part == "…" else re.escape(part) for part in re.split("(…)", _bare(expected))
    )
    assert re.fullmatch(wanted, _bare(said), re.DOTALL), (
        f"expected in {here}:\n{expected}\ncame:\n{said}"
    )


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def newest_run(folder: Path) -> str:
    """The short id of the run that was made last."""
    with closing(sqlite3.connect(folder / ".athanor/athanor.db")) as database:
        return str(database.execute("SELECT max(id) FROM experiment_runs").fetchone()[0])[-8:]


@contextmanager
def bounded(process: subprocess.Popen[str]) -> Iterator[None]:
    """End a process and all of its session when what is done here takes too long."""

    def end() -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(PATIENCE_S, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Shell:
    """A shell that keeps its folder and its variables from command to command."""

    _END = "-- that was it --"

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._servers: list[str] = []
        self._process = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, command: str) -> str:
        """Run it to its end; what it printed. A server is left running."""
        if re.match(r"athanor serve\b", command):
            return self._serve(command)
        with bounded(self._process):
            said, code = self._call(f"{{ {command}\n}} </dev/null")
        assert code == 0, f"$ {command}\nended with {code}:\n{said}"
        return said

    def close(self) -> None:
        """End what still runs."""
        for process in self._servers if self._process.poll() is None else ():
            self._call(f"kill {process}; wait {process}")
        self._process.communicate(timeout=PATIENCE_S)

    def _call(self, command: str) -> tuple[str, int]:
        assert self._process.stdin
        assert self._process.stdout
        end = shlex.quote(f"\n{self._END} %s %s\n")
        self._process.stdin.write(f'{command}\nprintf {end} $? "$PWD"\n')
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.startswith(self._END):
                code, _, folder = line[len(self._END) + 1 :].rstrip("\n").partition(" ")
                self.folder = Path(folder)
                return "".join(lines), int(code)
            lines.append(line)
        raise AssertionError(f"the shell ended, or took too long, at: {command}\n{''.join(lines)}")

    def _serve(self, command: str) -> str:
        log = self.folder / f".served-{len(self._servers)}"
        self._servers.append(self._call(f"{command} >{log} 2>&1 &\necho $!")[0].split()[-1])
        deadline_s = time.monotonic() + PATIENCE_S
        while "Ctrl-C" not in (said := log.read_text() if log.exists() else ""):
            assert time.monotonic() < deadline_s, f"no server:\n{said}"
            time.sleep(0.02)
        return said


class Python:
    """An interpreter that keeps its names from block to block."""

    _CODE = """
import contextlib, io, json, os, sys, traceback
names, answers = {"__name__": "__main__"}, sys.stdout
for line in sys.stdin:
    given, said, error = json.loads(line), io.StringIO(), ""
    os.chdir(given["folder"])
    with contextlib.redirect_stdout(said):
        try:
            exec(compile(given["code"], "<the page>", "exec"), names)
        except BaseException:
            error = traceback.format_exc()
    print(json.dumps([said.getvalue(), error]), file=answers, flush=True)
"""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", self._CODE],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, code: str, folder: Path) -> str:
        """Execute a block; what it printed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"code": code, "folder": str(folder)}) + "\n")
        self._process.stdin.flush()
        with bounded(self._process):
            answer = self._process.stdout.readline()
        assert answer, f"the interpreter ended, or took too long, at:\n{code}"
        said, error = json.loads(answer)
        assert not error, f"{code}\n{said}\n{error}"
        return str(said)

    def close(self) -> None:
        """Let it end as a script does."""
        self._process.communicate(timeout=PATIENCE_S)


def _begin(folder: Path) -> None:
    """What ``athanor init`` makes."""
    for name, template in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_content(template, folder.name), encoding="utf-8")


def _environment(port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATHANOR_", "OPENAI_"))}
    own = str(Path(sys.executable).parent)
    kept.pop("PORT", None)
    more = {"PATH": f"{own}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1", "TERM": "dumb"}
    more |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # those of this repository take seconds
    return kept | more | {"ATHANOR_PORT": str(port), "ROOT": str(ROOT), "COLUMNS": "120"}
