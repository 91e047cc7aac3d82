"""Every error that Athanor raises on purpose: one tree, on one page.

The docstring of a class is its default message and names the next step. An error raised with a
message of its own says what was expected, what came, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class Cancelled(BaseException):
    """The run was asked to stop.

    Raised by ``ctx.raise_if_cancelled()``. Like ``KeyboardInterrupt`` it is no ``Exception``, so
    that an experiment which catches ``Exception`` around each item still stops when asked.
    """


class AthanorError(Exception):
    """Something went wrong in Athanor; the message says what and what to do about it."""

    slug: ClassVar[str] = "error"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.message)


# --- what the user gave does not fit -------------------------------------------------------------


class InvalidInput(AthanorError):
    """The input does not fit what was expected."""

    slug = "invalid-input"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field; ``path`` is dotted, list positions in brackets."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ValidationFailed(InvalidInput):
    """Validation failed."""

    slug = "validation-failed"

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self.problems = problems
        super().__init__("Validation failed: " + "; ".join(map(str, problems)))

    def by_field(self) -> dict[str, list[str]]:
        """The messages of each field, in the order found."""
        fields: dict[str, list[str]] = {}
        for problem in self.problems:
            fields.setdefault(problem.path, []).append(problem.message)
        return fields

    def __reduce__(self) -> tuple[type[ValidationFailed], tuple[tuple[FieldProblem, ...]]]:
        return (type(self), (self.problems,))


class ConfigurationInvalid(ValidationFailed):
    """The configuration does not fit the experiment; paths are those inside it."""


class InvalidDefinition(InvalidInput):
    """The experiment's definition or schema is not valid; mend the code that builds it."""

    slug = "invalid-definition"


class InvalidSetting(InvalidInput):
    """A setting has a value that it cannot take; see `athanor doctor`."""

    slug = "invalid-setting"


class InvalidId(InvalidInput):
    """An id is not a UUID; copy it from `athanor runs` or `athanor instances list`."""

    slug = "invalid-id"


class AmbiguousName(InvalidInput):
    """The name fits several things; give more of it."""

    slug = "ambiguous-name"


# --- what was asked for is not there -------------------------------------------------------------


class NotFound(AthanorError):
    """What was asked for does not exist."""

    slug = "not-found"


class InstanceNotFound(NotFound):
    """Instance not found; `athanor instances list` shows those there are."""

    slug = "instance-not-found"


class RunNotFound(NotFound):
    """Run not found; `athanor runs` shows those there are."""

    slug = "run-not-found"


class ResultNotFound(NotFound):
    """No such result; `athanor results RUN` shows those there are."""

    slug = "result-not-found"


class ModuleNotFound(NotFound):
    """Module not found; `athanor list` shows the experiments there are."""

    slug = "module-not-found"


class NotAnExperiment(NotFound):
    """The name exists but is not an experiment; `athanor list` shows those there are."""

    slug = "not-an-experiment"


# --- who asks may not ----------------------------------------------------------------------------


class Forbidden(AthanorError):
    """The request is not answered for whoever sent it."""

    slug = "forbidden"


class HostNotAllowed(Forbidden):
    """The host is not one of this server's; add it to ATHANOR_ALLOWED_HOSTS."""

    slug = "host-not-allowed"


class OriginNotAllowed(Forbidden):
    """The request comes from a page of another site; open the server's own address instead."""

    slug = "origin-not-allowed"


class TokenMissing(AthanorError):
    """A token is needed; `athanor token` shows it on the server's machine."""

    slug = "token-missing"


class TokenWrong(TokenMissing):
    """The token is not this server's; `athanor token` shows it on the server's machine."""

    slug = "token-wrong"


# --- the request itself cannot be taken ----------------------------------------------------------


class NotHttp(InvalidInput):
    """The request is no HTTP/1.1 that can be read; see RFC 9112."""

    slug = "not-http"


class RequestTooLarge(InvalidInput):
    """The request is larger than what is taken."""

    slug = "request-too-large"


class HeadTooLarge(RequestTooLarge):
    """The address and headers of the request are longer than what is taken."""

    slug = "head-too-large"


class RequestTooSlow(InvalidInput):
    """The request did not arrive in time; send it again."""

    slug = "request-too-slow"


# --- the thing is there, but not in a state that allows it ---------------------------------------


class Conflict(AthanorError):
    """The request does not fit the present state."""

    slug = "conflict"


class ExperimentBroken(Conflict):
    """The experiment's file cannot be used as it is; `athanor list --verbose` shows why."""

    slug = "experiment-broken"


class RunAlreadyStarted(Conflict):
    """The run was started before; start a new run of its instance instead."""

    slug = "run-already-started"


class RunNotRunning(Conflict):
    """The run is not running."""

    slug = "run-not-running"


class InstanceBusy(Conflict):
    """The instance has a live run; cancel it first."""

    slug = "instance-busy"


class RunBusy(Conflict):
    """The run is live; cancel it first."""

    slug = "run-busy"


class StartFailed(Conflict):
    """The run could not be started; its error says why."""

    slug = "start-failed"


# --- the surroundings do not allow it ------------------------------------------------------------


class Unavailable(AthanorError):
    """Something that Athanor needs is not available."""

    slug = "unavailable"


class HomeUnusable(Unavailable):
    """The data directory cannot be used; set ATHANOR_HOME to one that can be written."""

    slug = "home-unusable"


class DatabaseNewer(Unavailable):
    """The database was made by a newer Athanor; install that one here too."""

    slug = "database-newer"


class DatabaseUnusable(Unavailable):
    """The database cannot be opened."""

    slug = "database-unusable"


class DatabaseAway(DatabaseUnusable):
    """The database does not answer; see that its server runs, and try again."""

    slug = "database-away"


class DatabaseNotReady(Unavailable):
    """The database has not the tables of this version; run `athanor db upgrade`."""

    slug = "database-not-ready"


class CatalogUnavailable(Unavailable):
    """The experiment's file did not answer in time."""

    slug = "catalog-unavailable"


class MissingExtra(Unavailable):
    """An optional package is missing."""

    slug = "missing-extra"


class PortTaken(Unavailable):
    """The port is taken; give another with `athanor serve --port N`."""

    slug = "port-taken"


class TooBusy(Unavailable):
    """Too much is asked for at once; try again in a moment."""

    slug = "too-busy"


class ServerUnreachable(Unavailable):
    """No server answers; start it there with `athanor serve`, or give another URL."""

    slug = "server-unreachable"


class NotAnAthanorServer(Unavailable):
    """What answers at the URL is no server of Athanor; give the URL that `athanor serve` says."""

    slug = "not-an-athanor-server"


class VersionMismatch(Unavailable):
    """Client and server are of versions that do not understand each other; upgrade the older."""

    slug = "version-mismatch"


class JournalError(AthanorError):
    """The journal could not be written, so the call was not recorded; is the disk full?"""

    slug = "journal-error"

    def __init__(self, message: str | None = None, rest: bytes = b"") -> None:
        super().__init__(message)
        self.rest = rest
