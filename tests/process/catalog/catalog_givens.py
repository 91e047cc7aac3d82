"""What the tests of the catalog begin with: a project on disk, and a look at the processes."""

import os
import select
import sys
from textwrap import dedent

import psutil

from athanor import settings
from athanor.definition.catalog import Catalog

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


def ends(pid):
    """Whether a process ends within seconds, or has; somebody else's zombie counts as ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(descriptor) as handle:
        return bool(select.select([handle], [], [], 5)[0])
