"""Reading the journal of a run inside a test: the records that a store would have made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from athanor.domain.identifier import new_id
from athanor.domain.moment import from_us, now
from athanor.domain.output import Level, LogLine, Result, output_id
from athanor.domain.run import Progress
from athanor.domain.verdict import Ending, verdict
from athanor.journal import format as said
from athanor.journal.reader import JournalReader
from athanor.journal.slot import Slot, SlotProgress
from athanor.store.fold import fold
from athanor.testing.outcome import Outcome

if TYPE_CHECKING:
    from athanor.domain.home import AttemptDirectory

_ATTEMPT = 1


def read(
    configuration: dict[str, Any], directory: AttemptDirectory, exception: BaseException | None
) -> Outcome:
    """How it went, from what was said; ``exception`` is what was raised."""
    lines = _lines(directory)
    run_id = new_id()
    moment = now()
    ending = fold(
        lines,
        run_id=run_id,
        attempt=_ATTEMPT,
        last_line=0,
        ending=Ending(started=True),
        inserted_at=moment,
    ).ending
    status, error = verdict(ending)
    logs = [(seq, line) for seq, line in lines if isinstance(line, said.Log)]
    return Outcome(
        status=status,
        error=error,
        exception=exception,
        configuration=configuration,
        logs=[_log(run_id, number, *entry) for number, entry in enumerate(logs, start=1)],
        results=[_result(run_id, seq, line) for seq, line in lines if type(line) is said.Result],
        progress=_newest(directory),
        progresses=[_progress(line) for _, line in lines if isinstance(line, said.Progress)],
    )


def _lines(directory: AttemptDirectory) -> list[tuple[int, said.Line]]:
    found: list[tuple[int, said.Line]] = []
    with JournalReader(directory.journal) as reader:
        offset = 0
        while not (chunk := reader.read(offset)).empty:
            found += chunk.lines
            offset = chunk.end
    return found


def _log(run_id: str, number: int, seq: int, line: said.Log) -> LogLine:
    at = from_us(line.ts)
    return LogLine(
        id=output_id(run_id, _ATTEMPT, seq),
        run_id=run_id,
        attempt=_ATTEMPT,
        seq=seq,
        line=number,
        level=Level(line.level),
        message=line.message,
        metadata=msgspec.json.decode(line.metadata),
        timestamp=at,
        inserted_at=at,
    )


def _result(run_id: str, seq: int, line: said.Result) -> Result:
    at = from_us(line.ts)
    return Result(
        id=output_id(run_id, _ATTEMPT, seq),
        run_id=run_id,
        attempt=_ATTEMPT,
        seq=seq,
        key=line.key,
        value=msgspec.json.decode(line.value),
        size=memoryview(line.value).nbytes,
        timestamp=at,
        inserted_at=at,
    )


def _newest(directory: AttemptDirectory) -> Progress | None:
    slot = Slot(directory.progress)
    newest = slot.read()
    slot.close()
    return None if newest is None else _progress(newest)


def _progress(of: said.Progress | SlotProgress) -> Progress:
    return Progress(
        current=of.current, total=of.total, message=of.message, updated_at=from_us(of.ts)
    )
