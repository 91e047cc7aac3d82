"""How experiments are written and loaded."""

import asyncio
import subprocess
import sys
from abc import ABC, abstractmethod
from textwrap import dedent

import pytest
from pydantic import BaseModel, ValidationError

from athanor.definition.experiment import Definition, Experiment, experiment
from athanor.definition.loading import (
    LoadedExperiment,
    is_experiment,
    load,
    names_in,
    prepare_path,
)
from athanor.definition.schema import ConfigSchema
from athanor.errors import (
    AmbiguousName,
    ExperimentBroken,
    InvalidDefinition,
    ModuleNotFound,
    NotAnExperiment,
)

HEAD = "from athanor.definition.experiment import *\nfrom athanor.definition.schema import *\n"


class Config(BaseModel):
    n: int = 3


class Simple(Experiment):
    def experiment(self):
        return Definition("simple", "Says it.", ConfigSchema().field("n", int, default=2))

    def run(self, ctx):
        return ("ran", ctx)


class Shared(Experiment):
    def run(self, ctx):
        return "shared"


class Child(Shared):
    def experiment(self):
        return Definition("child")


class Grandchild(Child):
    def experiment(self):
        return Definition("grandchild")


class RunMixin:
    def run(self, ctx):
        return "mixed"


class MixinLast(Experiment, RunMixin):
    def experiment(self):
        return Definition("mixin_last")


class Listed(Experiment, ABC):
    def experiment(self):
        return Definition("abstract")

    def run(self, ctx): ...


class Template(Experiment):
    def experiment(self):
        return Definition("template")

    @abstractmethod
    def work(self): ...


class Filled(Template):
    def run(self, ctx): ...


def loaded(target):
    return LoadedExperiment(f"{target.__module__}:{target.__qualname__}", target)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose modules can be imported, and are forgotten afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    prepare_path(tmp_path)

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + dedent(text))
        return path

    yield write
    for name in set(sys.modules) - before:
        if name.split(".")[0] in {"labx", "labsrc"}:
            del sys.modules[name]


def test_a_definition_reads_back_unchanged():
    """EXP-02"""
    schema = ConfigSchema().field("n", int)
    definition = Definition("a name", "some text", schema)
    assert (definition.name, definition.description, definition.configuration) == (
        "a name",
        "some text",
        schema,
    )


def test_a_name_is_all_a_definition_needs():
    """EXP-03"""
    definition = Definition("alone")
    assert (definition.description, definition.configuration) == (None, None)
    assert not definition.has_config_schema
    assert definition.model().model_fields == {}


@pytest.mark.parametrize("name", ["", "  ", None, 3])
def test_a_name_must_say_something(name):
    with pytest.raises(InvalidDefinition, match="needs a name"):
        Definition(name)


@pytest.mark.parametrize("configuration", [{"n": int}, Config(), int, "schema"])
def test_a_configuration_must_be_a_schema_or_a_model(configuration):
    with pytest.raises(InvalidDefinition, match="ConfigSchema or a pydantic model"):
        Definition("x", configuration=configuration)


def test_a_class_is_loaded_validated_and_run():
    """EXP-01"""
    simple = loaded(Simple)
    assert simple.definition.name == "simple"
    assert not simple.is_async
    assert simple.validate({}) == simple.defaults() == {"n": 2}
    assert simple.json_schema()["properties"]["n"]["default"] == 2
    assert simple.call("ctx", {"n": 2}) == ("ran", "ctx")


@pytest.mark.parametrize(
    ("cls", "name"),
    [(Child, "child"), (Grandchild, "grandchild"), (MixinLast, "mixin_last"), (Filled, "template")],
)
def test_inheritance_and_mixins_do_not_hide_an_experiment(cls, name):
    """DSC-06"""
    if cls is Filled:
        cls = type("Whole", (Filled,), {"work": lambda self: None, "__module__": __name__})
    assert is_experiment(cls)
    assert loaded(cls).definition.name == name


@pytest.mark.parametrize("cls", [Experiment, Shared, Listed, Template])
def test_parents_are_no_experiments(cls):
    """DSC-06"""
    assert not is_experiment(cls)


@pytest.mark.parametrize("value", [None, 3, print, len, Config, Simple(), "x", Simple.run])
def test_other_things_are_no_experiments(value):
    assert not is_experiment(value)


def test_a_function_is_an_experiment_and_stays_a_function():
    """EXP-01"""

    @experiment(description="A function.")
    def plain(ctx, config: Config):
        return ctx, config

    assert plain(1, 2) == (1, 2)
    found = loaded(plain)
    assert found.definition == Definition("plain", "A function.", Config)
    assert found.call("ctx", {"n": 5}) == ("ctx", Config(n=5))


def test_a_function_may_take_the_context_only():
    @experiment
    def bare(ctx):
        return ctx

    found = loaded(bare)
    assert found.definition == Definition("bare")
    assert found.call("ctx", {}) == "ctx"


def test_the_description_is_the_first_paragraph_of_the_docstring_unless_one_is_given():
    @experiment
    def told(ctx):
        """Is the coin
        fair?

        By throwing it.
        """

    @experiment(description="Given.")
    def given(ctx):
        """Not this."""

    assert loaded(told).definition.description == "Is the coin fair?"
    assert loaded(given).definition.description == "Given."


def test_a_function_may_be_named_by_the_decorator():
    @experiment("another name")
    def bare(ctx): ...

    assert loaded(bare).definition.name == "another name"


def test_async_functions_and_methods_are_known_as_such():
    class Later(Experiment):
        def experiment(self):
            return Definition("later")

        async def run(self, ctx):
            return ctx

    @experiment
    async def soon(ctx):
        return ctx

    for target in (Later, soon):
        found = loaded(target)
        assert found.is_async
        assert asyncio.run(found.call("ctx", {})) == "ctx"


@pytest.mark.parametrize("function", [lambda: 0, lambda a, b, c: 0])
def test_a_function_must_take_a_context_and_perhaps_a_configuration(function):
    with pytest.raises(InvalidDefinition, match=r"must take \(ctx\) or \(ctx, config\)"):
        experiment(function)


def test_the_decorator_refuses_a_class():
    with pytest.raises(InvalidDefinition, match="inherits from"):
        experiment(Simple)


@pytest.mark.parametrize("annotation", [None, dict, "Missing", "int"])
def test_a_configuration_parameter_must_be_annotated_with_a_model(annotation):
    def odd(ctx, config): ...

    if annotation:
        odd.__annotations__["config"] = annotation
    with pytest.raises(ExperimentBroken, match="'config'"):
        loaded(experiment(odd))


def test_annotations_may_be_text(project):
    path = project("labx/texts.py", "")
    path.write_text(
        dedent(
            """
            from __future__ import annotations
            from typing import TYPE_CHECKING
            from pydantic import BaseModel
            from athanor.definition.experiment import experiment
            if TYPE_CHECKING:
                from nowhere import RunContext

            @experiment
            def f(ctx: RunContext, config: Config): return config.n

            class Config(BaseModel):
                n: int = 4
            """
        )
    )
    assert load("labx.texts:f").call(None, {}) == 4


def test_a_module_is_loaded_by_its_full_string_or_when_it_holds_one_experiment(project):
    project("labx/one.py", "@experiment\ndef f(ctx): return 'f'\ng = f\n")
    assert load("labx.one:f").module == load("labx.one").module == "labx.one:f"
    assert load("labx.one:g").origin == "labx.one:f"
    project("labx/two.py", "@experiment\ndef f(ctx): ...\n@experiment\ndef g(ctx): ...\n")
    with pytest.raises(AmbiguousName, match=r"labx\.two:f, labx\.two:g"):
        load("labx.two")


def test_only_what_a_module_defines_itself_is_listed(project):
    project("labx/base.py", "@experiment\ndef f(ctx): ...\n@experiment\ndef _hidden(ctx): ...\n")
    project("labx/user.py", "from labx.base import f\n@experiment\ndef g(ctx): ...\n")
    load("labx.user:f")
    assert list(names_in(sys.modules["labx.user"])) == ["g"]
    assert list(names_in(sys.modules["labx.base"])) == ["f"]


@pytest.mark.parametrize("module", ["labx.nothing:X", "nowhere_at_all", "", ":x", "a b:c", "1.2"])
def test_an_unknown_module_says_what_was_looked_for(project, module):
    """DSC-04"""
    with pytest.raises(ModuleNotFound, match=f"Module not found: {module.partition(':')[0]}"):
        load(module)


def test_what_is_no_experiment_is_another_error_with_the_nearest_name(project):
    """DSC-04"""
    project("labx/three.py", "@experiment\ndef train(ctx): ...\nother = 3\n")
    for name, words in (("trian", "no such name"), ("other", "the name exists there")):
        with pytest.raises(NotAnExperiment, match=words) as caught:
            load(f"labx.three:{name}")
        assert "is not an experiment: labx.three:" in str(caught.value)
        assert "train" in str(caught.value)
        assert "three.py" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("import not_there_at_all", ModuleNotFoundError),
        ("1/0", ZeroDivisionError),
        ("raise SystemExit(3)", SystemExit),
        ("def broken(:", SyntaxError),
        ("ConfigSchema().field('n', int, default=3, max=2)", InvalidDefinition),
    ],
)
def test_a_module_that_raises_is_broken_and_keeps_the_cause(project, text, cause):
    project(f"labx/raises_{cause.__name__.lower()}.py", text)
    with pytest.raises(ExperimentBroken) as caught:
        load(f"labx.raises_{cause.__name__.lower()}:X")
    assert isinstance(caught.value.__cause__, cause)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("def experiment(self): return Definition('x')", "has no run"),
        ("def experiment(self): 1/0\n    def run(self, ctx): ...", "ZeroDivisionError"),
        (
            "def experiment(self): return 'x'\n    def run(self, ctx): ...",
            "must return a Definition",
        ),
        ("def __init__(self, n): ...\n    experiment = run = print", "made without arguments"),
    ],
)
def test_a_class_that_cannot_be_used_is_broken(project, body, words):
    """EXP-08"""
    name = f"labx/cls{abs(hash(body))}"
    project(name + ".py", f"class X(Experiment):\n    {body}\n")
    with pytest.raises(ExperimentBroken, match=words):
        load(name.replace("/", ".") + ":X")


def test_modules_below_src_are_imported_from_there(project, tmp_path):
    project("src/labsrc/a.py", "@experiment\ndef f(ctx): ...\n")
    prepare_path(tmp_path)
    assert load("labsrc.a:f").module == "labsrc.a:f"
    assert sys.path[:2] == [str(tmp_path), str(tmp_path / "src")]
    prepare_path(tmp_path)
    assert sys.path.count(str(tmp_path)) == 1


def test_a_configuration_that_no_longer_fits_is_refused_at_the_call():
    @experiment
    def f(ctx, config: Config): ...

    with pytest.raises(Exception, match="n: must be an integer") as caught:
        loaded(f).call(None, {"n": "x"})
    assert not isinstance(caught.value, ValidationError)


def test_writing_an_experiment_costs_no_heavy_import():
    check = (
        "import sys, athanor.definition.experiment, athanor.definition.loading;"
        "heavy = {'pydantic', 'sqlalchemy', 'psutil', 'asyncio'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.returncode == 0
