"""Rule packs: every rule file under ``packs/``, read, checked and frozen under one hash."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .rule_file import read_rule
from .rules import Rule
from .source import PackError, load_plain

FOLDER = Path(__file__).parent / "packs"


class Faulty(NamedTuple):
    """What could be read of the rule files, and the faults of the rest."""

    rules: tuple[Rule, ...]
    faults: tuple[PackError, ...]


def rule_files(folder: Path = FOLDER) -> Iterable[tuple[Path, str, str]]:
    """Every rule file with the name and version of its pack."""
    for subject in sorted(path for path in folder.iterdir() if path.is_dir()):
        head = subject / "pack.yaml"
        entry = load_plain(head) if head.exists() else {}
        for path in sorted((subject / "rules").glob("*.yaml")):
            yield path, entry.get("name", subject.name), str(entry.get("version", "1.0.0"))


def read_all(folder: Path = FOLDER) -> Faulty:
    """Every rule that can be read, with the faults of the files that cannot."""
    rules: dict[str, Rule] = {}
    faults: list[PackError] = []
    for path, pack, version in rule_files(folder):
        try:
            rule = read_rule(path, pack, version)
            if rule.id in rules:
                raise PackError(path.name, f"编号 {rule.id} 已用于 {rules[rule.id].file}", "换一个编号")
            rules[rule.id] = rule
        except PackError as error:
            faults.append(error)
    return Faulty(tuple(rules[key] for key in sorted(rules)), tuple(faults))
