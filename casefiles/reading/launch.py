"""Starts the reading child.

Run as a script, so that the faces of the rooms (web, database) are not imported: the child holds parsers only.
"""

import sys
import types
from pathlib import Path

if __name__ == "__main__":
    room = Path(__file__).resolve().parent.parent
    sys.path[0] = str(room.parent)
    face = types.ModuleType("casefiles")
    face.__path__ = [str(room)]
    sys.modules["casefiles"] = face
    __import__("casefiles.reading.child")
    sys.modules["casefiles.reading.child"].main()
