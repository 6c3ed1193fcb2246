"""Where the criteria stand: in this package, or in a frozen copy named by ``ANHENG_CRITERIA``.

Released criteria are kept for ever as a copy of their files (``criteria.py``), so that a round can be
graded and explained again years later by the rules it froze.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).parent
ROOT = Path(os.environ.get("ANHENG_CRITERIA") or PACKAGE)
PARTS = ("packs", "vocabulary", "laws", "calendar", "standards")
# A kept copy says what it is; it was checked when it was released and is not held to later demands.
MANIFEST = "criteria.json"
RELEASED = (ROOT / MANIFEST).exists()
