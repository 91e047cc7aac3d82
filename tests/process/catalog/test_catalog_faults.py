"""What is broken hides nothing else."""

import os
import sys
import time

import psutil
from catalog_givens import (
    LINUX,
    TRAIN,
    broken,
    children,
    function,
    names,
    workers,
)

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
