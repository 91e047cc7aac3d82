"""How an experiment is written: a class with ``experiment`` and ``run``, or a function."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, overload

from athanor.definition.schema import ConfigSchema, is_model
from athanor.errors import InvalidDefinition

if TYPE_CHECKING:
    from pydantic import BaseModel

F = TypeVar("F", bound=Callable[..., Any])

MARK = "__athanor_experiment__"
"""Where a decorated function carries its FunctionExperiment."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What an experiment says about itself.

    ``name`` identifies it among all experiments of a project. ``configuration`` is a ConfigSchema
    or a pydantic model class; None means that there is nothing to configure.
    """

    name: str
    description: str | None = None
    configuration: ConfigSchema | type[BaseModel] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InvalidDefinition(
                f"A definition needs a name, text that is not blank; got {self.name!r}."
            )
        if not isinstance(self.description, str | None):
            raise InvalidDefinition(
                f"The description of {self.name!r} must be text, got {self.description!r}."
            )
        schema = self.configuration
        if not (schema is None or isinstance(schema, ConfigSchema) or is_model(schema)):
            raise InvalidDefinition(
                f"The configuration of {self.name!r} must be a ConfigSchema or a pydantic model "
                f"class, got {schema!r}."
            )

    @property
    def has_config_schema(self) -> bool:
        """Whether there is anything to configure."""
        return self.configuration is not None

    def model(self) -> type[BaseModel]:
        """The pydantic model of the configuration; one without fields when there is none."""
        if self.configuration is None:
            return _NOTHING_TO_CONFIGURE.model()
        if isinstance(self.configuration, ConfigSchema):
            return self.configuration.model()
        return self.configuration


_NOTHING_TO_CONFIGURE = ConfigSchema()


class Experiment:
    """The parent of every experiment written as a class.

    Override ``experiment`` and ``run`` (it may be ``async def``), here or in a parent or mixin. A
    class that lacks ``experiment``, lists ABC among its bases or begins with an underscore is a
    parent for others and no experiment itself. Experiments are made without arguments.
    """

    # Only declared: real methods here would hide those of a mixin that is listed after this class.
    if TYPE_CHECKING:

        def experiment(self) -> Definition:
            """Say the name, the description and the configuration schema."""
            ...

        def run(self, ctx: Any) -> Any:
            """Do the work; what is returned becomes the result ``return_value``."""
            ...


@dataclass(frozen=True, slots=True)
class FunctionExperiment:
    """What the decorator notes about a function; annotations are read when first needed."""

    function: Callable[..., Any]
    name: str
    description: str | None

    def definition(self) -> Definition:
        """The definition; the schema is the annotation of the second parameter."""
        return Definition(self.name, self.description, self._schema())

    @property
    def takes_configuration(self) -> bool:
        """Whether the function has a second parameter."""
        return len(_parameters(self.function)) > 1

    def _schema(self) -> type[BaseModel] | None:
        if not self.takes_configuration:
            return None
        parameter = _parameters(self.function)[1]
        annotation = _resolved(self.function, parameter)
        if not is_model(annotation):
            raise InvalidDefinition(
                f"The parameter {parameter.name!r} of the experiment {self.name!r} must be "
                f"annotated with a pydantic model class, got {_shown(annotation)}."
            )
        return typing.cast("type[BaseModel]", annotation)


@overload
def experiment(name: F, /) -> F: ...
@overload
def experiment(name: str | None = None, *, description: str | None = None) -> Callable[[F], F]: ...
def experiment(name: Any = None, *, description: str | None = None) -> Any:
    """Make an experiment of ``def f(ctx)`` or ``def f(ctx, config: Model)``; both may be async.

    Use it as ``@experiment`` or ``@experiment("name", description="...")``. The name defaults to
    that of the function, which is returned unchanged; the description to the first paragraph of
    its docstring.
    """
    if callable(name):
        return _marked(name, None, description)
    return lambda function: _marked(function, name, description)


def _marked(function: Any, name: str | None, description: str | None) -> Any:
    if not inspect.isroutine(function):
        raise InvalidDefinition(
            f"@experiment is for functions, got {function!r}; a class inherits from "
            "athanor.Experiment instead."
        )
    marked = FunctionExperiment(
        function,
        function.__name__ if name is None else name,
        _documented(function) if description is None else description,
    )
    Definition(marked.name, marked.description)
    count = len(_parameters(function))
    if not 1 <= count <= 2:
        raise InvalidDefinition(
            f"The experiment {marked.name!r} must take (ctx) or (ctx, config), but "
            f"{function.__name__} has {count} positional parameters."
        )
    setattr(function, MARK, marked)
    return function


def _documented(function: Callable[..., Any]) -> str | None:
    """The first paragraph of the docstring, as one line."""
    first = re.split(r"\n\s*\n", inspect.getdoc(function) or "", maxsplit=1)[0]
    return " ".join(first.split()) or None


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    positional = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    parameters = inspect.signature(function).parameters.values()
    return [parameter for parameter in parameters if parameter.kind in positional]


def _resolved(function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    """The annotation itself, also when it is only text (``from __future__ import annotations``).

    Just this one: the annotation of ``ctx`` may name what only a type checker imports.
    """
    if parameter.annotation is inspect.Parameter.empty:
        return None
    holder: Any = SimpleNamespace(__annotations__={"config": parameter.annotation})
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    try:
        return typing.get_type_hints(holder, globalns=scope)["config"]
    except (NameError, AttributeError, TypeError) as error:
        raise InvalidDefinition(
            f"The annotation {parameter.annotation!r} of {parameter.name!r} cannot be read: "
            f"{error}. Define the model at the top level of the module."
        ) from error


def _shown(annotation: Any) -> str:
    return "nothing" if annotation is None else repr(annotation)
