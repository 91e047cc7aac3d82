"""The token that a server asks for: made at first use, readable by its owner only."""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from athanor.domain.home import Home
from athanor.errors import HomeUnusable

if TYPE_CHECKING:
    from pathlib import Path

    from athanor.settings import Settings

_BYTES = 32


class Token:
    """The token of a data directory. One that was rotated counts at once, everywhere."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, ...] = ()
        self._text = ""

    @classmethod
    def of(cls, settings: Settings) -> Token:
        """That of the settings' data directory, which is made if need be."""
        try:
            settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(settings.home, error) from error
        return cls(Home(settings.home).token)

    def text(self) -> str:
        """The token as it is now, made if need be."""
        state = self._file_state()
        if not state:
            self._write(secrets.token_urlsafe(_BYTES), replace=False)
            state = self._file_state()
        if state != self._state:
            self._text = self._path.read_text(encoding="ascii", errors="replace").strip()
            self._state = state
        return self._text

    def rotate(self) -> str:
        """Make a new one; the old one is refused from now on."""
        self._write(secrets.token_urlsafe(_BYTES), replace=True)
        return self.text()

    def fits(self, given: str) -> bool:
        """Whether somebody has given it, in a time that does not tell how much of it."""
        expected = self.text()
        return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())

    def _file_state(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _write(self, text: str, *, replace: bool) -> None:
        """Whole or not at all; of two who make the first one, one wins."""
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text + "\n")
            if replace:
                draft.replace(self._path)
                return
            with suppress(FileExistsError):
                os.link(draft, self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        finally:
            draft.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> HomeUnusable:
    return HomeUnusable(
        f"The token cannot be written to {path}: {error.strerror}. "
        "Set ATHANOR_HOME to a directory that can be written."
    )
