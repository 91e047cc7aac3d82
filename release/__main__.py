"""``python -m release``: say whether version, changelog and tag agree, and what to do next."""

import sys

from release.check import ROOT, Release

found = Release.of(ROOT)
for line in found.told():
    print(line)
sys.exit(1 if found.disagreements() else 0)
