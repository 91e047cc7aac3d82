"""Runs that have left results of every shape, on the server of the session."""

from __future__ import annotations

from pathlib import Path

from served import until

SOURCE = Path(__file__).parent / "leaving_experiment.txt"
MODULE = "experiments.leaving:leaving"


class Leaving:
    """Makes runs of the experiment; each kind once, since they are only looked at."""

    def __init__(self, lab) -> None:
        self.lab = lab
        self.made: dict[tuple, dict] = {}
        file = lab.project / "experiments" / "leaving.py"
        file.write_text(SOURCE.read_text(encoding="utf-8"))
        until(lambda: MODULE in str(lab.get("/experiments")))

    def start(self, what: str, **configuration):
        body = {
            "experiment_module": MODULE,
            "name": f"{what} {configuration.get('rate', '')}".strip(),
            "configuration": {"what": what, **configuration},
        }
        instance = self.lab.post("/instances", body, 201)
        return self.lab.post(f"/instances/{instance['id']}/runs", status=201)["id"]

    def ended(self, what: str, **configuration) -> str:
        """The id of a run that has ended."""
        known = (what, *configuration.items())
        if known not in self.made:
            self.made[known] = self.lab.end(self.start(what, **configuration))
        return self.made[known]["id"]

    def result(self, run_id: str, key: str) -> str:
        """The id of a result."""
        found = self.lab.get(f"/runs/{run_id}/results", key_prefix=key)
        return found["items"][0]["id"]
