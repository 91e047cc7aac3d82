"""Names for people: ``runs_per_pair`` becomes ``Runs Per Pair``."""

from __future__ import annotations

import re

# Where a camelCase word ends, but not inside a run of capitals ("useGPUNow" -> use GPU Now).
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\-\s.]+")

_ACRONYMS = (
    " ai api cpu csv gpu html http https id ids io ip json llm lr mcp ml mse nlp os ram rgb rl sql "
    "ssh tls tsv tts ui uri url urls uuid xml yaml "
)


def humanise(name: object) -> str:
    """A label for a name or an option value; text without any letters or digits stays as it is."""
    words = [word for word in _BOUNDARY.split(str(name)) if word]
    return " ".join(map(_capitalised, words)) or str(name)


def _capitalised(word: str) -> str:
    if f" {word} " in _ACRONYMS:
        return word[:-1].upper() + "s" if word in {"ids", "urls"} else word.upper()
    return word[0].upper() + word[1:]
