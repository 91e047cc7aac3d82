"""Print the OpenAPI document, for generators: ``python -m athanor.server.document``."""

from __future__ import annotations

import json
import sys

from athanor.server.app import document

if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2, sort_keys=True)
