"""``python -m benchmarks.peers``: ours, the peers and the floor, measured in turns.

``--readme`` measures nothing: it writes the documents' tables from the file of figures.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from benchmarks.peers import report
from benchmarks.peers.catalogue import PEERS, QUESTIONS
from benchmarks.peers.measuring import Measuring, Told
from benchmarks.peers.question import Finding
from benchmarks.peers.tables import Findings, whole


def main() -> int:
    arguments = _arguments()
    if arguments.readme:
        report.show(report.load(arguments.json))
        return 0
    # Ended like this too, it takes the peers' servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    begun_s = time.monotonic()

    def told(words: str) -> None:
        print(f"[{time.monotonic() - begun_s:5.0f} s] {words}", flush=True)

    found = _measured(arguments, told)
    made = report.written(found, rounds=arguments.rounds, share=arguments.share)
    arguments.json.write_text(json.dumps(made, indent=1) + "\n")
    told(f"written: {arguments.json}")
    return 0


def _measured(arguments: argparse.Namespace, told: Told) -> list[Finding]:
    measuring = Measuring(rounds=arguments.rounds, share=arguments.share, told=told)
    found: list[Finding] = []
    try:
        for question in QUESTIONS:
            if arguments.question and question.name not in arguments.question:
                continue
            told(question.title)
            new = measuring.findings(question, arguments.only or ())
            found += new
            print(whole(Findings(new)), flush=True)
    finally:
        measuring.close()
    return found


def _arguments() -> argparse.Namespace:
    names = [question.name for question in QUESTIONS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("--question", nargs="+", choices=names, help="these only")
    parser.add_argument("--only", nargs="+", choices=[*PEERS, "stdlib_logging"], help="these peers")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is asked (5)")
    parser.add_argument("--share", type=float, default=1.0, help="of the sizes, for a quick try")
    parser.add_argument("--json", type=Path, default=report.FILE, help="the file of figures")
    parser.add_argument("--readme", action="store_true", help="write the documents from the file")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
