"""Criteria kept for ever: whole copies of packs, vocabulary, laws, calendar and standards, named by a hash
over what they decide. A file graded by them years later gives the same answer.

One process holds one set of criteria; another set is asked in a process of its own (``replay.py``).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .home import MANIFEST, PACKAGE, PARTS, ROOT
from .language import LANGUAGE
from .pack import load_pack
from .source import PackError
from .standard import load_standard, standard_ids

NOW = "now"


def kept_folder() -> Path:
    """Where kept criteria lie: ``criteria`` under ``ANHENG_VAR``."""
    return Path(os.environ.get("ANHENG_VAR", "var")) / "criteria"


def identity() -> dict[str, Any]:
    """What the criteria in force are: pack, standards and language, with one hash over them."""
    standards = [load_standard(id).full_id for id in standard_ids()]
    parts: dict[str, Any] = {"pack": load_pack().id, "standards": standards, "language": LANGUAGE}
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return {**parts, "hash": hashlib.sha256(text.encode()).hexdigest()}


def keep(into: Path | None = None) -> Path:
    """Keep the criteria in force in a folder named by their hash; one that is there already is left as it
    is. Raises ``PackError`` where the copy does not read the same."""
    told = identity()
    target = (into or kept_folder()) / str(told["hash"])[:16]
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=target.parent))
    try:
        for name in PARTS:
            shutil.copytree(ROOT / name, part / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        (part / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        if _asked(part, "identity")[0] != told:
            raise PackError(str(ROOT), "规则文件在保存期间被改动", "稍后再试")
        part.chmod(0o755)
        part.replace(target)
    except OSError:
        if not target.exists():  # another process may have kept the same meanwhile
            raise
    finally:
        if part.exists():
            shutil.rmtree(part)
    return target


def find(name: str) -> Path:
    """The folder of criteria: ``now``, a folder, or the beginning of the hash of a kept copy.

    A kept copy must still be what its manifest says; raises ``PackError`` where it is not, or is not there.
    """
    if name == NOW:
        return ROOT
    place = Path(name)
    if not (place / "packs").is_dir():
        found = sorted(kept_folder().glob(f"{name}*")) if name.isalnum() else []
        if len(found) != 1:
            held = "、".join(path.name for path in sorted(kept_folder().glob("*"))) or "无"
            raise PackError(name, "没有这套规则", f"写 now、规则目录，或已存规则的编号（已存：{held}）")
        place = found[0]
    manifest = place / MANIFEST
    if manifest.exists() and _asked(place, "identity")[0] != json.loads(manifest.read_text(encoding="utf-8")):
        raise PackError(str(place), "内容与其编号不符，已被改动", "从备份恢复这个目录")
    return place


def graded(root: Path, standard: str, cases: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Cases in interchange form graded by the criteria in ``root``: verdicts, what is said of each breach or
    open verdict, score and grade, in the order given."""
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    yield from _asked(root, "grade", standard, given=lines)


def rule_cases(root: Path, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The tests of rules as cases, each named ``P37「…」``."""
    return _asked(root, "tests", *ids)


def _asked(root: Path, *question: str, given: str = "") -> list[dict[str, Any]]:
    settings = {**os.environ, "ANHENG_CRITERIA": str(root.resolve()), "PYTHONPATH": str(PACKAGE.parent)}
    if root == PACKAGE:
        settings.pop("ANHENG_CRITERIA")
    done = subprocess.run(  # noqa: S603 - this interpreter on our own module
        [sys.executable, "-m", "scoring_rules.replay", *question],
        input=given, env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise PackError(str(root), f"这套规则读不出（{last}）", "核对目录内容")
    return [json.loads(line) for line in done.stdout.splitlines()]
