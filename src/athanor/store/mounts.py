"""Which file system a directory is on."""

from __future__ import annotations

from pathlib import Path

_NETWORK = (
    "9p afs ceph cifs davfs fuse.ceph fuse.gcsfuse fuse.glusterfs fuse.juicefs fuse.rclone "
    "fuse.s3fs fuse.sshfs glusterfs gpfs lustre ncpfs nfs nfs4 orangefs smb2 smb3 smbfs"
)
NETWORK_FILE_SYSTEMS = frozenset(_NETWORK.split())
_MOUNTS = Path("/proc/self/mountinfo")


def network_file_system(directory: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system that ``directory`` is on; None for a local disk."""
    try:
        text = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None  # no such table on this system: nothing is known against the directory
    kind = _kind_of(directory.resolve(), text)
    return kind if kind in NETWORK_FILE_SYSTEMS else None


def _kind_of(directory: Path, text: str) -> str | None:
    best: tuple[int, str | None] = (-1, None)
    for line in text.splitlines():
        mount, _, source = line.partition(" - ")
        fields, kinds = mount.split(" "), source.split(" ")
        point = Path(_unescaped(fields[4])) if len(fields) > 4 else Path("/")
        # Of two mounts on one point the later hides the earlier.
        if directory.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), kinds[0])
    return best[1]


def _unescaped(text: str) -> str:
    for code, character in (("040", " "), ("011", "\t"), ("012", "\n"), ("134", "\\")):
        text = text.replace("\\" + code, character)
    return text
