"""YAML with places: where in a file a value stands, so that an error can name file, line and column."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
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


@dataclass(frozen=True)
class Document:
    """A YAML file: its plain data, and the place of every value by its path of keys and positions."""

    path: Path
    text: str
    data: Any

    @cached_property
    def places(self) -> Mapping[tuple[Any, ...], Place]:
        """The places, looked for only once something is to be pointed at."""
        places: dict[tuple[Any, ...], Place] = {}
        _find_places(_Loader(self.text).get_single_node(), (), places)
        return places

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
    """The data of a YAML file; read once while the file stays as it is, so it is not to be changed."""
    return _load_plain(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _load_plain(path: Path, _: int) -> Any:
    return load(path).data


def load(path: Path) -> Document:
    """A YAML file; raises ``PackError`` for a file that is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
        return Document(path, text, _read(_Loader(text), path))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _broken(path, error) from error


def _read(parser: Any, path: Path) -> Any:
    """The data of the one document, made straight from the parser's events: a tenth of the time that
    composing nodes takes."""
    parser.get_event()
    if parser.check_event(yaml.StreamEndEvent):
        return None
    parser.get_event()
    data = _value(parser, parser.get_event(), path)
    parser.get_event()
    rest = parser.get_event()
    if not isinstance(rest, yaml.StreamEndEvent):
        raise _fault(path, rest, "一个文件只能有一份文档", "删去 --- 之后的内容，另存一个文件")
    return data


def _value(parser: Any, event: Any, path: Path) -> Any:
    kind = type(event)
    if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
        raise _fault(path, event, "不用锚点、别名和类型标记", "把内容原样写出")
    if kind is yaml.ScalarEvent:
        if not event.implicit[0]:
            return event.value
        try:
            return _plain(event.value)
        except ValueError as error:
            raise _fault(path, event, f"{event.value} 不是有效的日期或数", "核对，文字加引号") from error
    next_event = parser.get_event
    if kind is yaml.SequenceStartEvent:
        items = []
        while type(event := next_event()) is not yaml.SequenceEndEvent:
            items.append(_value(parser, event, path))
        return items
    mapping: dict[Any, Any] = {}
    while type(event := next_event()) is not yaml.MappingEndEvent:
        key = _value(parser, event, path)
        if type(event) is not yaml.ScalarEvent:
            raise _fault(path, event, "键不能是表", "写成 键: 值")
        if key in mapping:
            raise _fault(path, event, f"键 {key} 重复", "删去一个")
        mapping[key] = _value(parser, next_event(), path)
    return mapping


_scalars: Any = yaml.SafeLoader("")


@lru_cache(maxsize=100_000)
def _plain(text: str) -> Any:
    """An unquoted scalar as YAML reads it: a date, a number, true, null or text."""
    tag = _scalars.resolve(yaml.ScalarNode, text, (True, False))
    if tag == _TEXT:
        return text
    return yaml.SafeLoader.yaml_constructors[tag](_scalars, yaml.ScalarNode(tag, text))


def _find_places(node: Any, keys: tuple[Any, ...], places: dict[tuple[Any, ...], Place]) -> None:
    if node is None:
        return
    mark = node.start_mark
    places[keys] = Place(mark.line + 1, mark.column + 1, mark.index, node.end_mark.index)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _find_places(value, (*keys, key.value if key.tag == _TEXT else _plain(key.value)), places)
    elif isinstance(node, yaml.SequenceNode):
        for at, item in enumerate(node.value):
            _find_places(item, (*keys, at), places)


def _fault(path: Path, event: Any, what: str, remedy: str) -> PackError:
    mark = event.start_mark
    return PackError(f"{path.name}:{mark.line + 1}:{mark.column + 1}", what, remedy)


def _broken(path: Path, error: Exception) -> PackError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
    problem = getattr(error, "problem", None) or str(error)
    return PackError(where, f"不是合格的 YAML（{problem}）", "检查缩进、冒号和引号，含 {} : # 的文字加引号")
