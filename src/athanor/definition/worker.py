"""The process that imports one file of experiments and answers questions about it.

Nothing else of Athanor imports an author's code to look at it. The answers go through a socket of
their own, so whatever the code prints, and wherever, harms nothing. It is forked by the zygote
or, where forking is unsafe, started as ``python -P -m athanor.definition.worker FD``; it ends when
the other end of the socket closes.
"""

from __future__ import annotations

import faulthandler
import functools
import json
import os
import pickle
import resource
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from athanor.definition import loading
from athanor.definition.channel import Channel, ChannelClosed
from athanor.definition.file_state import file_state
from athanor.definition.loading import LoadedExperiment
from athanor.errors import AthanorError, ExperimentBroken, ValidationFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from athanor.definition.order import Order

_ALARM_MARGIN_S = 5.0
"""The asker's own clock comes first; the alarm is for the case that the asker is gone."""
_TICK_NS = 20_000_000
"""A file is stamped with the time of the kernel's last tick: up to 10 ms ago, with room."""


def serve(connection: socket.socket) -> None:
    """Import what is ordered, report, then answer until the asker closes the socket."""
    _keep_private(connection)
    channel = Channel(connection)
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.dont_write_bytecode = True  # a stale .pyc of the same second and size would be believed
    try:
        order: Order = pickle.loads(channel.receive())  # noqa: S301 - from the process above
        _alarm(order.timeout_s)
        worker = Worker(order)
        channel.send(json.dumps(worker.report()).encode())
        _silence()
        while True:
            _alarm(None)
            question = pickle.loads(channel.receive())  # noqa: S301 - from the process above
            _alarm(order.timeout_s)
            channel.send(json.dumps(worker.answer(question)).encode())
    except ChannelClosed:
        os._exit(0)  # not sys.exit: threads that the author's code has left must not hold us


class Worker:
    """One imported module and its experiments."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.loaded: dict[str, LoadedExperiment] = {}
        self.experiments: list[dict[str, Any]] = []
        self.broken: list[dict[str, Any]] = []
        self.seen: set[str] = {str(order.file)} if order.file else set()
        self.before = frozenset(sys.modules)

    def report(self) -> dict[str, Any]:
        """Import, and say what was found and which files it depends on."""
        _outwait_tick(self.order.file)
        started_ns = time.time_ns()
        loading.prepare_path(self.order.project)
        module = self._import()
        for name in self._names(module) if module else ():
            self._load(f"{self.order.module}:{name}", vars(module).get(name))
        return {
            "experiments": self.experiments,
            "broken": self.broken,
            "files": dict(_states(self._files(), started_ns)),
        }

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Validate a configuration: ``valid``, ``problems`` or ``raised``."""
        try:
            loaded = self.loaded[question["module"]]
            return {"valid": loaded.validate(question["configuration"])}
        except ValidationFailed as failure:
            return {"problems": [[problem.path, problem.message] for problem in failure.problems]}
        except Exception as error:  # noqa: BLE001 - an author's validator may raise anything
            return {"raised": f"{type(error).__name__}: {error}"}

    def _import(self) -> ModuleType | None:
        try:
            return loading.import_module(self.order.module)
        except BaseException as error:  # noqa: BLE001 - an author's module may raise anything
            self._note_broken(self.order.module, error)
            return None

    def _names(self, module: ModuleType | None) -> list[str]:
        if self.order.name:
            return [self.order.name]
        return list(loading.names_in(module)) if module else []

    def _load(self, module: str, target: Any) -> None:
        try:
            if not loading.is_experiment(target):
                raise ExperimentBroken(f"{module} is not an experiment.")
            loaded = LoadedExperiment(module, target)
            described = _described(loaded)
        except BaseException as error:  # noqa: BLE001 - an author's definition may raise anything
            self._note_broken(module, error)
        else:
            self.loaded[module] = loaded
            self.experiments.append(described)

    def _note_broken(self, module: str, error: BaseException) -> None:
        cause = error.__cause__ or error
        self.seen.update(_files_named_by(cause))
        ours = cause is error and isinstance(error, AthanorError)  # its message says it all
        reason = str(error) if ours else f"{type(cause).__name__}: {cause}".removesuffix(": ")
        trace = "" if ours else _trace(cause)
        self.broken.append({"module": module, "reason": reason, "traceback": trace})

    def _files(self) -> set[str]:
        """The project's files that this depends on; of a broken module also their folders.

        A folder changes when a file appears in it: the missing one, perhaps.
        """
        imported = [module for name, module in sys.modules.items() if name not in self.before]
        files = {*self.seen, *_project_files(imported, self.order.project)}
        if self.broken:
            files |= {str(self.order.project), *(str(Path(file).parent) for file in files)}
        return files


def _described(loaded: LoadedExperiment) -> dict[str, Any]:
    return {
        "module": loaded.module,
        "origin": loaded.origin,
        "name": loaded.definition.name,
        "description": loaded.definition.description,
        "has_config_schema": loaded.definition.has_config_schema,
        "schema": loaded.json_schema(),
        "defaults": loaded.defaults(),
    }


def _keep_private(connection: socket.socket) -> None:
    """Put the socket out of reach of the processes that the author's code may start."""
    connection.set_inheritable(False)
    os.register_at_fork(after_in_child=connection.close)


def _alarm(timeout_s: float | None) -> None:
    """Die of SIGALRM, whatever the code is stuck in, when even the asker cannot end us."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0 if timeout_s is None else timeout_s + _ALARM_MARGIN_S)


def _silence() -> None:
    """Close the file that took what the import printed, so that it cannot grow for ever."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _project_files(modules: Iterable[ModuleType], project: Path) -> Iterator[str]:
    root = os.path.join(os.path.realpath(project), "")
    for module in modules:
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and _belongs_to(_real(file), root):
            yield file


def _belongs_to(file: str, root: str) -> bool:
    inside = file.removeprefix(root)
    parts = inside.split(os.sep)
    outside = inside == file
    return not (outside or any(part.startswith(".") or part == "site-packages" for part in parts))


def _real(file: str) -> str:
    """The file without symbolic links; a package's folder is looked up once for all its files."""
    if os.path.islink(file):
        return os.path.realpath(file)
    folder, name = os.path.split(file)
    return os.path.join(_real_folder(folder), name)


@functools.cache
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def _files_named_by(error: BaseException) -> Iterator[str]:
    """The files of a traceback: a module that failed to import is in no list of modules."""
    if isinstance(error, SyntaxError) and error.filename:
        yield error.filename
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.startswith("<") and _OURS not in frame.filename:
            yield frame.filename


def _outwait_tick(file: Path | None) -> None:
    """Wait until what was just written can be told from what changes while we read."""
    state = file_state(str(file)) if file else None
    age_ns = time.time_ns() - state[0] if state else _TICK_NS
    if 0 <= age_ns < _TICK_NS:
        time.sleep((_TICK_NS - age_ns) / 1e9)


def _states(files: set[str], started_ns: int) -> Iterator[tuple[str, list[int] | None]]:
    """Time and size of each file; one that changed while we read counts as changed since."""
    started_ns -= _TICK_NS
    now_ns = time.time_ns()
    for file in sorted(files):
        state = file_state(file)
        if state and not Path(file).is_dir() and started_ns < state[0] <= now_ns:
            state = [0, 0]
        yield file, state


_OURS = os.path.dirname(__file__)


def _trace(error: BaseException) -> str:
    """The traceback without our own frames and those of the import system."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if _OURS not in frame.filename
        and not frame.filename.startswith("<frozen importlib")
        and not frame.filename.endswith(os.sep + os.path.join("importlib", "__init__.py"))
    ]
    head = ["Traceback (most recent call last):\n", *traceback.format_list(frames)]
    last = traceback.format_exception_only(error)
    return "".join([*(head if frames else []), *last])


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
