"""YAML with places: where in a file a value stands, so that an error can name file, line and column."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_TEXT = "tag:yaml.org,2002:str"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PackError(ValueError):
    """A rule, standard or register file that cannot be used.

    The text names file, line and column, what is wrong, and the remedy, in Chinese.
    """

    def __init__(self, where: str, what: str, remedy: str = "") -> None:
        super().__init__(f"{where}：{what}" + (f"。{remedy}" if remedy else ""))
        self.where, self.what, self.remedy = where, what, remedy


class Place(NamedTuple):
    """Line and column (from 1) of a value; ``start`` and ``end`` are offsets into the file's text."""

    line: int
    column: int
    start: int
    end: int


class Document(NamedTuple):
    """A YAML file: plain data, and the place of every value by its path of keys and positions."""

    path: Path
    text: str
    data: Any
    places: Mapping[tuple[Any, ...], Place]

    def where(self, *keys: Any) -> str:
        """``file:line:column`` of the value under ``keys``, or of the nearest one above it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        place = self.places.get(keys, Place(1, 1, 0, 0))
        return f"{self.path.name}:{place.line}:{place.column}"

    def where_in(self, keys: tuple[Any, ...], offset: int) -> str:
        """The place of character ``offset`` of a text value, also in folded and multi-line form.

        Blanks may differ between file and value, so the non-blank characters are counted.
        """
        place = self.places.get(keys)
        value = self._value(keys)
        if place is None or not isinstance(value, str):
            return self.where(*keys)
        wanted = len("".join(value[:offset].split()))
        at, raw = place.start, self.text
        if raw[at] in "|>":
            at = raw.index("\n", at) + 1
        elif raw[at] in "'\"":
            at += 1
        while at < place.end and (raw[at].isspace() or wanted):
            wanted -= 0 if raw[at].isspace() else 1
            at += 1
        line = raw.count("\n", 0, at) + 1
        return f"{self.path.name}:{line}:{at - raw.rfind(chr(10), 0, at)}"

    def _value(self, keys: tuple[Any, ...]) -> Any:
        value = self.data
        for key in keys:
            value = value[key]
        return value


def load_plain(path: Path) -> Any:
    """The data of a YAML file without places (fast); read once while the file stays as it is, so it is
    not to be changed."""
    return _load_plain(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _load_plain(path: Path, _: int) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _broken(path, error) from error


def load(path: Path) -> Document:
    """The data of a YAML file with places; raises ``PackError`` for a file that is no YAML."""
    text = path.read_text(encoding="utf-8")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        places: dict[tuple[Any, ...], Place] = {}
        data = _plain(loader, node, (), places, path) if node is not None else None
    except yaml.YAMLError as error:
        raise _broken(path, error) from error
    finally:
        loader.dispose()
    return Document(path, text, data, places)


def _plain(
    loader: Any, node: Any, keys: tuple[Any, ...], places: dict[tuple[Any, ...], Place], path: Path
) -> Any:
    mark = node.start_mark
    places[keys] = Place(mark.line + 1, mark.column + 1, mark.index, node.end_mark.index)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if key_node.tag == _TEXT else loader.construct_object(key_node, deep=True)
            if key in mapping:
                at = key_node.start_mark
                raise PackError(f"{path.name}:{at.line + 1}:{at.column + 1}", f"键 {key} 重复", "删去一个")
            mapping[key] = _plain(loader, value_node, (*keys, key), places, path)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*keys, at), places, path) for at, item in enumerate(node.value)]
    return node.value if node.tag == _TEXT else loader.construct_object(node, deep=True)


def _broken(path: Path, error: Exception) -> PackError:
    mark = getattr(error, "problem_mark", None)
    where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
    problem = getattr(error, "problem", None) or str(error)
    return PackError(where, f"不是合格的 YAML（{problem}）", "检查缩进、冒号和引号，含 {} : # 的文字加引号")
