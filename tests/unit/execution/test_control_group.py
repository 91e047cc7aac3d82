"""Control groups: where one may be made, what it can do, and that its absence is no trouble."""

from __future__ import annotations

import os

import pytest

from athanor.execution import cgroup, machine
from athanor.execution.cgroup import Group

NAME = f"athanor-{os.getpid()}-{machine.start_ticks(os.getpid())}"


@pytest.fixture
def pretended(tmp_path, monkeypatch):
    """A group with the memory controller, of plain files: no machine of these tests gives one."""
    own = tmp_path / "unit" / "supervisor"
    own.mkdir(parents=True)
    for folder in (own, own.parent):
        (folder / "cgroup.procs").touch()
    (own.parent / "cgroup.controllers").write_text("cpu memory pids\n")
    monkeypatch.setattr(cgroup, "_own", lambda: own)
    return own


def test_a_group_is_made_below_the_one_we_are_in_and_named_by_us(pretended):
    group = cgroup.make()
    assert group.path == pretended / NAME
    assert group.made_by(os.getpid(), machine.start_ticks(os.getpid()))
    assert not group.made_by(os.getpid(), 1)
    group.remove()
    assert not group.path.exists()


def test_in_a_delegated_unit_it_stands_beside_us_and_memory_is_enabled(pretended, monkeypatch):
    monkeypatch.setattr(cgroup, "_delegated", lambda base: base == pretended.parent)
    assert cgroup.make().path == pretended.parent / NAME
    assert (pretended.parent / "cgroup.subtree_control").read_text() == "+memory"


@pytest.mark.parametrize("refused", [".", "cgroup.procs"])
def test_where_we_may_not_write_none_is_made(pretended, monkeypatch, refused):
    monkeypatch.setattr(cgroup.os, "access", lambda path, _: path != pretended / refused)
    assert cgroup.make() is None


def test_without_control_groups_none_is_made(monkeypatch):
    monkeypatch.setattr(cgroup, "_mount", lambda: None)
    assert cgroup.make() is None


def test_groups_of_runners_that_were_killed_are_taken_away(pretended):
    stale, foreign = pretended / f"athanor-{os.getpid()}-1", pretended / "athanor-else"
    stale.mkdir()
    foreign.mkdir()
    cgroup.remove_stale()
    assert not stale.exists()
    assert foreign.exists()


def test_a_limit_is_the_kernels_only_where_it_has_the_controller(tmp_path):
    group = Group(tmp_path)
    (tmp_path / "memory.max").mkdir()  # as refused as a file that is not there
    assert not group.limit_memory(1000)
    (tmp_path / "memory.max").rmdir()
    assert group.limit_memory(1000)
    assert (tmp_path / "memory.max").read_text() == "1000"
    assert (tmp_path / "memory.oom.group").read_text() == "1"


def test_kills_for_want_of_memory_are_counted(tmp_path):
    assert Group(tmp_path).oom_kills() == 0
    (tmp_path / "memory.events").write_text("low 0\noom 3\noom_kill 2\noom_group_kill 1\n")
    assert Group(tmp_path).oom_kills() == 2


def test_a_mount_whose_path_holds_odd_characters_is_read(monkeypatch):
    monkeypatch.setattr(cgroup, "_text", lambda _: "none /sys/fs/my\\040groups cgroup2 rw 0 0\n")
    assert str(cgroup._mount()) == "/sys/fs/my groups"
