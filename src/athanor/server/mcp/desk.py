"""What tools work with: the project, turns for what may wait, and news for those who do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from athanor.harness import Harness
    from athanor.server.pulse import Pulse
    from athanor.server.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One for each door. ``serves_files``: who asks may fetch files from this server over HTTP."""

    harness: Harness
    pulse: Pulse
    reading_code: Turns
    starting_runs: Turns
    serves_files: bool
