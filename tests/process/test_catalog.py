"""The catalog with real files and real worker processes."""

import os
import select
import subprocess
import sys
import threading
import time
from textwrap import dedent

import psutil
import pytest

from athanor import settings
from athanor.definition import workshop
from athanor.definition.catalog import Catalog
from athanor.definition.listing import ExperimentEntry
from athanor.errors import (
    AmbiguousName,
    CatalogUnavailable,
    ExperimentBroken,
    ModuleNotFound,
    NotAnExperiment,
    ValidationFailed,
)

LINUX = sys.platform == "linux"

HEAD = (
    "from athanor.definition.experiment import *\n"
    "from athanor.definition.schema import *\n"
    "from pydantic import BaseModel, field_validator\n"
)

TRAIN = """
    class Train(Experiment):
        def experiment(self):
            schema = ConfigSchema().field("n", int, default=10, max=99)
            return Definition("train", "Trains.", schema)
        def run(self, ctx): ...
"""


class Project:
    """A project on disk and a catalog of it."""

    def __init__(self, root):
        self.root = root
        self.environ = {}

    def write(self, name, *texts, head=HEAD):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + "".join(map(dedent, texts)))
        return path

    def catalog(self, **options):
        return Catalog(settings.load(self.root, self.environ), **options)

    def listing(self):
        with self.catalog() as catalog:
            return catalog.list()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    return Project(tmp_path)


@pytest.fixture
def catalog(project):
    with project.catalog() as catalog:
        yield catalog


def function(name):
    return f"@experiment\ndef {name}(ctx): ...\n"


def names(listing):
    return [entry.name for entry in listing.experiments]


def broken(listing):
    return {entry.module: entry for entry in listing.broken}


def started():
    """What a catalog has started from this process, which has other children too: a database."""
    return [
        child
        for child in psutil.Process().children()
        if any("athanor.definition" in word for word in child.cmdline())
    ]


def children():
    """All of that, and what is below it."""
    return [p for child in started() for p in (child, *child.children(recursive=True))]


def workers():
    """The processes that import; on Linux children of the one that forks them."""
    return [w for zygote in started() for w in zygote.children()] if LINUX else started()


# --- what is listed ------------------------------------------------------------------------------


def test_experiments_are_found_without_registration_and_sorted_by_name(project, catalog):
    """DSC-01, DSC-02, EXP-10"""
    project.write("experiments/z.py", function("alpha"))
    project.write("experiments/pack/__init__.py", "")
    project.write("experiments/pack/one.py", function("gamma") + function("beta"))
    project.write("experiments/alone/__init__.py", function("delta"))
    listing = catalog.list()
    assert [(entry.name, entry.module) for entry in listing.experiments] == [
        ("alpha", "experiments.z:alpha"),
        ("beta", "experiments.pack.one:beta"),
        ("delta", "experiments.alone:delta"),
        ("gamma", "experiments.pack.one:gamma"),
    ]
    assert listing.broken == ()
    assert catalog.options()[0] == ("alpha", "experiments.z:alpha")


def test_an_entry_says_what_a_list_needs(project, catalog):
    """DSC-03, EXP-02, EXP-03"""
    file = project.write("experiments/a.py", TRAIN, function("bare"))
    bare, train = catalog.list().experiments
    assert train == ExperimentEntry(
        module="experiments.a:Train",
        name="train",
        description="Trains.",
        has_config_schema=True,
        file=file,
    )
    assert (bare.description, bare.has_config_schema) == (None, False)


def test_a_project_without_experiments_has_an_empty_list(project):
    listing = project.listing()
    assert (listing.experiments, listing.broken) == ((), ())


def test_two_experiments_of_one_name_are_both_broken_naming_each_other(project, catalog):
    """EXP-04"""
    first = project.write("experiments/a.py", function("same") + function("fine"))
    second = project.write("experiments/b.py", "@experiment('same')\ndef other(ctx): ...\n")
    listing = catalog.list()
    assert names(listing) == ["fine"]
    found = broken(listing)
    assert str(second) in found["experiments.a:same"].reason
    assert str(first) in found["experiments.b:other"].reason
    for ask in (lambda: catalog.schema("experiments.a:same"), lambda: catalog.resolve("same")):
        with pytest.raises(ExperimentBroken, match="must be unique"):
            ask()


def test_an_import_of_an_experiment_is_no_second_one(project):
    project.write("experiments/a.py", function("one"))
    project.write("experiments/b.py", "from experiments.a import one\n" + function("two"))
    listing = project.listing()
    assert [entry.module for entry in listing.experiments] == [
        "experiments.a:one",
        "experiments.b:two",
    ]
    assert listing.broken == ()


def test_one_experiment_under_two_modules_is_no_second_one(project, catalog):
    (project.root / "pyproject.toml").write_text(
        "[tool.athanor]\nexperiments = ['experiments', 'shop.api:one']\n"
    )
    project.write("experiments/a.py", function("one"))
    project.write("shop/api.py", "from experiments.a import one\n")
    listing = catalog.list()
    assert [entry.module for entry in listing.experiments] == ["experiments.a:one"]
    assert listing.broken == ()


def test_modules_keep_their_real_names_and_run_from_the_project(project, catalog):
    project.write(
        "experiments/a.py",
        """
        import os, multiprocessing, pickle
        @experiment(description=f"{__name__} {os.getcwd()} {os.environ['CUDA_VISIBLE_DEVICES']!r}")
        def where(ctx): ...
        assert pickle.loads(pickle.dumps(where)) is where
        """,
    )
    assert catalog.list().broken == ()
    (entry,) = catalog.list().experiments
    assert entry.description == f"experiments.a {project.root} ''"


def test_the_variables_of_dotenv_are_there_at_import(project, catalog):
    (project.root / ".env").write_text("LAB_KEY=from dotenv\n")
    project.write(
        "experiments/a.py",
        "import os\n@experiment(description=os.environ['LAB_KEY'])\ndef f(ctx): ...\n",
    )
    assert catalog.list().experiments[0].description == "from dotenv"


# --- what is broken hides nothing else -----------------------------------------------------------

BAD = {
    "exits": ("import os\nos._exit(3)", "ended its process with exit code 3"),
    "exits_well": ("import os\nos._exit(0)", "ended its process with exit code 0"),
    "leaves": ("import sys\nsys.exit('no arguments')", "SystemExit: no arguments"),
    "crashes": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
    "raises": ("1/0", "ZeroDivisionError: division by zero"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "misspelt": ("import not_installed_anywhere", "No module named 'not_installed_anywhere'"),
    "unfinished": ("def f(:", "SyntaxError"),
    "closes": ("import os, time\nos.closerange(3, 256)\ntime.sleep(60)", "closed the catalog's"),
    "schema": ("ConfigSchema().field('speed', int, default=9, max=3)", "'speed'"),
    "no_run": ("class X(Experiment):\n  def experiment(self): return Definition('x')", "no run"),
    "definition": (
        "class X(Experiment):\n  def experiment(self): 1/0\n  def run(self, ctx): ...",
        "ZeroDivisionError",
    ),
}


def test_every_kind_of_bad_file_is_listed_with_its_reason_and_hides_nothing(project):
    """DSC-05, EXP-08"""
    project.write("experiments/good.py", function("good"))
    for name, (text, _) in BAD.items():
        project.write(f"experiments/{name}.py", text)
    listing = project.listing()
    assert names(listing) == ["good"]
    found = {module.partition(":")[0]: entry for module, entry in broken(listing).items()}
    assert set(found) == {f"experiments.{name}" for name in BAD}
    for name, (_, words) in BAD.items():
        assert words in found[f"experiments.{name}"].reason
        assert found[f"experiments.{name}"].file == project.root / f"experiments/{name}.py"


def test_the_traceback_starts_in_the_authors_file(project):
    project.write("experiments/a.py", "def f(): 1/0\nf()\n")
    (entry,) = project.listing().broken
    lines = entry.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert str(project.root / "experiments/a.py") in lines[1]
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert "athanor/definition" not in entry.traceback


def test_an_import_that_hangs_is_ended_and_listed_with_where_it_hung(project):
    project.environ["ATHANOR_IMPORT_TIMEOUT"] = "1.5"
    project.write("experiments/good.py", function("good"))
    project.write("experiments/hangs.py", "import time\ndef sleepy(): time.sleep(600)\nsleepy()\n")
    with project.catalog() as catalog:
        listing = catalog.list()
        assert names(listing) == ["good"]
        (entry,) = listing.broken
        assert entry.reason == "took longer than 1.5 s to import"
        assert "sleepy" in entry.traceback
        assert len(workers()) == 1


def test_closing_does_not_wait_for_an_import_that_hangs(project):
    gate = project.root / "gate"
    os.mkfifo(gate)
    project.write("experiments/hangs.py", f"open({str(gate)!r}).read()\n")
    catalog = project.catalog()
    catalog.refresh(patience_s=0)
    with gate.open("w"):  # opens when the import waits in it
        started = time.monotonic()
        catalog.close()
        assert time.monotonic() - started < 5
    assert children() == []


def test_whatever_a_file_prints_harms_nothing(project, catalog, capfd):
    project.write(
        "experiments/loud.py",
        """
        import ctypes, os, subprocess, sys
        print("x" * 1_000_000)
        print("y" * 1_000_000, file=sys.stderr)
        os.write(1, b"z" * 1_000_000)
        ctypes.CDLL(None).puts(b"from C")
        subprocess.run(["echo", "from a child"])
        assert sys.stdin.read() == ""
        """,
        TRAIN,
    )
    assert names(catalog.list()) == ["train"]
    assert catalog.validate("experiments.loud:Train", {"n": 3}) == {"n": 3}
    assert capfd.readouterr() == ("", "")
    if LINUX:  # what it prints later is kept nowhere
        assert os.readlink(f"/proc/{workers()[0].pid}/fd/1") == os.devnull


def test_a_child_that_a_file_leaves_behind_ends_with_the_catalog(project):
    project.write(
        "experiments/a.py", "import subprocess\nsubprocess.Popen(['sleep', '600'])\n", TRAIN
    )
    with project.catalog() as catalog:
        assert names(catalog.list()) == ["train"]
        assert "sleep" in [child.name() for child in children()]
        left = children()
    psutil.wait_procs(left, timeout=5)
    assert not any(child.is_running() and child.status() != "zombie" for child in left)


def test_the_caller_never_imports_an_authors_module(project, catalog):
    project.write("experiments/very_own_module.py", TRAIN)
    catalog.validate("experiments.very_own_module:Train", {})
    assert not [name for name in sys.modules if "very_own_module" in name]


# --- what is answered ----------------------------------------------------------------------------


def test_schema_defaults_and_checks_come_from_the_worker(project, catalog):
    """DSC-07, CFG-19"""
    project.write("experiments/a.py", TRAIN)
    module = "experiments.a:Train"
    assert catalog.entry(module).name == "train"
    assert catalog.schema(module)["properties"]["n"]["maximum"] == 99
    assert catalog.defaults(module) == catalog.validate(module, {}) == {"n": 10}
    with pytest.raises(ValidationFailed) as caught:
        catalog.validate(module, {"n": 5000, "m": 1})
    assert [str(problem) for problem in caught.value.problems] == [
        "m: is not a known key; known keys are: n",
        "n: must be less than or equal to 99",
    ]


def test_unknown_modules_and_other_things_are_different_errors(project, catalog):
    """DSC-04, DSC-07"""
    project.write("experiments/a.py", TRAIN)
    with pytest.raises(ModuleNotFound, match=r"Module not found: experiments\.b:X"):
        catalog.schema("experiments.b:X")
    with pytest.raises(NotAnExperiment, match=r"is not an experiment: .*:Tran.*a:Train"):
        catalog.schema("experiments.a:Tran")
    with pytest.raises(NotAnExperiment, match=r"is not an experiment: json\.decoder"):
        catalog.schema("json.decoder:JSONDecoder")


def test_an_authors_validators_run_in_the_worker(project):
    project.write(
        "experiments/a.py",
        """
        import os, time
        class Config(BaseModel):
            action: str
            @field_validator("action")
            @classmethod
            def act(cls, value):
                if value == "refuse": raise ValueError("no, thank you")
                if value == "raise": raise KeyError("oops")
                if value == "die": os._exit(9)
                if value == "hang": time.sleep(600)
                return value.upper()
        @experiment
        def f(ctx, config: Config): ...
        """,
    )
    module = "experiments.a:f"
    with project.catalog(answer_timeout_s=1.5) as catalog:
        assert catalog.validate(module, {"action": "go"}) == {"action": "GO"}
        with pytest.raises(ValidationFailed, match="action: no, thank you"):
            catalog.validate(module, {"action": "refuse"})
        with pytest.raises(ExperimentBroken, match="KeyError: 'oops'"):
            catalog.validate(module, {"action": "raise"})
        with pytest.raises(CatalogUnavailable, match="exit code 9"):
            catalog.validate(module, {"action": "die"})
        with pytest.raises(CatalogUnavailable, match=r"longer than 1\.5 s"):
            catalog.validate(module, {"action": "hang"})
        assert catalog.validate(module, {"action": "again"}) == {"action": "AGAIN"}


def test_a_configuration_that_cannot_travel_is_refused(project, catalog):
    project.write("experiments/a.py", TRAIN)
    circle = {}
    circle["n"] = circle
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (lambda: 3, circle, deep):
        with pytest.raises(ValidationFailed):
            catalog.validate("experiments.a:Train", {"n": value})
    assert catalog.validate("experiments.a:Train", {"n": 3}) == {"n": 3}


def test_a_worker_killed_while_idle_is_replaced_unseen(project, catalog):
    project.write("experiments/a.py", TRAIN)
    catalog.list()
    (worker,) = workers()
    worker.kill()
    assert catalog.validate("experiments.a:Train", {"n": 3}) == {"n": 3}


def test_more_files_than_workers_are_kept_still_answer(project, catalog, monkeypatch):
    monkeypatch.setattr(workshop, "KEPT_WORKERS", 1)
    modules = [f"experiments.m{number}:f{number}" for number in range(3)]
    for number in range(3):
        project.write(f"experiments/m{number}.py", function(f"f{number}"))
    assert len(catalog.list().experiments) == 3
    assert len(workers()) == 1
    assert [catalog.validate(module, {}) for module in modules] == [{}, {}, {}]
    assert len(workers()) == 1


def test_many_threads_may_ask_at_once(project, catalog):
    project.write("experiments/a.py", TRAIN)
    project.write("experiments/b.py", function("other"))
    wrong = []

    def ask(number):
        for n in range(number, number + 20):
            if catalog.validate("experiments.a:Train", {"n": n}) != {"n": n}:
                wrong.append(n)
            if names(catalog.list()) != ["other", "train"]:
                wrong.append("list")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(workers()) == 2


def test_a_warm_check_is_quick(project, catalog):
    project.write("experiments/a.py", TRAIN)
    catalog.validate("experiments.a:Train", {})
    taken = []
    for _ in range(100):
        started = time.perf_counter()
        catalog.validate("experiments.a:Train", {"n": 3})
        taken.append(time.perf_counter() - started)
    assert sorted(taken)[-10] < 0.010


# --- names ---------------------------------------------------------------------------------------


def test_an_experiment_is_meant_by_name_module_or_the_end_of_it(project, catalog):
    project.write("experiments/deep/one.py", TRAIN)
    project.write("experiments/two.py", function("other"))
    for text in ("train", "experiments.deep.one:Train", "one:Train", "Train", "one", "deep.one"):
        assert catalog.resolve(text).module == "experiments.deep.one:Train"


def test_an_ambiguous_end_names_the_choices(project, catalog):
    project.write("experiments/a/one.py", "@experiment('x')\ndef f(ctx): ...\n")
    project.write("experiments/b/one.py", "@experiment('y')\ndef f(ctx): ...\n")
    with pytest.raises(AmbiguousName, match=r"experiments\.a\.one:f, experiments\.b\.one:f"):
        catalog.resolve("one:f")


def test_an_unknown_name_suggests_the_nearest_and_the_command(project, catalog):
    project.write("experiments/a.py", TRAIN)
    with pytest.raises(ModuleNotFound, match=r"not found: trian\..*mean train\?.*`athanor list`"):
        catalog.resolve("trian")


def test_a_name_that_its_file_does_not_spell_out_is_found_all_the_same(project, catalog):
    project.write("experiments/a.py", "@experiment('com' + 'puted')\ndef f(ctx): ...\n")
    assert catalog.resolve("computed").module == "experiments.a:f"


def test_finding_one_name_imports_no_other_file(project, catalog):
    project.write("experiments/a.py", TRAIN)
    project.write("experiments/b.py", f"open({str(project.root / 'imported')!r}, 'w').close()\n")
    assert catalog.resolve("train").name == "train"
    assert not (project.root / "imported").exists()
    catalog.list()
    assert (project.root / "imported").exists()


def test_the_name_of_a_broken_file_gives_its_reason(project, catalog):
    project.write("experiments/a.py", "1/0\n")
    with pytest.raises(ExperimentBroken, match="ZeroDivisionError"):
        catalog.resolve("experiments.a:X")
    with pytest.raises(ExperimentBroken, match="ZeroDivisionError"):
        catalog.resolve("a")


# --- edits ---------------------------------------------------------------------------------------


def test_a_changed_default_is_seen_even_within_one_second(project, catalog, monkeypatch):
    """EXP-05"""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    file = project.write("experiments/a.py", TRAIN)
    for tenth, default in enumerate((10, 20, 30)):
        file.write_text(HEAD + dedent(TRAIN).replace("default=10", f"default={default}"))
        os.utime(file, (1000 + tenth / 10,) * 2)
        assert catalog.defaults("experiments.a:Train") == {"n": default}
        assert catalog.validate("experiments.a:Train", {}) == {"n": default}


def test_a_changed_helper_of_a_file_is_seen(project, catalog):
    helper = project.write("lab/helper.py", "TEXT = 'one'\n", head="")
    project.write(
        "experiments/a.py",
        "from lab.helper import TEXT\n@experiment(description=TEXT)\ndef f(ctx): ...\n",
    )
    assert catalog.list().experiments[0].description == "one"
    helper.write_text("TEXT = 'two'\n")
    assert catalog.list().experiments[0].description == "two"


def test_new_and_deleted_files_are_seen(project, catalog):
    project.write("experiments/a.py", function("a"))
    assert names(catalog.list()) == ["a"]
    second = project.write("experiments/b.py", function("b"))
    assert names(catalog.list()) == ["a", "b"]
    second.unlink()
    assert names(catalog.list()) == ["a"]
    with pytest.raises(ModuleNotFound):
        catalog.schema("experiments.b:b")
    assert len(workers()) == 1


def test_a_broken_file_is_tried_again_when_it_or_what_it_misses_is_mended(project, catalog):
    file = project.write("experiments/a.py", "1/0\n")
    assert len(catalog.list().broken) == 1
    file.write_text(HEAD + "from missing_helper import x\n" + function("a"))
    assert "missing_helper" in catalog.list().broken[0].reason
    helper = project.write("missing_helper.py", "x = (\n", head="")
    assert "SyntaxError" in catalog.list().broken[0].reason
    helper.write_text("x = 1\n")
    assert names(catalog.list()) == ["a"]


def test_an_unchanged_file_is_not_imported_again(project, catalog):
    count = project.root / "count"
    project.write("experiments/a.py", f"open({str(count)!r}, 'a').write('x')\n", TRAIN)
    os.utime(project.root / "experiments/a.py", (1, 1))
    for _ in range(3):
        catalog.list()
    assert count.read_text() == "x"


def test_a_file_from_the_future_is_not_imported_for_ever(project, catalog):
    count = project.root / "count"
    file = project.write("experiments/a.py", f"open({str(count)!r}, 'a').write('x')\n", TRAIN)
    os.utime(file, (time.time() + 9999,) * 2)
    for _ in range(3):
        catalog.list()
    assert count.read_text() == "x"


def test_the_old_answer_serves_marked_stale_until_the_new_one_is_ready(project, catalog):
    gate = project.root / "gate"
    file = project.write("experiments/a.py", TRAIN)
    module = "experiments.a:Train"
    catalog.list()
    os.mkfifo(gate)
    text = dedent(TRAIN).replace("default=10", "default=20")
    file.write_text(HEAD + f"open({str(gate)!r}).read()\n" + text)
    (entry,) = catalog.list(patience_s=0).experiments
    assert entry.stale
    assert catalog.defaults(module, wait=False) == {"n": 10}
    gate.write_text("")  # lets the import go on
    assert catalog.defaults(module) == {"n": 20}
    assert not catalog.entry(module).stale


def test_an_edit_during_an_import_is_not_missed(project, catalog):
    gate = project.root / "gate"
    os.mkfifo(gate)
    waiting = f"open({str(gate)!r}).read()\n"
    file = project.write("experiments/a.py", waiting, TRAIN)
    catalog.refresh(patience_s=0)
    with gate.open("w"):  # opens when the import, which has read the file, waits in it
        file.write_text(HEAD + dedent(TRAIN).replace("default=10", "default=20"))
    assert catalog.defaults("experiments.a:Train") == {"n": 20}


# --- the end of the owner ------------------------------------------------------------------------


class OwnerProcess(subprocess.Popen):
    """Another process with a catalog of the project; it does one thing, says so and waits."""

    def __init__(self, project, action):
        script = (
            "import sys, pathlib\n"
            "from athanor import settings\n"
            "from athanor.definition.catalog import Catalog\n"
            "catalog = Catalog(settings.load(pathlib.Path(sys.argv[1]), {}))\n"
            f"{action}\n"
            "print('done', flush=True)\n"
            "sys.stdin.read()\n"
        )
        command = [sys.executable, "-c", script, str(project.root)]
        super().__init__(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.stdout.readline() == "done\n"


def test_workers_die_with_the_process_that_started_them(project):
    project.write("experiments/a.py", TRAIN)
    with OwnerProcess(project, "catalog.list()") as owner:
        started = psutil.Process(owner.pid).children(recursive=True)
        assert len(started) == (2 if LINUX else 1)
        owner.kill()
    _, alive = psutil.wait_procs(started, timeout=5)
    assert alive == []


@pytest.mark.skipif(not LINUX, reason="only there one process forks the others")
class TestTheProcessThatForksTheWorkers:
    def test_it_is_one_for_all_files(self, project, catalog):
        for number in range(3):
            project.write(f"experiments/m{number}.py", function(f"f{number}"))
        catalog.list()
        assert len(started()) == 1
        assert len(workers()) == 3

    def test_it_is_replaced_unseen_when_it_is_killed(self, project, catalog):
        project.write("experiments/a.py", TRAIN)
        catalog.list()
        started()[0].kill()
        assert catalog.validate("experiments.a:Train", {"n": 3}) == {"n": 3}
        project.write("experiments/b.py", function("other"))
        assert names(catalog.list()) == ["other", "train"]
        assert len(started()) == 1

    def test_an_import_that_dies_with_it_is_done_again(self, project, catalog):
        gate = project.root / "gate"
        os.mkfifo(gate)
        project.write("experiments/a.py", f"open({str(gate)!r}).read()\n", TRAIN)
        catalog.refresh(patience_s=0)
        with gate.open("w"):  # opens when the import waits in it
            importing = workers()
            started()[0].kill()
            _, alive = psutil.wait_procs(importing, timeout=5)
            assert alive == []
        gate.write_text("")  # opens when the second import waits in it
        listing = catalog.list()
        assert names(listing) == ["train"]
        assert listing.broken == ()

    def test_an_edited_dotenv_is_seen_by_the_next_import(self, project, catalog):
        text = "import os\n@experiment(description=os.environ.get('LAB_KEY'))\ndef f(ctx): ...\n"
        file = project.write("experiments/a.py", text)
        assert catalog.list().experiments[0].description is None
        (project.root / ".env").write_text("LAB_KEY=new\n")
        file.write_text(HEAD + text + "# edited\n")
        assert catalog.list().experiments[0].description == "new"
        assert len(started()) == 1

    def test_what_a_file_has_started_ends_even_when_it_ends_its_own_process(self, project, catalog):
        project.write(
            "experiments/a.py",
            "import os, subprocess\n"
            "print(subprocess.Popen(['sleep', '600']).pid, flush=True)\n"
            "os._exit(3)\n",
        )
        (entry,) = catalog.list().broken
        assert ends(int(entry.traceback))

    def test_the_owner_takes_an_import_that_hangs_with_it_and_what_that_has_started(self, project):
        project.write(
            "experiments/a.py",
            "import subprocess, time\nsubprocess.Popen(['sleep', '600'])\n"
            f"open({str(project.root / 'gate')!r}).read()\n",
        )
        os.mkfifo(project.root / "gate")
        with (
            OwnerProcess(project, "catalog.refresh(patience_s=0)") as owner,
            (project.root / "gate").open("w"),  # opens when the import waits in it
        ):
            started = psutil.Process(owner.pid).children(recursive=True)
            assert [p.name() for p in started].count("sleep") == 1
            owner.kill()
            _, alive = psutil.wait_procs(started, timeout=5)
        assert [p for p in alive if p.status() != "zombie"] == []


def ends(pid):
    """Whether a process ends within seconds, or has; somebody else's zombie counts as ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(descriptor) as handle:
        return bool(select.select([handle], [], [], 5)[0])
