"""W&B offline: its file of records, which nothing of it can query."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import wandb
from wandb.proto import wandb_internal_pb2

from benchmarks.peers.protocol import FIELDS, Record, System, main

_BLOCK = 32_768
_HEAD = 7
_WHOLE, _FIRST, _LAST = 1, 2, 4


class Wandb(System):
    """An event is a ``run.log`` of three values."""

    def during(self, body: Callable[[Record], None]) -> None:
        run = wandb.init(project="bench", mode="offline", dir=self.folder)
        body(lambda number: run.log(FIELDS))
        run.finish()

    def stored(self) -> int:
        """Entries of the history in the file, as ``wandb sync`` would send them."""
        (path,) = self.folder.glob("wandb/offline-run-*/*.wandb")
        found = 0
        for data in _records(path.read_bytes()):
            record = wandb_internal_pb2.Record.FromString(data)
            found += record.HasField("history") or record.request.HasField("partial_history")
        return found


def _records(data: bytes) -> Iterator[bytes]:
    """Those of a log of LevelDB's form; one that is cut off is left out."""
    at, parts = _HEAD, b""
    while at + _HEAD <= len(data):
        if _BLOCK - at % _BLOCK < _HEAD:
            at += _BLOCK - at % _BLOCK
            continue
        size, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        start, at = at + _HEAD, at + _HEAD + size
        if kind == 0 or at > len(data):
            return
        parts = data[start:at] if kind in {_WHOLE, _FIRST} else parts + data[start:at]
        if kind in {_WHOLE, _LAST}:
            yield parts


if __name__ == "__main__":
    os.environ["WANDB_SILENT"] = "true"
    main(Wandb)
