"""A laboratory: one project with an experiment for every ending, and a harness that supervises."""

from __future__ import annotations

import dataclasses
import os

import pytest

from athanor import settings
from athanor.domain.attempt import cookie_of
from athanor.domain.events import LogsAdded, RunUpdated
from athanor.domain.home import Home
from athanor.execution import descendants, lock
from athanor.harness import Harness

DATABASE_URL = "ATHANOR_DATABASE_URL"
PATIENCE_S = 20
GRACE_S = 0.5
SECRET = "hush-hush-7f3a"
CHANGING = """
from athanor import ConfigSchema, Definition, Experiment

class Trial(Experiment):
    def experiment(self):
        return Definition("NAME", configuration=ConfigSchema().field("n", int, max=99))

    def run(self, ctx):
        ctx.log("info", "worked")
"""


class Laboratory:
    """Starts runs by their action, waits for them, and knows whether anything of them is left."""

    def __init__(self, project):
        self.project = project
        self.settings = dataclasses.replace(
            settings.load(project, {DATABASE_URL: os.environ.get(DATABASE_URL, "")}),
            force_grace_s=GRACE_S,
            finish_grace_s=GRACE_S,
        )
        self.harness = Harness.open(settings=self.settings)
        self.harness.supervise()
        self.started = []

    def instance(self, action, argument="", experiment="EveryEnding", **options):
        return self.harness.create_instance(
            experiment_module=f"every_ending:{experiment}",
            name=action,
            configuration={"action": action, "argument": argument},
            **options,
        )

    def changing(self, name, configuration):
        """An instance of an experiment in a file of its own, and that file, for changing it."""
        file = self.project / "changing" / f"{name}.py"
        file.write_text(CHANGING.replace("NAME", name))
        instance = self.harness.create_instance(
            experiment_module=f"changing.{name}:Trial", name=name, configuration=configuration
        )
        return instance, file

    def start(self, action, argument="", **options):
        return self.start_instance(self.instance(action, argument, **options))

    def start_instance(self, instance, given_environment=None):
        run = self.harness.start_run(instance.id, given_environment)
        self.started.append(run)
        return run

    def end(self, run):
        """The run once it has ended; an error of the test when it does not."""
        ended = self.harness.wait(run.id, PATIENCE_S)
        assert ended.status.final, f"still {ended.status} after {PATIENCE_S} s"
        return ended

    def ended(self, action, argument="", **options):
        return self.end(self.start(action, argument, **options))

    def await_log(self, run, message):
        """Return once the run has said ``message``."""
        for event in self.harness.follow(run.id):
            if isinstance(event, LogsAdded) and message in [line.message for line in event.logs]:
                return
        pytest.fail(f"the run ended without saying {message!r}: {self.messages(run)}")

    def await_finishing(self, run):
        """Return once the run has said its final word and is still there."""
        for event in self.harness.follow(run.id):
            if isinstance(event, RunUpdated) and event.run.finishing:
                return
        pytest.fail("the run ended without that it was seen finishing")

    def cancelled(self, action, **options):
        """A run that was asked to stop as soon as it said that it is ready."""
        run = self.start(action, **options)
        self.await_log(run, "ready")
        self.harness.cancel_run(run.id)
        return self.end(run)

    def logs(self, run):
        return self.harness.list_logs(run.id, limit=1_000_000)

    def messages(self, run):
        return [line.message for line in self.logs(run)]

    def level(self, run, level):
        return [line.message for line in self.logs(run) if line.level == level]

    def results(self, run):
        return [(result.key, result.value) for result in self.harness.list_results(run.id)]

    def result(self, run, key):
        (found,) = self.harness.get_results_by_key(run.id, key)
        return found.value

    def directory(self, run):
        return Home(self.settings.home).attempt(run.id, 1)

    def left_behind(self, run):
        """Processes of a run that are still there, by cookie and by the journal they hold."""
        return [
            process.pid
            for process in descendants.leftovers(self.directory(run), self.cookie(run), None)
        ]

    def cookie(self, run):
        return cookie_of(self.harness._database.home, run.id, 1)

    def alive(self, run):
        return not lock.is_free(self.directory(run).lock)
