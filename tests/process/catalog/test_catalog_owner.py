"""The processes of the catalog, and their end."""

import os
import subprocess
import sys

import psutil
import pytest
from catalog_givens import (
    HEAD,
    LINUX,
    TRAIN,
    ends,
    function,
    names,
    started,
    workers,
)


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
