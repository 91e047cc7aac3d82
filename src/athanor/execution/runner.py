"""The runner: the parent of one task. It imports no user code and outlives the server.

It starts the task, turns its output into log lines, passes on a cancel, enforces the time limit,
ends what the task leaves behind, and writes ``exited``: so the end of a run is on disk even when
nobody is there to see it.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable

from athanor.domain.home import AttemptDirectory
from athanor.domain.moment import now_us
from athanor.execution import backtrace, control, recorder
from athanor.execution.backlog import Backlog
from athanor.execution.cgroup import Group
from athanor.execution.family import Family
from athanor.execution.launch import Launched
from athanor.execution.meter import Meter, Metered
from athanor.execution.spec import Spec
from athanor.execution.stream import Stream, read_available
from athanor.journal import format as kinds
from athanor.journal.slot import Slot
from athanor.journal.writer import RETRY_S, JournalWriter

BEAT_S = 0.1
_RECORDER_LIMIT_S = 15.0
_LEAVE_S = 0.25
_FOREVER = float("inf")


class Runner:
    """One attempt, from the start of its task to the ``exited`` line."""

    def __init__(
        self,
        spec: Spec,
        directory: AttemptDirectory,
        journal: JournalWriter,
        waiting: Launched,
        group: Group | None,
    ) -> None:
        self._spec = spec
        self._directory = directory
        self._journal = journal
        self._backlog = Backlog(journal)
        self._task = waiting
        self._group = group
        self._family = Family(waiting.pid, group)
        self._kernel_limits = False
        self._slot = Slot(directory.progress)
        self._orders = control.listen(directory)
        self._selector = selectors.DefaultSelector()
        self._streams = (Stream("stdout", waiting.stdout), Stream("stderr", waiting.stderr))
        self._progress_stamp = 0
        self._held: list[Stream] = []
        self._last_beat_s = float("-inf")
        self._terminated = False
        self._kill_at_s = _FOREVER
        self._limit_at_s = _FOREVER
        self._finish_at_s = _FOREVER
        self._signals: list[int] = []
        self._meter: Meter | None = None
        self._memory_exceeded = False
        self._meter_at_s = _FOREVER

    def run(self) -> None:
        """The whole story."""
        self._listen_to_signals()
        self._start()
        while self._family.exit is None:
            self._step()
        ended_s = time.monotonic()
        self._sweep()
        self._await_recorder()
        self._sweep()  # whoever was overlooked beside the recorder: now nobody may be left
        self._leave_group()
        self._drain()
        self._beat()
        self._record(self._exited(ended_s - self._started_s))
        self._finish()

    # --- starting ---

    def _listen_to_signals(self) -> None:
        """Handlers only note; the loop acts."""
        wake_r, wake_w = os.pipe()
        os.set_blocking(wake_r, False)
        os.set_blocking(wake_w, False)
        signal.set_wakeup_fd(wake_w, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda number, _: self._signals.append(number))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._watch(wake_r, lambda: _discard(wake_r))
        self._watch(self._orders, self._obey)

    def _start(self) -> None:
        spec = self._spec
        self._started_s = time.monotonic()
        limit_bytes = spec.instance.memory_limit_bytes
        if self._group is not None and limit_bytes is not None:
            self._kernel_limits = self._group.limit_memory(limit_bytes)
        self._task.tell(spec, self._directory)
        for stream in self._streams:
            self._hear(stream)
        self._watch(self._task.returned, self._returned)
        if spec.instance.time_limit_s is not None:
            self._limit_at_s = self._started_s + spec.instance.time_limit_s
        self._record_surroundings()
        if sys.platform == "linux":
            self._meter = Meter(self._metered())
            self._meter_at_s = self._started_s + self._meter.first_s

    def _record_surroundings(self) -> None:
        project = self._spec.project_path
        found = recorder.at_once(project)
        if found is not None:
            self._record(found)
        else:
            self._family.recorder = recorder.start(self._directory, project)

    def _metered(self) -> Metered:
        limit_bytes = self._spec.instance.memory_limit_bytes
        return Metered(
            parent=os.getpid(),
            spared=self._family.recorder,
            gpus=self._spec.gpus,
            interval_s=self._spec.usage_interval_s,
            memory_limit_bytes=None if self._kernel_limits else limit_bytes,
            reaped_cpu_s=lambda: self._family.cpu_s,
        )

    def _watch(self, fd: int, handler: Callable[[], None]) -> None:
        self._selector.register(fd, selectors.EVENT_READ, handler)

    # --- while it works ---

    def _step(self) -> None:
        for key, _ in self._selector.select(self._patience_s()):
            key.data()
        self._family.reap()
        now_s = time.monotonic()
        if now_s - self._last_beat_s >= BEAT_S:
            self._beat()
        if self._signals:
            self._terminate()
        if now_s >= self._limit_at_s:
            self._exceed_limit()
        if now_s >= self._finish_at_s:
            self._cut_off()
        if now_s >= self._kill_at_s:
            self._kill()

    def _patience_s(self) -> float:
        due_s = min(
            self._last_beat_s + BEAT_S, self._limit_at_s, self._finish_at_s, self._kill_at_s
        )
        return max(0.0, due_s - time.monotonic())

    def _beat(self) -> None:
        """Every 100 ms: the newest progress becomes a line, and what was written is made safe."""
        self._last_beat_s = time.monotonic()
        self._backlog.retry()
        if not self._backlog.waiting:
            self._note_progress()
            self._hear_again()
        self._look_at_meter()
        self._backlog.sync()
        if self._journal.deleted:
            self._terminate()  # somebody removed the data directory: nobody can ever see this run

    def _note_progress(self) -> None:
        newest = self._slot.read()
        if newest is not None and newest.stamp != self._progress_stamp:
            self._progress_stamp = newest.stamp
            self._record(kinds.Progress(newest.ts, newest.current, newest.total, newest.message))

    def _look_at_meter(self) -> None:
        """It begins late and in a thread of its own: a sample delays neither start nor duties."""
        if self._meter is None:
            return
        if time.monotonic() >= self._meter_at_s:
            self._meter_at_s = _FOREVER
            self._meter.start()
        self._record(*self._meter.samples())
        if self._meter.exceeded_bytes is not None and not self._memory_exceeded:
            self._memory_exceeded = True
            self._exceed_memory(self._meter.exceeded_bytes)

    def _hear(self, stream: Stream) -> None:
        self._watch(stream.fd, lambda: self._read(stream))

    def _read(self, stream: Stream) -> None:
        if self._backlog.waiting:  # the pipe fills up and holds the task back
            self._selector.unregister(stream.fd)
            self._held.append(stream)
            return
        said = stream.read()
        if said is None:
            self._selector.unregister(stream.fd)
        else:
            self._record(*said)

    def _hear_again(self) -> None:
        for stream in self._held:
            self._hear(stream)
        self._held.clear()

    def _obey(self) -> None:
        for order in control.receive(self._orders):
            if order == "cancel" and not self._slot.cancelled:
                self._cancel(force=False)
            elif order == "force" and not self._terminated:
                self._cancel(force=True)
                self._terminate()

    def _cancel(self, *, force: bool) -> None:
        """Written before it is acted on; visible to the experiment at once."""
        self._record(kinds.CancelRequested(now_us(), force))
        self._slot.cancel()
        try:
            os.write(self._task.cancel, b"c")
        except BrokenPipeError:
            return  # the task is gone already

    def _returned(self) -> None:
        """The experiment is done; threads and workers have a while to follow it."""
        if os.read(self._task.returned, 1):
            self._finish_at_s = time.monotonic() + self._spec.finish_grace_s
        self._selector.unregister(self._task.returned)

    def _exceed_limit(self) -> None:
        self._limit_at_s = _FOREVER
        limit_s = self._spec.instance.time_limit_s or 0.0
        self._record(kinds.LimitExceeded(now_us(), "time_limit", limit_s))
        self._terminate()

    def _exceed_memory(self, used_bytes: int) -> None:
        limit_bytes = self._spec.instance.memory_limit_bytes
        self._record(
            kinds.LimitExceeded(
                now_us(), "memory_limit", limit_bytes=limit_bytes, used_bytes=used_bytes
            )
        )
        self._terminate()

    def _cut_off(self) -> None:
        self._finish_at_s = _FOREVER
        grace_s = self._spec.finish_grace_s
        self._warn(f"Still busy {grace_s:g} s after the experiment returned: ended by force.")
        self._terminate()

    # --- ending ---

    def _terminate(self) -> None:
        """SIGTERM to everything at once; SIGKILL when the grace is over."""
        if not self._terminated:
            self._terminated = True
            self._kill_at_s = time.monotonic() + self._spec.force_grace_s
            self._family.terminate()

    def _kill(self) -> None:
        self._kill_at_s = time.monotonic() + BEAT_S
        self._family.kill()

    def _sweep(self) -> None:
        """End what the task left behind, processes that hid in sessions of their own too."""
        self._limit_at_s = self._finish_at_s = _FOREVER
        self._let_leave()
        if self._family.gone():
            return
        left = self._family.names()
        if left and not self._terminated:
            named = ", ".join(sorted(set(left)))
            self._warn(f"Ended {len(left)} process(es) that the experiment left behind: {named}")
            self._terminate()
        while not self._family.gone():
            self._step()

    def _leave_group(self) -> None:
        """Say so if the kernel ended it at its limit; then nothing is left to be in the group."""
        if self._group is None:
            return
        if self._kernel_limits and self._group.oom_kills():
            limit_bytes = self._spec.instance.memory_limit_bytes
            self._record(
                kinds.LimitExceeded(
                    now_us(), "memory_limit", limit_bytes=limit_bytes, by_kernel=True
                )
            )
        self._group.remove()

    def _let_leave(self) -> None:
        """Python's own helpers (a resource tracker) go by themselves, a moment after the task."""
        patient_until_s = time.monotonic() + _LEAVE_S
        while not (self._terminated or self._family.gone() or time.monotonic() >= patient_until_s):
            self._step()

    def _await_recorder(self) -> None:
        deadline_s = time.monotonic() + _RECORDER_LIMIT_S
        while self._family.reap() and self._family.recorder is not None:
            if time.monotonic() > deadline_s:
                self._family.kill_all()
            self._step()

    def _drain(self) -> None:
        self._held.clear()
        for stream in self._streams:
            self._record(*stream.rest())

    def _exited(self, duration_s: float) -> kinds.Exited:
        if self._family.exit is None:
            raise RuntimeError("the task has not been reaped")
        status, usage = self._family.exit
        killed = os.WIFSIGNALED(status)
        unit = 1 if sys.platform == "darwin" else 1024
        peak_bytes = self._meter.peak_memory_bytes if self._meter else 0
        return kinds.Exited(
            ts=now_us(),
            code=None if killed else os.WEXITSTATUS(status),
            signal=os.WTERMSIG(status) if killed else None,
            peak_memory_bytes=max(usage.ru_maxrss * unit, peak_bytes),
            cpu_s=round(self._family.cpu_s, 6),
            duration_s=round(duration_s, 6),
            stderr=backtrace.without_own_lines(self._streams[1].tail()),
            oom_killed=self._oom_killed(status),
        )

    def _oom_killed(self, status: int) -> bool:
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return killed and self._meter is not None and self._meter.memory_ran_out

    # --- writing ---

    def _warn(self, message: str) -> None:
        metadata = kinds.raw({"source": "runner"})
        self._record(kinds.Log(now_us(), "warn", message, metadata))

    def _record(self, *lines: kinds.Line) -> None:
        self._backlog.write(*lines)

    def _finish(self) -> None:
        """See the last line written: without it nobody could tell how the run ended."""
        while self._backlog.waiting and not self._journal.deleted:
            time.sleep(RETRY_S)
            self._backlog.retry()
        self._backlog.sync()


def _discard(fd: int) -> None:
    while read_available(fd):
        pass
