"""Rule packs: every rule file under ``packs/``, read, checked and frozen under one hash.

The hash covers what a verdict depends on: rules, vocabulary, law register, calendar and the language
version, in canonical form, so that a comment or a line break does not change it. Reading and checking
takes long, so the result is kept under ``var/cache`` by the hash of the files' bytes; when a file is
broken the last pack that was whole stays in force.
"""

import gc
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .home import PACKAGE, PARTS, ROOT
from .language import LANGUAGE
from .packcache import keep, kept
from .rule_file import read_rule
from .rules import Rule
from .source import PackError, load_plain

FOLDER = ROOT / "packs"
_DATA = PARTS[:-1]
_LAST = "last-good.json"
_HEAD = ("name", "version", "hash")
_log = logging.getLogger(__name__)


class Pack(NamedTuple):
    """All released rules as one: ``rules`` in order of id, ``hash`` over canonical content."""

    name: str
    version: str
    hash: str
    rules: tuple[Rule, ...]

    @property
    def id(self) -> str:
        """Name, version and hash, as results store it."""
        return f"{self.name}@{self.version}+sha256:{self.hash}"

    def rule(self, id: str) -> Rule:
        """The rule of that id; raises ``KeyError``."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)


class Readable(NamedTuple):
    """What could be read of the rule files with their plain content by id, and the faults of the rest."""

    rules: tuple[Rule, ...]
    faults: tuple[PackError, ...]
    contents: Mapping[str, Any]


def rule_files(folder: Path = FOLDER) -> Iterable[tuple[Path, str, str]]:
    """Every rule file with the name and version of its pack."""
    for subject in sorted(path for path in folder.iterdir() if path.is_dir()):
        head = subject / "pack.yaml"
        entry = load_plain(head) if head.exists() else {}
        for path in sorted((subject / "rules").glob("*.yaml")):
            yield path, entry.get("name", subject.name), str(entry.get("version", "1.0.0"))


def read_all(folder: Path = FOLDER) -> Readable:
    """Every rule that can be read, with the faults of the files that cannot."""
    rules: dict[str, Rule] = {}
    contents: dict[str, Any] = {}
    faults: list[PackError] = []
    with _no_collector():
        for path, pack, version in rule_files(folder):
            try:
                rule, content = read_rule(path, pack, version)
                if rule.id in rules:
                    raise PackError(path.name, f"编号 {rule.id} 已用于 {rules[rule.id].file}", "换一个编号")
                rules[rule.id] = rule
                contents[rule.id] = content
            except PackError as error:
                faults.append(error)
    return Readable(tuple(rules[key] for key in sorted(rules)), tuple(faults), contents)


@cache
def load_pack() -> Pack:
    """Every released rule as one pack, from the cache where the files have not changed.

    A broken file raises ``PackError``, unless an earlier whole pack is at hand: then that stays in
    force and the fault is logged.
    """
    with _no_collector():
        pack = _kept_or_read(_files_hash(ROOT), _cache_folder())
        # The pack lives as long as the process: the collector need not walk it, neither now nor later.
        gc.freeze()
    return pack


def _kept_or_read(key: str, folder: Path) -> Pack:
    pack = _from_cache(folder / f"{key}.json", key)
    if pack is not None:
        return pack
    found = read_all()
    if found.faults:
        last = _from_cache(folder / _LAST, None)
        if last is None:
            raise found.faults[0]
        _log.error("规则文件有误，沿用上一个完好的规则包 %s：%s", last.id, found.faults[0])
        return last
    release = load_plain(FOLDER / "release.yaml")
    pack = Pack(release["name"], str(release["version"]), content_hash(ROOT, found.contents), found.rules)
    head = {name: getattr(pack, name) for name in _HEAD}
    keep(folder, (f"{key}.json", _LAST), key, head, pack.rules)
    return pack


def _from_cache(path: Path, key: str | None) -> Pack | None:
    found = kept(path, key)
    if found is None or set(found[0]) != set(_HEAD):
        return None
    name, version, digest = (found[0][key] for key in _HEAD)
    return Pack(name, version, digest, found[1])


@contextmanager
def _no_collector() -> Iterator[None]:
    """Much is made and nothing dropped while rules are read: the collector would only walk it over and
    over."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _files_hash(root: Path) -> str:
    """A hash over the bytes of everything a pack is made from, the reading code included."""
    digest = hashlib.sha256(LANGUAGE.encode())
    code = [(PACKAGE, PACKAGE.glob("*.py")), (PACKAGE, PACKAGE.glob("language/*.py"))]
    data = [(root, (root / name).rglob("*.yaml")) for name in _DATA]
    for base, found in (*code, *data):
        skipped = len(str(base)) + 1
        for path in sorted(found, key=str):
            digest.update(str(path)[skipped:].encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def content_hash(root: Path, rules: Mapping[str, Any]) -> str:
    """The pack's hash: canonical JSON of every rule and of what rules rest on, without tests and notes,
    and the language."""
    digest = hashlib.sha256(f"language {LANGUAGE}".encode())
    parts = {f"rules/{id}": content for id, content in rules.items()}
    for name in _DATA[1:]:
        parts |= {f"{name}/{path.stem}": load_plain(path) for path in sorted((root / name).rglob("*.yaml"))}
    for name in sorted(parts):
        content = bare(parts[name])
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
        digest.update(f"\n{name}\n{text}".encode())
    return digest.hexdigest()


def bare(data: Any) -> Any:
    """Content without what no verdict depends on."""
    if isinstance(data, Mapping):
        return {
            str(key): bare(value) for key, value in data.items() if key not in ("tests", "note", "history")
        }
    return [bare(value) for value in data] if isinstance(data, list) else data


def _cache_folder() -> Path:
    return Path(os.environ.get("ANHENG_VAR", "var")) / "cache" / "packs"
