"""Whether version, changelog and tag agree, said before it is too late."""

from __future__ import annotations

import subprocess

import pytest

from release.check import ROOT, Release

NOTES = (
    "# Changelog\n\n{}\n## 0.2.0 - 2026-01-31\n\n- Something\n\n## 0.1.0 - 2026-01-01\n\n- All\n"
)


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "src/athanor").mkdir(parents=True)
    (tmp_path / "src/athanor/version.py").write_text('__version__ = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(NOTES.format(""))
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(folder, *words):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "a step")


def said(folder):
    return "\n".join(Release.of(folder).told())


def test_what_agrees_is_told_with_the_next_step(repository):
    assert "git tag v0.2.0" in said(repository)
    git(repository, "tag", "v0.2.0")
    assert "make build" in said(repository)
    (repository / "new").touch()
    assert "commit what is changed" in said(repository)
    assert Release.of(repository).disagreements() == []


@pytest.mark.parametrize(
    ("changelog", "expected"),
    [
        ("# Changelog\n\n## Unreleased\n\n- Something\n", "no section 0.2.0"),
        ("# Changelog\n\n## 0.2.0\n\n- Something\n", "has no date"),
        ("# Changelog\n\n## 0.2.0 - 2026-01-31\n\n### Added\n", "nothing is told under 0.2.0"),
        (
            "# Changelog\n\n## 0.1.0 - 2026-01-01\n\n- All\n\n## 0.2.0 - 2026-01-31\n\n- More\n",
            "0.1.0 stands before 0.2.0",
        ),
    ],
)
def test_a_changelog_that_does_not_fit_is_told(repository, changelog, expected):
    (repository / "CHANGELOG.md").write_text(changelog)
    assert expected in said(repository)


def test_a_tag_that_does_not_fit_is_told(repository):
    git(repository, "tag", "v0.1.9")
    assert "tagged v0.1.9, but the version is 0.2.0" in said(repository)
    git(repository, "tag", "--delete", "v0.1.9")
    git(repository, "tag", "v0.2.0")
    commit(repository)
    assert "v0.2.0 is the tag of another commit" in said(repository)


def test_what_is_not_released_may_not_be_in_what_is_tagged(repository):
    (repository / "CHANGELOG.md").write_text(NOTES.format("## Unreleased\n\n- More\n"))
    commit(repository)
    assert Release.of(repository).disagreements() == []
    git(repository, "tag", "v0.2.0")
    assert "under Unreleased, but this commit is tagged" in said(repository)


def test_this_repository_can_be_looked_at():
    assert Release.of(ROOT).version
