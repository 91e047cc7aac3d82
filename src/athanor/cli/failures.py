"""What a user sees when something went wrong, and the exit code that goes with it."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import sys
import traceback

import typer
from typer.exceptions import TyperException

from athanor.cli.hints import before_the_verb, typed
from athanor.cli.refusal import ConfigurationRefused
from athanor.definition.messages import in_own_words
from athanor.errors import AthanorError, InvalidInput, NotFound, ValidationFailed

FAILED = 1
USAGE = 2
INTERRUPTED = 130
_PIPE_CLOSED = 141


def report(error: Exception, *, as_json: bool) -> int:
    """Write the error to stderr, as text or as one JSON object; the exit code."""
    kind, message, problems, code = _facts(error)
    message = typed(message)
    if as_json:
        body = {"type": kind, "message": message, "problems": problems}
        _write(json.dumps({"error": body}, ensure_ascii=False))
    elif isinstance(error, ValidationFailed):
        _validation(error)
    elif kind == _DECLINED:
        _write(message)
    elif message:
        _write(f"{_error()} {message}")
    if kind == _UNEXPECTED and os.environ.get("ATHANOR_TRACEBACK"):
        _write("".join(traceback.format_exception(error)).rstrip())
    return code


def _validation(error: ValidationFailed) -> None:
    _write(f"{_error()} validation failed")
    if not isinstance(error, ConfigurationRefused):
        _write("\n".join(f"  {problem}" for problem in error.problems))
        return
    _write("\n".join(f"  {line}" for line in error.lines()))
    _write(typed(f"`athanor show {shlex.quote(error.experiment)}` shows what each takes."))


def broken_pipe() -> int:
    """The reader (``| head``) has gone: nothing to say, and nobody to say it to."""
    _let_stdout_go()
    return _PIPE_CLOSED


def _let_stdout_go() -> None:
    """The interpreter flushes it as it ends: nowhere, instead of failing again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_MACHINE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or have the quota raised",
    errno.EROFS: "make it writable, or set ATHANOR_HOME to a directory that is",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit (`ulimit -n`)",
    errno.ENFILE: "end some programs",
}
"""What a machine may lack, and what to do."""
_UNEXPECTED = "unexpected"
_DECLINED = "declined"


def _facts(error: Exception) -> tuple[str, str, list[dict[str, str]], int]:
    if isinstance(error, AthanorError):
        found = error.problems if isinstance(error, ValidationFailed) else ()
        problems = [{"path": problem.path, "message": problem.message} for problem in found]
        asked_wrongly = isinstance(error, InvalidInput | NotFound)
        return error.slug, error.message, problems, USAGE if asked_wrongly else FAILED
    if isinstance(error, typer.Abort):
        return _DECLINED, "Nothing was changed.", [], FAILED
    if isinstance(error, OSError) and error.errno in _MACHINE:
        return "machine", _lacking(error), [], FAILED
    usage = _usage(error)
    if usage is not None:
        return "usage", usage, [], USAGE
    return _UNEXPECTED, _unexpected(error), [], FAILED


def _lacking(error: OSError) -> str:
    if error.filename is None:
        _let_stdout_go()
    where = error.filename or "what was being written, perhaps the output of this command"
    return f"{error.strerror} ({where}): {_MACHINE[error.errno or 0]}. Runs go on meanwhile."


def _usage(error: Exception) -> str | None:
    """What the option parser has to say; None for an error that is not its own."""
    if not isinstance(error, TyperException):
        return None
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""
    hint = f" Try `{context.command_path} --help`." if context is not None else ""
    if getattr(error, "option_name", None) == "--server" and context is not None:
        verb = context.command_path.partition(" ")[2]
        hint = f" {before_the_verb(verb)}"
    return _sentence(error.format_message()) + (_repeated(error) or hint)


def _repeated(error: TyperException) -> str:
    """What to do instead of giving several values with commas between them."""
    option = getattr(error, "param", None)
    found = re.search(r"'([^',]+(?:,[^',]+)+)' is not one of", error.format_message())
    if found is None or option is None or not getattr(option, "multiple", False):
        return ""
    again = " ".join(f"{option.opts[0]} {one.strip()}" for one in found[1].split(","))
    return f" For several, repeat the option: `{again}`."


def _sentence(message: str) -> str:
    """What the option parser says, in our words where they are those of its library."""
    found = re.fullmatch(r"(Invalid value for .*?: )((?:Input|Value error).*)", message, re.DOTALL)
    message = found[1] + in_own_words(found[2]) if found else message
    return message if message.endswith(("?", "!")) else message.rstrip(".") + "."


def _unexpected(error: Exception) -> str:
    trace = "" if os.environ.get("ATHANOR_TRACEBACK") else "Set ATHANOR_TRACEBACK=1 for the trace. "
    return (
        f"{type(error).__name__}: {error}\n"
        "This is a mistake in Athanor, not yours. "
        f"{trace}Please report it to its authors, with the trace."
    )


def _error() -> str:
    """``Error:``, in red where a person sees it and has not asked for no colours."""
    plain = not sys.stderr.isatty() or os.environ.get("NO_COLOR")
    return "Error:" if plain else "\x1b[31mError:\x1b[0m"


def _write(text: str) -> None:
    sys.stderr.write(text + "\n")
