"""What a run is recorded with."""

from __future__ import annotations

import json
import subprocess

import pytest

from athanor.execution import surroundings

WHO = ("-c", "user.name=Lab", "-c", "user.email=lab@example.org", "-c", "commit.gpgsign=false")


class Repository:
    def __init__(self, path):
        self.path = path
        self.git("init", "-q", "-b", "trunk")

    def git(self, *arguments):
        command = ["git", *WHO, *arguments]
        done = subprocess.run(command, cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, **files):
        for name, content in files.items():
            (self.path / name).write_text(content)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def test_outside_a_repository_there_is_no_git(tmp_path):
    assert surroundings.git(tmp_path) is None


def test_a_clean_repository_has_a_commit_a_branch_and_no_diff(repository):
    repository.commit(a="1\n")
    found = surroundings.git(repository.path)
    assert found["commit"] == repository.git("rev-parse", "HEAD")
    assert found["branch"] == "trunk"
    assert (found["dirty"], found["diff"], found["untracked"]) == (False, "", [])


def test_uncommitted_changes_staged_or_not_are_in_the_diff(repository):
    repository.commit(a="old a\n", b="old b\n")
    (repository.path / "a").write_text("new a\n")
    (repository.path / "b").write_text("new b\n")
    repository.git("add", "b")
    found = surroundings.git(repository.path)
    assert found["dirty"]
    assert "+new a" in found["diff"]
    assert "+new b" in found["diff"]


def test_untracked_files_are_named(repository):
    repository.commit(a="1\n")
    (repository.path / "ünew file").write_text("x")
    found = surroundings.git(repository.path)
    assert found["untracked_count"] == 1
    assert found["dirty"]
    assert found["diff"] == ""


def test_a_repository_without_a_commit_says_so(repository):
    (repository.path / "a").write_text("1\n")
    repository.git("add", "a")
    found = surroundings.git(repository.path)
    assert found["commit"] is None
    assert found["branch"] == "trunk"
    assert found["dirty"]


def test_a_huge_diff_is_cut_and_says_so(repository, monkeypatch):
    monkeypatch.setattr(surroundings, "DIFF_LIMIT", 100)
    repository.commit(a="1\n")
    (repository.path / "a").write_text("2\n" * 1000)
    found = surroundings.git(repository.path)
    assert len(found["diff"]) == 100
    assert found["diff_truncated"]


def test_a_diff_that_git_does_not_finish_is_told_from_none(repository, monkeypatch):
    repository.commit(a="1\n")
    (repository.path / "a").write_text("2\n")
    real = surroundings._git

    def slow_at_diffs(project, verb, *more):
        return None if verb == "diff" else real(project, verb, *more)

    monkeypatch.setattr(surroundings, "_git", slow_at_diffs)
    found = surroundings.git(repository.path)
    assert found["dirty"]
    assert found["diff"] == ""
    assert found["diff_truncated"]


def test_the_diff_is_git_s_own_whatever_the_author_has_configured(repository):
    repository.commit(a="1\n")
    repository.git("config", "diff.external", "/bin/false")
    repository.git("config", "color.ui", "always")
    (repository.path / "a").write_text("2\n")
    assert "\n+2\n" in surroundings.git(repository.path)["diff"]


def test_a_diff_that_is_no_utf8_is_kept_with_escapes(repository):
    repository.commit(a="1\n")
    (repository.path / "a").write_bytes(b"\xe9\n")
    assert "+\\xe9" in surroundings.git(repository.path)["diff"]


def test_variables_are_named_without_their_values(tmp_path):
    found = surroundings.gather(tmp_path, {"SECRET": "hush-hush", "A": "b"})
    assert found["environment_names"] == ["A", "SECRET"]
    assert "hush-hush" not in json.dumps(found)


def test_packages_and_hardware_are_named(tmp_path):
    found = surroundings.gather(tmp_path, {})
    assert found["packages"]["pytest"] == pytest.__version__
    assert found["hardware"]["cores"] >= 1
    assert found["hardware"]["memory_bytes"] > 0


def test_where_git_or_new_packages_are_to_be_asked_nothing_is_at_hand(tmp_path, monkeypatch):
    monkeypatch.delenv("GIT_DIR", raising=False)
    surroundings.packages()
    assert surroundings.at_hand(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert not surroundings.at_hand(tmp_path)
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not surroundings.at_hand(tmp_path)
    surroundings.packages()
    assert surroundings.at_hand(tmp_path)
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    assert not surroundings.at_hand(below)


def test_a_repository_that_cannot_be_looked_at_is_left_to_git(tmp_path):
    surroundings.packages()
    (tmp_path / ".git").symlink_to("x" * 300)
    assert not surroundings.at_hand(tmp_path)
