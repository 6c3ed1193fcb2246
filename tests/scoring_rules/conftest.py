"""Fixtures of the criteria's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from small_language import pack, standard, value  # noqa: F401
