"""Running an experiment inside a test: no database, no other process, the real runtime.

The journal is a real one in a temporary folder, so worker threads and processes report as ever,
and the verdict is the one that a supervised run would get.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from athanor.definition import loading
from athanor.domain.home import AttemptDirectory
from athanor.testing import reading
from athanor.testing.outcome import Outcome
from athanor.testing.performance import perform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athanor.definition.loading import LoadedExperiment

__all__ = ["Outcome", "run"]


def run(
    experiment: Any,
    configuration: Mapping[str, Any] | None = None,
    *,
    cancel_after: int | None = None,
) -> Outcome:
    """Run an experiment here and now, and say how it went.

    ``experiment`` is a decorated function, a class, or a name as ``package.module:Name``. Missing
    values of ``configuration`` get their defaults; ValidationFailed when it does not fit. The run
    is asked to stop once it has reported (a log, a result, a progress) ``cancel_after`` times; 0
    asks before it begins. What is printed or goes through ``logging`` stays with the test.
    """
    loaded = _loaded(experiment)
    fitted = loaded.validate(dict(configuration or {}))
    with tempfile.TemporaryDirectory(prefix="athanor-test-") as folder:
        directory = AttemptDirectory(Path(folder))
        exception = perform(loaded, fitted, directory, cancel_after)
        return reading.read(fitted, directory, exception)


def _loaded(experiment: Any) -> LoadedExperiment:
    if isinstance(experiment, str):
        return loading.load(experiment)
    if not loading.is_experiment(experiment):
        raise TypeError(
            "athanor.testing.run takes a function under @experiment, a class that inherits from "
            f"Experiment, or a name such as package.module:Name; got {experiment!r}."
        )
    name = f"{experiment.__module__}:{experiment.__qualname__}"
    return loading.LoadedExperiment(name, experiment)
