"""The built web interface: which files there are, and how each is sent."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("static")
_PACKED = {"br": ".br", "gzip": ".gz"}
"""What the build has compressed beforehand, the smaller one first."""


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of the build, and its compressed twins by their content encoding."""

    path: Path
    media_type: str
    twins: dict[str, Path]

    def for_client(self, accepted: str) -> tuple[Path, str]:
        """The file to send to a client that accepts these encodings, and its encoding."""
        offered = {part.split(";")[0].strip().lower() for part in accepted.split(",")}
        for encoding, path in self.twins.items():
            if encoding in offered:
                return path, encoding
        return self.path, ""


class Build:
    """The files of a build by the path they are asked for; read again when it was made anew.

    What is not in the list is not served, so no spelling of a path leads out of the folder.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._made = 0
        self._files: dict[str, BuiltFile] = {}

    def files(self) -> dict[str, BuiltFile]:
        """All of them; empty without a build."""
        try:
            made = (self._folder / "index.html").stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if made != self._made:
            self._files = dict(self._listed())
            self._made = made
        return self._files

    def _listed(self) -> list[tuple[str, BuiltFile]]:
        found = {path for path in self._folder.rglob("*") if path.is_file()}
        plain = sorted(path for path in found if path.suffix not in _PACKED.values())
        return [(self._address(path), _built(path, found)) for path in plain]

    def _address(self, path: Path) -> str:
        return "/" + path.relative_to(self._folder).as_posix()


def _built(path: Path, found: set[Path]) -> BuiltFile:
    packed = {encoding: path.with_name(path.name + suffix) for encoding, suffix in _PACKED.items()}
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    twins = {encoding: twin for encoding, twin in packed.items() if twin in found}
    return BuiltFile(path, _TYPES.get(path.suffix, media_type), twins)


_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
"""The machine's own table of types may know other things."""
