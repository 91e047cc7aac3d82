"""Whether version, changelog and tag say the same, and what is to be done next."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_UNRELEASED = "Unreleased"
_SECTION = re.compile(r"^## \[?(?P<name>[^\s\]]+)\]?(?: - (?P<date>\S+))?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the changelog; ``empty`` when nothing is told in it."""

    name: str
    date: str | None
    empty: bool


@dataclass(frozen=True, slots=True)
class Release:
    """What the repository says about the version it is at."""

    version: str
    sections: tuple[Section, ...]
    tags: frozenset[str]
    tags_here: frozenset[str]
    clean: bool

    @classmethod
    def of(cls, root: Path) -> Release:
        """What stands in the files and in git."""
        source = (root / "src/athanor/version.py").read_text(encoding="utf-8")
        found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
        return cls(
            version=found[1] if found else "",
            sections=tuple(_sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))),
            tags=frozenset(_git(root, "tag", "--list")),
            tags_here=frozenset(_git(root, "tag", "--points-at", "HEAD")),
            clean=not _git(root, "status", "--porcelain"),
        )

    @property
    def tag(self) -> str:
        """The name of this version's tag."""
        return f"v{self.version}"

    def disagreements(self) -> list[str]:
        """What does not fit together, each with the next step."""
        return [text for text in (self._changelog(), self._tag(), self._order()) if text]

    def told(self) -> Iterator[str]:
        """For whoever releases: what disagrees, or what comes next."""
        yield f"version {self.version}"
        disagreements = self.disagreements()
        yield from disagreements
        if not disagreements:
            yield self._next()

    def _section(self, name: str) -> Section | None:
        return next((one for one in self.sections if one.name == name), None)

    def _changelog(self) -> str:
        mine, pending = self._section(self.version), self._section(_UNRELEASED)
        if mine is None:
            return (
                f"CHANGELOG.md has no section {self.version}: rename '## {_UNRELEASED}' to "
                f"'## {self.version} - YYYY-MM-DD', or set the version in src/athanor/version.py."
            )
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", mine.date or ""):
            return (
                f"CHANGELOG.md: '## {self.version}' has no date; write '## {self.version} - "
                "YYYY-MM-DD'."
            )
        if mine.empty:
            return f"CHANGELOG.md: nothing is told under {self.version}; say what changed."
        if self.tag in self.tags_here and pending and not pending.empty:
            return (
                f"CHANGELOG.md: something is told under {_UNRELEASED}, but this commit is tagged "
                f"{self.tag}; move it under {self.version}, or take the tag away."
            )
        return ""

    def _tag(self) -> str:
        others = sorted(tag for tag in self.tags_here if re.match(r"v\d", tag) and tag != self.tag)
        if others:
            return (
                f"This commit is tagged {', '.join(others)}, but the version is {self.version}; "
                "set the version in src/athanor/version.py, commit, and tag that."
            )
        if self.tag in self.tags - self.tags_here:
            return (
                f"{self.tag} is the tag of another commit; raise the version in "
                "src/athanor/version.py."
            )
        return ""

    def _order(self) -> str:
        names = [one.name for one in self.sections if one.name != _UNRELEASED]
        if self._section(self.version) and names[0] != self.version:
            return f"CHANGELOG.md: {names[0]} stands before {self.version}; the newest comes first."
        return ""

    def _next(self) -> str:
        if not self.clean:
            return "Version and changelog agree. Next: commit what is changed, then look again."
        if self.tag not in self.tags_here:
            return f"Version and changelog agree. Next: make test, then git tag {self.tag}."
        return "Version, changelog and tag agree. Next: make package-test, then make build."


def _sections(changelog: str) -> Iterator[Section]:
    heads = list(_SECTION.finditer(changelog))
    ends = [head.start() for head in heads[1:]] + [len(changelog)]
    for head, end in zip(heads, ends, strict=True):
        body = re.sub(r"^#.*$", "", changelog[head.end() : end], flags=re.MULTILINE)
        yield Section(head["name"], head["date"], empty=not body.strip())


def _git(root: Path, *words: str) -> list[str]:
    said = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    return said.split("\n")[:-1]
