"""Starts the reading child, as a script: it must find our own modules wherever it is started and whatever PATH says."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    __import__("casefiles.reading.child")
    sys.modules["casefiles.reading.child"].main()
