"""Experiments over the wire."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from athanor.server.models.answer import Answer, Asked, Object
from athanor.server.models.problem import WrongValue

Module = Field(
    description="The experiment's full name: `package.module:Name`.",
    examples=["experiments.hello:hello"],
)


class Experiment(Answer):
    """An experiment that can be used."""

    module: str = Module
    name: str = Field(description="Its short name, unique in the project.", examples=["hello"])
    description: str | None = Field(examples=["A minimal experiment"])
    has_config_schema: bool = Field(description="Whether it takes a configuration.")
    file: Path | None = Field(description="Where its code is.", examples=["experiments/hello.py"])
    stale: bool = Field(description="Its file has changed and is being read again.")


class BrokenExperiment(Answer):
    """A file or an experiment that cannot be used, and why."""

    module: str = Field(examples=["experiments.broken"])
    name: str | None = Field(description="Its short name where that is known.")
    file: Path | None = Field(examples=["experiments/broken.py"])
    reason: str = Field(examples=["ModuleNotFoundError: No module named 'torch'"])
    traceback: str = Field(description="Of the import; empty when there is none.")


class Experiments(Answer):
    """The experiments of the project."""

    experiments: list[Experiment] = Field(description="Those that can be used, by name.")
    broken: list[BrokenExperiment] = Field(description="Those that cannot, by module.")
    reading: list[str] = Field(
        description="Modules that are being read for the first time: ask again in a moment."
    )


class ExperimentDetails(Experiment):
    """An experiment with all that a form needs."""

    config_schema: Object = Field(description="The JSON Schema of its configuration.")
    defaults: Object = Field(
        description="The configuration's defaults; required values without one are left out."
    )


class ConfigurationToCheck(Asked):
    """A configuration to be checked."""

    configuration: Object


class CheckedConfiguration(Answer):
    """What the experiment's own model says about a configuration."""

    valid: bool
    configuration: Object | None = Field(
        description="With its defaults filled in; null unless valid."
    )
    errors: list[WrongValue] = Field(description="Everything that is wrong; empty when valid.")
