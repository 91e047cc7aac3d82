"""The command ``athanor``: quick answers first, then the verbs, and one place where errors end."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - to the end
    if sys.argv[1:] in (["--version"], ["-V"]):
        from athanor.version import __version__

        sys.stdout.write(f"athanor {__version__}\n")
        return
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark instead of a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    # Loading makes objects that stay: looking through them again and again for garbage takes
    # about a tenth of the time of a short verb.
    gc.set_threshold(50_000)
    from athanor.cli import failures

    try:
        from athanor.cli.app import app

        code = app(arguments, prog_name="athanor", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return failures.broken_pipe()
    except KeyboardInterrupt:
        return failures.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last stop: whatever it is, the user gets words
        if "_ATHANOR_COMPLETE" in os.environ:
            return failures.FAILED  # nothing may be written into a prompt
        return failures.report(error, as_json="--json" in arguments)
    return code if isinstance(code, int) else 0
