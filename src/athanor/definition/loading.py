"""Loading an experiment by its module string, inside the process that is to run it."""

from __future__ import annotations

import abc
import functools
import importlib
import inspect
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from athanor.definition.experiment import MARK, Definition, Experiment, FunctionExperiment
from athanor.errors import (
    AmbiguousName,
    AthanorError,
    ExperimentBroken,
    ModuleNotFound,
    NotAnExperiment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from pydantic import BaseModel


class LoadedExperiment:
    """An experiment whose code is loaded and whose definition has been read.

    ``module`` is ``package.module:Name``; ``origin`` is where the code really stands, the same
    for two names of one object.
    """

    def __init__(self, module: str, target: Any) -> None:
        self.module = module
        self.origin = f"{target.__module__}:{target.__qualname__}"
        self._function: FunctionExperiment | None = vars(target).get(MARK)
        self._subject = target if self._function else _made(module, target)
        self.definition = self._read_definition()

    def model(self) -> type[BaseModel]:
        """The pydantic model of the configuration."""
        return self.definition.model()

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of the configuration, draft 2020-12."""
        from athanor.definition.jsonschema import json_schema

        return json_schema(self.model())

    def defaults(self) -> dict[str, Any]:
        """The defaults there are, for a new form."""
        from athanor.definition.validation import defaults

        return defaults(self.model())

    def validate(self, configuration: Any) -> dict[str, Any]:
        """The configuration with defaults filled in, or ValidationFailed."""
        if configuration == {} and not self.definition.has_config_schema:
            return {}  # a run without a schema need not build one
        from athanor.definition.validation import validate

        return validate(self.model(), configuration)

    @functools.cached_property
    def is_async(self) -> bool:
        """Whether ``call`` returns a coroutine to await."""
        return inspect.iscoroutinefunction((self._function and self._subject) or self._run)

    def call(self, ctx: Any, configuration: dict[str, Any]) -> Any:
        """Run the experiment; ``configuration`` is one that ``validate`` has returned."""
        if self._function is None:
            return self._run(ctx)
        if not self._function.takes_configuration:
            return self._subject(ctx)
        from athanor.definition.validation import instantiated

        return self._subject(ctx, instantiated(self.model(), configuration))

    @property
    def _run(self) -> Any:
        return self._subject.run

    def _read_definition(self) -> Definition:
        try:
            given = self._function.definition() if self._function else self._subject.experiment()
        except Exception as error:  # author's code may raise anything; it is the cause
            raise _broken(self.module, "its definition could not be read", error) from error
        if not isinstance(given, Definition):
            raise ExperimentBroken(
                f"{self.module}: experiment() must return a Definition, got {given!r}."
            )
        return given


def load(module: str) -> LoadedExperiment:
    """Import ``package.module:Name``; ``package.module`` will do when it holds one experiment.

    Raises ModuleNotFound, NotAnExperiment or ExperimentBroken (the author's error is its cause).
    """
    path, _, name = module.partition(":")
    imported = import_module(path)
    if not name:
        name = _only_name(imported)
    target = vars(imported).get(name)
    if not is_experiment(target):
        raise _not_an_experiment(f"{path}:{name}", imported, exists=name in vars(imported))
    return LoadedExperiment(f"{path}:{name}", target)


def prepare_path(project: Path) -> None:
    """Let the project's modules be imported by their dotted names: from its root and ``src``."""
    for folder in (project / "src", project):
        if folder == project or folder.is_dir():
            entry = str(folder)
            while entry in sys.path:
                sys.path.remove(entry)
            sys.path.insert(0, entry)


def import_module(path: str) -> ModuleType:
    """The module of that dotted name, or ModuleNotFound or ExperimentBroken."""
    if not path or not all(part.isidentifier() for part in path.split(".")):
        raise ModuleNotFound(
            f"Module not found: {path}. Expected a dotted name such as package.module:Name; "
            "`athanor list` shows the experiments there are."
        )
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name and (path == error.name or path.startswith(error.name + ".")):
            raise _module_not_found(path, error.name) from error
        raise _broken(path, "it could not be imported", error) from error
    except (Exception, SystemExit) as error:  # author's code may raise anything; it is the cause
        raise _broken(path, "it could not be imported", error) from error


def names_in(module: ModuleType) -> Iterator[str]:
    """The experiments defined in a module itself: no parents, no imports, nothing private."""
    seen: set[int] = set()
    for name, value in list(vars(module).items()):
        defined_here = getattr(value, "__module__", None) == module.__name__
        if defined_here and id(value) not in seen and is_experiment(value):
            seen.add(id(value))
            if not name.startswith("_"):
                yield name


def is_experiment(value: Any) -> bool:
    """Whether a value is an experiment: a decorated function, or a class that is no mere parent."""
    if inspect.isroutine(value):
        return isinstance(getattr(value, MARK, None), FunctionExperiment)
    if not inspect.isclass(value) or not issubclass(value, Experiment):
        return False
    return hasattr(value, "experiment") and not _is_parent(value)


def _is_parent(cls: type) -> bool:
    if inspect.isabstract(cls) or abc.ABC in cls.__bases__:
        return True
    return not hasattr(cls, "run") and bool(cls.__subclasses__())


def _made(module: str, cls: type) -> Any:
    if not callable(getattr(cls, "run", None)):
        raise ExperimentBroken(
            f"{module} has no run: add `def run(self, ctx)` (or ABC to its bases, when it is "
            "only a parent for others)."
        )
    try:
        return cls()
    except Exception as error:  # author's code may raise anything; it is the cause
        raise _broken(module, "it could not be made without arguments", error) from error


def _only_name(module: ModuleType) -> str:
    names = list(names_in(module))
    if len(names) > 1:
        choices = ", ".join(f"{module.__name__}:{name}" for name in names)
        raise AmbiguousName(f"{module.__name__} holds several experiments; give one of: {choices}.")
    if not names:
        raise _not_an_experiment(module.__name__, module, exists=True)
    return names[0]


def _not_an_experiment(asked: str, module: ModuleType, *, exists: bool) -> AthanorError:
    there = list(names_in(module))
    near = get_close_matches(asked.partition(":")[2], there, n=3, cutoff=0.5) or there[:5]
    why = "the name exists there" if exists else "the module has no such name"
    hint = f"Did you mean {', '.join(near)}?" if near else "The module holds no experiment."
    return NotAnExperiment(
        f"{module.__name__} is not an experiment: {asked} ({why}, in "
        f"{getattr(module, '__file__', None) or 'no file'}). {hint} "
        "An experiment is a class with `experiment` and `run`, or a function under @experiment."
    )


def _module_not_found(path: str, missing: str) -> ModuleNotFound:
    where = ", ".join(entry or "." for entry in sys.path[:3])
    at = f" (there is no {missing})" if missing != path else ""
    return ModuleNotFound(
        f"Module not found: {path}{at}. Looked in {where} and {max(len(sys.path) - 3, 0)} more "
        "places; `athanor list` shows the experiments there are."
    )


def _broken(module: str, what: str, error: BaseException) -> ExperimentBroken:
    return ExperimentBroken(f"{module}: {what}: {type(error).__name__}: {error}")
