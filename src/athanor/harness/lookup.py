"""Finding one record by what a person types: a whole id, a piece of one, or a name."""

from __future__ import annotations

from difflib import get_close_matches

from sqlalchemy import Connection

from athanor.domain.identifier import short_id
from athanor.domain.instance import Instance
from athanor.domain.run import Run, RunStatus
from athanor.errors import AmbiguousName, InstanceNotFound, RunNotFound
from athanor.journal.values import text as storable
from athanor.store import instance_lists, instances, run_lists, runs

_NEAR = 50
_NAMED = 5
_LIVE = [status for status in RunStatus if status.live]


def instance(c: Connection, text: str) -> Instance:
    """The one instance that ``text`` means."""
    text = storable(text)
    found = instances.find(c, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(text, "instances", [entry.id for entry in found])
    near = [entry for entry, _ in instance_lists.page(c, limit=_NEAR).items]
    names = get_close_matches(text, [entry.name for entry in near], n=3, cutoff=0.5)
    names += get_close_matches(text, [short_id(entry.id) for entry in near], n=3, cutoff=0.6)
    hint = f" Did you mean {', '.join(map(repr, dict.fromkeys(names)))}?" if names else ""
    raise InstanceNotFound(
        f"Instance not found: {text!r}.{hint} `athanor instances list` shows those there are."
    )


def run(c: Connection, text: str) -> Run:
    """The one run that ``text`` means."""
    text = storable(text)
    found = runs.find(c, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(text, "runs", [entry.id for entry in found])
    meant = instances.find(c, text)
    if len(meant) == 1:
        raise RunNotFound(f"Run not found: {text!r}. That is an instance; {_its_runs(c, meant[0])}")
    near = [short_id(entry.id) for entry in run_lists.page(c, limit=_NEAR).items]
    close = get_close_matches(text[-8:], near, n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise RunNotFound(f"Run not found: {text!r}.{hint} `athanor runs` shows those there are.")


def _its_runs(c: Connection, found: Instance) -> str:
    of_it = run_lists.Wanted(instance_id=found.id)
    live = run_lists.page(c, of_it, limit=2, status=_LIVE).items
    if len(live) == 1:
        return f"its live run is {short_id(live[0].id)}."
    return f"`athanor runs --instance {short_id(found.id)}` lists its runs."


def _ambiguous(text: str, kind: str, ids: list[str]) -> AmbiguousName:
    """The short ids to choose from; whole ones where those would be no clearer than ``text``."""
    short = [short_id(one) for one in ids]
    clear = len({*short, text.strip().lower()}) == len(short) + 1
    named = ", ".join((short if clear else ids)[:_NAMED])
    more = ", …" if len(ids) > _NAMED else ""
    return AmbiguousName(f"{text!r} fits {len(ids)} {kind} ({named}{more}); give one of these ids.")
