"""The standard library's ``logging`` to a file; it has no reader, so lines are counted."""

from __future__ import annotations

import logging
from collections.abc import Callable

from benchmarks.peers.protocol import FIELDS, MESSAGE, Record, System, main


class Logging(System):
    """A ``FileHandler`` with a time, a level and the message."""

    def during(self, body: Callable[[Record], None]) -> None:
        handler = logging.FileHandler(self.folder / "lines.log")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger = logging.getLogger("peer")
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        form = MESSAGE + " step=%d loss=%g phase=%s"
        step, loss, phase = FIELDS.values()
        body(lambda number: logger.info(form, step, loss, phase))
        handler.close()

    def stored(self) -> int:
        return (self.folder / "lines.log").read_bytes().count(b"\n")


if __name__ == "__main__":
    main(Logging)
