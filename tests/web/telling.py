"""Runs that do what a test says, step by step, on the server of the session."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from served import until

SOURCE = Path(__file__).parent / "telling_experiment.txt"
MODULE = "experiments.telling:telling"


class Telling:
    """Makes runs of the experiment."""

    def __init__(self, lab) -> None:
        self.lab = lab
        file = lab.project / "experiments" / "telling.py"
        file.write_text(SOURCE.read_text(encoding="utf-8"))
        until(lambda: MODULE in str(lab.get("/experiments")))

    def start(self, *steps: list, name: str = "telling"):
        body = {
            "experiment_module": MODULE,
            "name": name,
            "configuration": {"steps": steps},
        }
        instance = self.lab.post("/instances", body, 201)
        return self.lab.post(f"/instances/{instance['id']}/runs", status=201)

    def ended(self, *steps: list, name: str = "telling"):
        return self.lab.end(self.start(*steps, name=name)["id"])

    def gate(self) -> Gate:
        return Gate(self.lab.project)


class Gate:
    """What a run may wait for, once: ``gate.wait`` is its step, ``gate.open()`` lets it through."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"gate-{uuid4().hex}"
        self.wait = ["wait", self.file.name]

    def open(self) -> None:
        self.file.touch()
