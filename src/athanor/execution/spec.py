"""What to run: the one file an attempt is started from."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from athanor.domain.attempt import cookie_of
from athanor.domain.home import AttemptDirectory
from athanor.domain.instance import Instance
from athanor.domain.run import Run
from athanor.settings import Settings


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a runner needs. Durations are in seconds."""

    run: Run
    instance: Instance
    attempt: int
    project: str
    home: str
    force_grace_s: float
    finish_grace_s: float
    usage_interval_s: float = 5.0
    gpus: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        run: Run,
        instance: Instance,
        settings: Settings,
        home: str,
        gpus: tuple[str, ...] = (),
    ) -> Spec:
        """The spec of a run's present attempt, which was given the devices ``gpus``.

        ``home`` is the id of its data directory.
        """
        return cls(
            run=run,
            instance=instance,
            attempt=run.attempt,
            project=str(settings.project),
            home=home,
            force_grace_s=settings.force_grace_s,
            finish_grace_s=settings.finish_grace_s,
            usage_interval_s=settings.usage_interval_s,
            gpus=gpus,
        )

    @property
    def project_path(self) -> Path:
        """The project's root, the working directory of the run."""
        return Path(self.project)

    @property
    def cookie(self) -> str:
        """What every process of this attempt carries in its environment."""
        return cookie_of(self.home, self.run.id, self.attempt)


COOKIE_VARIABLE = "ATHANOR_ATTEMPT"


decode = msgspec.json.Decoder(Spec).decode


def write(spec: Spec, directory: AttemptDirectory) -> None:
    """Write the spec, whole or not at all, readable by its owner only."""
    directory.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(directory.spec, msgspec.json.format(msgspec.json.encode(spec)))


def read(directory: AttemptDirectory) -> Spec:
    """The spec of an attempt."""
    return decode(directory.spec.read_bytes())


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, mode 0600."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
    draft.replace(path)
