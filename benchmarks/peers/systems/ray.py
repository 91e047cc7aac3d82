"""Ray: how soon an actor or a job begins; it keeps no events."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.peers.protocol import Sizes, System, answer, main

_NOTE = "import time; open({path!r}, 'w').write(str(time.time_ns()))"
_ACTOR = """
import time
import ray

ray.init(include_dashboard=False, log_to_driver=False)

@ray.remote
class Here:
    def begun(self):
        return time.time_ns()

begun_ns = ray.get(Here.remote().begun.remote())
with open("reached", "w") as note:
    note.write(str(begun_ns))
"""
_PATIENCE_S = 60


class Ray(System):
    """A cluster of this machine alone."""

    def start(self, sizes: Sizes) -> None:
        ways = {"warm": self._actors, "job": self._jobs, "cold": self._cold}
        answer({"seconds": list(ways[self.way](sizes["n"]))})

    def _actors(self, times: int) -> Iterator[float]:
        """A new actor is a process; it is kept, so that the next one is a new process too."""
        import ray

        ray.init(include_dashboard=False, log_to_driver=False, num_cpus=2)

        @ray.remote(num_cpus=0)
        class Here:
            def begun(self) -> int:
                return time.time_ns()

        kept = []
        for _ in range(min(times, 5)):
            asked_ns = time.time_ns()
            kept.append(Here.remote())
            yield (ray.get(kept[-1].begun.remote()) - asked_ns) / 1e9

    def _jobs(self, times: int) -> Iterator[float]:
        """Submitted to the dashboard, as its documents do with what outlives its caller."""
        import ray
        from ray.job_submission import JobSubmissionClient

        context = ray.init(include_dashboard=True, log_to_driver=False)
        client = JobSubmissionClient(f"http://{context.dashboard_url}")
        reached = self.folder / "reached"
        note = _NOTE.format(path=str(reached))
        for _ in range(min(times, 3)):
            reached.unlink(missing_ok=True)
            asked_ns = time.time_ns()
            client.submit_job(entrypoint=f"{sys.executable} -c {shlex.quote(note)}")
            yield (self._noted() - asked_ns) / 1e9

    def _noted(self) -> int:
        reached = self.folder / "reached"
        end_s = time.monotonic() + _PATIENCE_S
        while not (reached.exists() and (text := reached.read_text())):
            if time.monotonic() > end_s:
                raise SystemExit("the job of Ray did not begin")
            time.sleep(0.005)
        return int(text)

    def _cold(self, times: int) -> Iterator[float]:
        script = self.folder / "actor.py"
        script.write_text(_ACTOR)
        for _ in range(times):
            asked_ns = time.time_ns()
            subprocess.run([sys.executable, script], cwd=self.folder, check=True)
            yield (self._noted() - asked_ns) / 1e9
            (self.folder / "reached").unlink()


if __name__ == "__main__":
    os.environ["RAY_AUTH_MODE"] = "disabled"
    main(Ray)
