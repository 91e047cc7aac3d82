"""The process that has imported what every worker needs, and forks the workers. Linux only.

Started by the catalog as ``python -P -m athanor.definition.zygote FD``; it imports no author's
code. One message is one request: ``fork`` with two descriptors, the worker's socket and the file
for its output, is answered by the new worker itself with its pid; a pid is answered with how that
worker ended, or ``alive``. When the other end closes, it ends with all that it has forked.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import socket
import sys
from typing import NoReturn

from athanor.definition import worker

FORK = b"fork"
ALIVE = b"alive"

_REQUEST_BYTES = 64
_PR_SET_PDEATHSIG = 1
_USUAL_NAMES = ("ConfigSchema", "Definition", "Experiment", "RunContext", "experiment")


def main() -> None:
    """Fork workers until the catalog is gone; each of them goes on from here as a worker."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    _warm_up()
    worker.serve(_born(connection))


def _warm_up() -> None:
    """Import and do once what every worker would; pages that nobody writes then stay shared."""
    from athanor.definition import jsonschema, validation
    from athanor.definition.schema import ConfigSchema

    surface = importlib.import_module("athanor")  # by name: what authors import is above this room
    for name in _USUAL_NAMES:
        getattr(surface, name)
    model = ConfigSchema().field("n", int, default=1).model()
    jsonschema.json_schema(model)
    validation.validate(model, validation.defaults(model))
    gc.collect()
    gc.freeze()


def _born(connection: socket.socket) -> socket.socket:
    """Serve the catalog; returns in every process that is forked, with that worker's socket."""
    zygote = os.getpid()
    unburied: set[int] = set()
    while True:
        request, descriptors = _next_request(connection)
        if not request:
            _end_with(unburied)
        if request != FORK:
            _reply(connection, _ending(int(request), unburied))
            continue
        try:
            pid = os.fork()
        except OSError as error:
            _reply(connection, str(error).encode())
        else:
            if pid == 0:
                return _become_worker(zygote, connection, *descriptors)
            unburied.add(pid)
        for descriptor in descriptors:
            os.close(descriptor)


def _next_request(connection: socket.socket) -> tuple[bytes, list[int]]:
    """A request and what came with it; an empty one when the catalog is gone."""
    try:
        request, descriptors, _, _ = socket.recv_fds(connection, _REQUEST_BYTES, 2)
    except ConnectionResetError:  # it went without reading the last answer
        return b"", []
    return request, descriptors


def _reply(connection: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):
        connection.send(answer)


def _ending(pid: int, unburied: set[int]) -> bytes:
    """The exit code, negative for a signal; what its code has started ends with the worker.

    Until then nobody else can get that pid, so that signals hit no stranger.
    """
    if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return ALIVE
    _kill_session(pid)
    unburied.discard(pid)
    _, status = os.waitpid(pid, 0)
    return str(os.waitstatus_to_exitcode(status)).encode()


def _end_with(workers: set[int]) -> NoReturn:
    """Kill the workers, and what their code has started, before they can become orphans."""
    for pid in workers:
        _kill_session(pid)
    os._exit(0)


def _kill_session(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _become_worker(
    zygote: int, connection: socket.socket, descriptor: int, output: int
) -> socket.socket:
    """Leave the zygote's session, its output and its socket behind."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != zygote:  # it died before the line above
        os._exit(1)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    importlib.invalidate_caches()  # files may have come since the zygote looked
    connection.send(str(os.getpid()).encode())
    connection.close()
    return socket.socket(fileno=descriptor)


if __name__ == "__main__":
    main()
