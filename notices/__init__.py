"""The circular: official documents from frozen results. Others import from here only."""

from notices.fonts import Faces

__all__ = ["Faces"]
