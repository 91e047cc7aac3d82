"""``python -m benchmarks.peers.weight DISTRIBUTION``: bytes of it and of all that it requires.

Runs in the system's own environment; byte code is not counted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from pip._vendor.packaging.requirements import Requirement


def needed(text: str) -> dict[str, Distribution]:
    """What is installed of it and of all that it requires, by name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    left = [Requirement(text)]
    while left:
        wanted = left.pop()
        key = (wanted.name.lower().replace("_", "-"), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            there = distribution(wanted.name)
        except PackageNotFoundError:
            continue
        found[key[0]] = there
        left += _required(there, wanted.extras)
    return found


def _required(there: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for requirement in map(Requirement, there.requires or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def _bytes(there: Distribution) -> int:
    paths = (there.locate_file(file) for file in there.files or ())
    return sum(
        path.stat().st_size  # type: ignore[attr-defined]
        for path in paths
        if not str(path).endswith(".pyc") and path.is_file()
    )


if __name__ == "__main__":
    print(sum(map(_bytes, needed(sys.argv[1]).values())))
