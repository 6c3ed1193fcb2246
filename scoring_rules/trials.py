"""Commands on two sets of criteria: what changed between them, and what that does to case files."""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from .compare import with_param
from .criteria import NOW, find, graded, keep, kept_folder, rule_cases
from .grade import grade_case
from .interchange import case_from
from .lint import LABELS
from .pack import bare, load_pack, rule_files
from .source import PackError, load_plain
from .standard import DEFAULT, load_standard

_JSON = click.option("--json", "as_json", is_flag=True, help="机器可读")
_STANDARD = click.option("--standard", default=DEFAULT, show_default=True, help="评查标准")


def _contents(root: Path) -> dict[str, Any]:
    """The plain content of every rule file by id."""
    found = (load_plain(path) for path, _, _ in rule_files(root / "packs"))
    return {data["id"]: bare(data) for data in found}


def _lines(content: Any, path: str = "") -> Iterator[str]:
    """Content as lines, each with its path, so that a change is shown where it stands."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _lines(value, f"{path}.{key}" if path else str(key))
    elif isinstance(content, list):
        for at, value in enumerate(content, 1):
            name = value.get("id", at) if isinstance(value, Mapping) else at
            yield from _lines(value, f"{path}[{name}]")
    else:
        yield f"{path}: {content}"


def difference(old: Path, new: Path, standard: str) -> dict[str, Any]:
    """Rules added, removed and changed between two sets of criteria; of the changed ones the lines, and
    the tests (of either) that the two judge differently."""
    before, after = _contents(old), _contents(new)
    changed = sorted(id for id in before if id in after and before[id] != after[id])
    cases = (
        {case["case"]: case for root in (old, new) for case in rule_cases(root, changed)} if changed else {}
    )
    turned = list(changes(old, new, standard, cases.values()))
    return {
        "added": sorted(set(after) - set(before)),
        "removed": sorted(set(before) - set(after)),
        "changed": {id: _change(id, before[id], after[id], turned) for id in changed},
    }


def _change(id: str, old: Any, new: Any, turned: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    lines = [line for line in difflib.ndiff([*_lines(old)], [*_lines(new)]) if line[:2] in ("- ", "+ ")]
    own = [(entry, entry["verdicts"].get(id)) for entry in turned if entry["case"].startswith(f"{id}「")]
    tests = [f"测试{e['case'][len(id) :]}：{_turn(v['from'], v['to'])}" for e, v in own if v]
    return {"lines": lines, "tests": tests}


def _turn(old: str, new: str) -> str:
    return f"{LABELS.get(old, '没有此规则')} → {LABELS.get(new, '没有此规则')}"


def changes(
    old: Path, new: Path, standard: str, cases: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The cases on which two sets of criteria differ: verdicts with what each says, score, grade."""
    held = list(cases)
    yield from _differ(graded(old, standard, held), graded(new, standard, held))


def _differ(old: Iterable[Any], new: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for before, after in zip(old, new, strict=True):
        ids = sorted({*before["verdicts"], *after["verdicts"]})
        turned = {
            id: {
                "from": before["verdicts"].get(id, ""), "to": after["verdicts"].get(id, ""),
                "said": before["messages"].get(id, ""), "says": after["messages"].get(id, ""),
            }
            for id in ids if before["verdicts"].get(id) != after["verdicts"].get(id)
        }  # fmt: skip
        if turned or before["grade"] != after["grade"] or before["score"] != after["score"]:
            yield {
                "case": before["case"], "verdicts": turned,
                "score": {"from": before["score"], "to": after["score"]},
                "grade": {"from": before["grade"], "to": after["grade"]},
            }  # fmt: skip


@click.command("diff")
@click.argument("old")
@click.argument("new", default=NOW)
@_STANDARD
@_JSON
def diff_rules(old: str, new: str, standard: str, as_json: bool) -> None:
    """比较两套规则（编号、目录或 now）：新增、删去、改动的规则，以及判定因此不同的测试。"""
    try:
        report = difference(find(old), find(new), standard)
    except PackError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(f"新增 {'、'.join(report['added']) or '无'}；删去 {'、'.join(report['removed']) or '无'}")
    for id, change in report["changed"].items():
        click.echo(id)
        for line in (*change["lines"], *change["tests"]):
            click.echo(f"  {line}")


@click.command("whatif")
@click.argument("old")
@click.argument("new", default=NOW)
@click.option("--cases", "path", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="案卷事实（JSON Lines；本机案卷用 anheng facts 导出）")  # fmt: skip
@click.option("--set", "trial", help="现行规则试改一个参数，例如 P37.decide_days=120（此时 NEW 不用写）")
@_STANDARD
@_JSON
def whatif(old: str, new: str, path: Path, trial: str | None, standard: str, as_json: bool) -> None:
    """同一批案卷按两套规则各评一次，列出结论、分数或者等次不同的每一件和原因。"""
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        if trial is None:
            found = list(changes(find(old), find(new), standard, cases))
        else:
            found = list(_differ(graded(find(old), standard, cases), _tried(trial, standard, cases)))
    except PackError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"cases": len(cases), "changed": found}, ensure_ascii=False))
        return
    for entry in found:
        _show(entry)
    click.echo(f"共 {len(cases)} 件，{len(found)} 件有变化")


def _tried(trial: str, standard: str, cases: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cases graded by the rules in force with one parameter changed."""
    name, _, number = trial.partition("=")
    rule, _, param = name.partition(".")
    if not number.strip().lstrip("-").isdigit():
        raise PackError(trial, "写法不对", "写成 规则.参数=整数，例如 P37.decide_days=120")
    pack, chosen = with_param(load_pack(), rule, param, int(number)), load_standard(standard)
    for case in cases:
        grading = grade_case(pack, chosen, case_from(case))
        yield {
            "verdicts": {finding.rule: finding.verdict for finding in grading.findings},
            "messages": {finding.rule: finding.message for finding in grading.findings},
            "score": {"low": grading.low / 10, "high": grading.high / 10}, "grade": grading.grade,
        }  # fmt: skip


def _show(entry: Mapping[str, Any]) -> None:
    score, grade = entry["score"], entry["grade"]
    old, new = (f"{score[end]['low']:g}—{score[end]['high']:g}" for end in ("from", "to"))
    click.echo(f"{entry['case']}：{grade['from']} → {grade['to']}，得分 {old} → {new}")
    for id, turn in entry["verdicts"].items():
        said = turn["says"] or turn["said"]
        click.echo(f"  {id} {_turn(turn['from'], turn['to'])}" + (f"：{said}" if said else ""))


@click.command("freeze")
@click.argument("into", required=False, type=click.Path(file_okay=False, path_type=Path))
def freeze_rules(into: Path | None) -> None:
    """把现行规则、词表、法律登记、日历、标准整套存下（默认存入数据目录），供日后按原规则重评。"""
    try:
        folder = keep(into)
    except PackError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已存 {folder}（{load_pack().id}）；按它重评时设 ANHENG_CRITERIA={folder}")


@click.command("kept")
def kept_rules() -> None:
    """列出已存的各套规则。"""
    for manifest in sorted(kept_folder().glob("*/criteria.json")):
        told = json.loads(manifest.read_text(encoding="utf-8"))
        click.echo(f"{manifest.parent.name}  {told['pack']}  {'、'.join(told['standards'])}")


commands: list[click.Command] = [diff_rules, whatif, freeze_rules, kept_rules]
