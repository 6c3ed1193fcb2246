"""Where the criteria stand: in this package, or in a frozen copy named by ``ANHENG_CRITERIA``.

A released pack is kept for ever as a copy of its files (``anheng rules freeze``), so that a round can be
graded and explained again years later by the rules it froze.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).parent
ROOT = Path(os.environ.get("ANHENG_CRITERIA") or PACKAGE)
PARTS = ("packs", "vocabulary", "laws", "calendar", "standards")
