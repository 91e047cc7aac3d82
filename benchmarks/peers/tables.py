"""Findings as tables of Markdown: one a question with all there is to say, and two in short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.peers.catalogue import QUESTIONS
from benchmarks.peers.question import FLOOR, OURS, Finding, Question, ratio

_SCALES = {"us": 1e6, "ms": 1e3, "s": 1.0, "/s": 1.0, "MiB": 1.0, "of": 100.0}
_SIGNS = {"us": "µs", "ms": "ms", "s": "s", "/s": "/s", "MiB": "MiB", "of": "%"}
_NONE = "—"
_FAIR = 1.0
SHORT = (
    (
        "Recording",
        (
            ("call", "one call"),
            ("survival", "left after a kill"),
            ("rate", "events/s until queried"),
        ),
    ),
    (
        "Starting, reading, living",
        (
            ("warm", "start, warm"),
            ("cold", "start, cold"),
            ("list", "1,000 runs"),
            ("tail", "last 1,000 of 1,000,000 lines"),
            ("frame", "10,000 results as a frame"),
            ("live", "call to socket"),
            ("import", "import"),
            ("size", "installed"),
            ("idle", "idle server"),
        ),
    ),
)
"""What the README shows: questions that stand beside each other, and their names there."""


class Findings:
    """All of one run, to be asked by question and system."""

    def __init__(self, found: Iterable[Finding], questions: Sequence[Question] = QUESTIONS) -> None:
        self._found = list(found)
        self._questions = {question.name: question for question in questions}

    def of(self, name: str) -> list[Finding]:
        return [finding for finding in self._found if finding.question == name]

    def questions(self) -> list[Question]:
        there = {finding.question for finding in self._found}
        return [question for name, question in self._questions.items() if name in there]

    def at(self, name: str, label: str) -> Finding | None:
        return next((finding for finding in self.of(name) if finding.label == label), None)

    def labels(self, names: Iterable[str]) -> list[str]:
        """Each once: ours first, the floor last, the others as the questions have them."""
        found = {each.label: each.system for name in names for each in self.of(name)}
        return sorted(found, key=lambda label: _place(found[label]))

    def times(self, finding: Finding, beside: str) -> float | None:
        """How many times worse than ours or than the floor."""
        base = next((each for each in self.of(finding.question) if each.system == beside), None)
        if base is None or not finding.values or not base.values:
            return None
        more = self._questions[finding.question].more_is_better
        return ratio(finding, base, more_is_better=more)

    def unit(self, name: str) -> str:
        return self._questions[name].unit


def _place(system: str) -> int:
    return {OURS: 0, FLOOR: 2}.get(system, 1)


# --- a table a question --------------------------------------------------------------------------


def whole(found: Findings) -> str:
    """Every question: its table, then how each system was used."""
    return "\n\n".join(_section(found, question) for question in found.questions()) + "\n"


def _section(found: Findings, question: Question) -> str:
    rows = sorted(found.of(question.name), key=lambda each: _place(each.system))
    lines = [
        f"### {question.title}",
        "",
        *_head("", "median (lowest, highest)", "of the floor", "of ours", "how"),
    ]
    for finding in rows:
        cells = (_with_spread(finding, question.unit), *_both(found, finding, question))
        lines.append(_row(_name(finding), *cells, finding.reason or finding.note))
    return "\n".join(lines)


def _both(found: Findings, finding: Finding, question: Question) -> tuple[str, str]:
    if question.unit == "of":
        return "", ""
    return times(found.times(finding, FLOOR)), times(found.times(finding, OURS))


def _with_spread(finding: Finding, unit: str) -> str:
    if not finding.values:
        return _NONE
    if finding.text or len(finding.values) == 1:
        return finding.text or amount(finding.median, unit)
    low, high = (amount(end(finding.values), unit) for end in (min, max))
    return f"{amount(finding.median, unit)} ({low}, {high})"


# --- in short ------------------------------------------------------------------------------------


def short(found: Findings) -> str:
    """Systems down, questions across; then where a peer is ahead of us."""
    parts = [_matrix(found, title, columns) for title, columns in SHORT]
    return "\n\n".join([*(part for part in parts if part), ahead(found)]) + "\n"


def _matrix(found: Findings, title: str, columns: Sequence[tuple[str, str]]) -> str:
    asked = [(name, label) for name, label in columns if found.of(name)]
    if not asked:
        return ""
    lines = _head(title, *(label for _, label in asked))
    for label in found.labels(name for name, _ in asked):
        findings = [found.at(name, label) for name, _ in asked]
        if any(finding and finding.values for finding in findings):
            shown = next(_name(finding) for finding in findings if finding)
            lines.append(_row(shown, *(_cell(found, finding) for finding in findings)))
    return "\n".join(lines)


def _cell(found: Findings, finding: Finding | None) -> str:
    if finding is None or not finding.values:
        return _NONE
    unit = found.unit(finding.question)
    shown = finding.text or amount(finding.median, unit)
    worse = found.times(finding, OURS)
    beside = unit != "of" and finding.system != OURS and worse is not None
    return f"{shown} ({times(worse)})" if beside else shown


def ahead(found: Findings) -> str:
    """A sentence that names every peer that beats us, and by how much."""
    parts = []
    for question in found.questions():
        better = list(_ahead_in(found, question))
        if better:
            parts.append(f"{question.title.split(':')[0].lower()} ({', '.join(better)})")
    if not parts:
        return "In this run no peer is ahead of Athanor in any of these."
    return f"**Where a peer is ahead of Athanor**, as a share of ours: {'; '.join(parts)}."


def _ahead_in(found: Findings, question: Question) -> Iterator[str]:
    if question.unit == "of":
        return
    for finding in found.of(question.name):
        worse = found.times(finding, OURS)
        if finding.system not in {OURS, FLOOR} and worse is not None and worse < _FAIR:
            yield f"{finding.label} {times(worse)}{_worth(found, finding)}"


def _worth(found: Findings, finding: Finding) -> str:
    """What a quick call is worth: how much of it a kill leaves."""
    left = found.at("survival", finding.label) if finding.question in {"call", "rate"} else None
    return f", of which a kill leaves {left.text}" if left and left.values and left.text else ""


# --- cells ---------------------------------------------------------------------------------------


def amount(value: float, unit: str) -> str:
    """Three digits that count, or whole thousands."""
    scaled = value * _SCALES[unit]
    if unit in {"us", "ms"} and scaled >= 10_000:
        return amount(value, "ms" if unit == "us" else "s")
    digits = f"{scaled:,.0f}" if scaled >= 100 else f"{scaled:.3g}"
    return f"{digits}{'' if unit == '/s' else ' '}{_SIGNS[unit]}"


def times(worse: float | None) -> str:
    if worse is None:
        return ""
    return f"{worse:,.0f}x" if worse >= 10 else f"{worse:.2g}x"


def _name(finding: Finding) -> str:
    return f"**{finding.label}**" if finding.system == OURS else finding.label


def _head(*cells: str) -> list[str]:
    return [_row(*cells), _row(*("---" for _ in cells)).replace(" ", "")]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
