"""The environments of the peers: one each, beside the package, from pinned and hashed files."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers.catalogue import PEERS

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".peers"
REQUIREMENTS = Path(__file__).parent / "requirements"


def python(system: str) -> Path:
    """The interpreter that answers for a system: its own, or this one."""
    return ENVIRONMENTS / system / "bin" / "python" if system in PEERS else Path(sys.executable)


def ready(system: str) -> str:
    """Make the environment if it is not there as pinned; the reason if it cannot be made."""
    if system not in PEERS:
        return ""
    required = REQUIREMENTS / f"{system}.txt"
    stamp = ENVIRONMENTS / system / ".installed"
    wanted = hashlib.sha256(required.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return ""
    print(f"Installing {system} into {stamp.parent.relative_to(ROOT)} (once)", flush=True)
    if reason := _install(stamp.parent, required):
        return reason
    stamp.write_text(wanted)
    return ""


def _install(folder: Path, required: Path) -> str:
    shutil.rmtree(folder, ignore_errors=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, "-r", str(required)]):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            return f"cannot be installed here: {(done.stderr.strip() or '?').splitlines()[-1]}"
    return ""
