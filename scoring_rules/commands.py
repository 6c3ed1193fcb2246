"""Commands on the criteria: ``anheng rules …``, ``grade``, ``laws`` and ``bench rules``."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from . import trials
from .bulk import grade_file
from .engines import ENGINES
from .explain import VERDICT_LABELS
from .facts import FactError
from .lawbook import law_register
from .lawimport import import_folder
from .lawtexts import folder_of
from .measure import bench_rules as measure
from .measure import profile_rules
from .pack import FOLDER, load_pack, read_all
from .rulebook import rule_entry, rule_page
from .rules import SYSTEMS, Rule
from .selftest import run_tests
from .source import PackError
from .standard import DEFAULT, Standard, load_standard, standard_faults


def _print(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


def _standard(id: str | None) -> Standard | None:
    try:
        return load_standard(id) if id else None
    except PackError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def rules() -> None:
    """评查规则：列出、查看、测试、比较、新建。"""


@rules.command("list")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
@click.option("--standard", "standard_id", help="同时给出该评查标准的分值")
def list_rules(as_json: bool, standard_id: str | None) -> None:
    """列出全部规则。"""
    standard = _standard(standard_id)
    entries = [rule_entry(rule, standard) for rule in load_pack().rules]
    if as_json:
        _print(entries)
        return
    for entry in entries:
        mark = "" if entry["confirmed"] else "（待核定）"
        points = f"  {entry['points']:g}分" + ("／否决" if entry["veto"] else "") if standard else ""
        click.echo(f"{entry['id']}  {SYSTEMS[entry['system']]}  {entry['title']}{mark}{points}")


@rules.command("show")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
@click.option("--standard", "standard_id", default=None, help="评查标准")
def show_rule(id: str, as_json: bool, standard_id: str | None) -> None:
    """一条规则的依据、参数、检查式和测试。"""
    try:
        rule = load_pack().rule(id)
    except KeyError as error:
        raise click.ClickException(f"没有规则 {id}；用 anheng rules list 查看全部编号") from error
    page = rule_page(rule, _standard(standard_id))
    if as_json:
        _print(page)
        return
    for line in _page_lines(rule, page):
        click.echo(line)


def _page_lines(rule: Rule, page: dict[str, Any]) -> Iterable[str]:
    yield f"{rule.id}  {rule.title}" + ("" if page["confirmed"] else "（待核定）")
    yield f"适用条件：{page['when'] or '一律适用'}"
    for check in page["checks"]:
        yield f"［{check['id'] or '检查'}］{check['title']}"
        for basis in check["clauses"]:
            start, end = basis["in_force"]
            yield f"  依据：{basis['clause']}（{start or '始终'} 至 {end or '今'}）"
        for param in check["params"]:
            values = "；".join(f"{value['from'] or '始终'} 起 {value['shown']}" for value in param["values"])
            yield f"  参数 {param['name']}：{values}"
        yield f"  检查：{check['require'] or check['question']}"
        if check["message"]:
            yield f"  提示：{check['message']}"
    for example in page["examples"]:
        verdict = VERDICT_LABELS.get(example["verdict"] or "", "分限肢")
        yield f"  例：{example['name']} → {verdict}"


@rules.command("test")
@click.argument("ids", nargs=-1)
def test_rules(ids: tuple[str, ...]) -> None:
    """用每一种求值器运行规则文件内的测试；给出编号（或前缀，如 P3）则只测这些。"""
    found = read_all()
    wanted = [rule for rule in found.rules if not ids or rule.id.startswith(tuple(ids))]
    passed = failed = 0
    for fault in found.faults:
        if not ids or fault.where.startswith(tuple(ids)):
            failed += 1
            click.echo(f"错误 {fault}")
    for fault in () if ids else standard_faults(found.rules):
        failed += 1
        click.echo(f"错误 {fault}")
    for outcome in run_tests(wanted, columns=True):
        if outcome.fault:
            failed += 1
            click.echo(f"失败 {outcome.rule}「{outcome.test}」[{outcome.engine}] {outcome.fault}")
        else:
            passed += 1
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


_SKELETON = """id: {id}
title: {title}
system: procedure            # {systems}
status: draft
confirmed: false             # true 须在核对正式文本之后
basis:
  - {{law: 行政处罚法, text: "2021", article: 1, in_force: [2021-07-15, null]}}
select_by: decided_on        # 选用法律文本和参数的日期
params: {{}}
when: case_kind == 'penalty'
require: known(decided_on)
message: （违反时给单位看的话，可用 {{decided_on}}）
fix: {{curable: true, text: （如何补正）}}
evidence: [decision]
tests:
  - {{name: 符合, facts: {{case_kind: penalty, decided_on: 2023-05-12}}, expect: met}}
  - {{name: 不适用, facts: {{case_kind: licence, decided_on: 2023-05-12}}, expect: not_applicable}}
"""


@rules.command("new")
@click.argument("subject")
@click.argument("letter")
@click.argument("slug")
@click.option("--title", default="（一句话写明应当怎样）")
def new_rule(subject: str, letter: str, slug: str, title: str) -> None:
    """按字母取下一个空号，写出规则文件的骨架：anheng rules new penalty P some-check。"""
    used = [int(rule.id[1:]) for rule in load_pack().rules if rule.id[0] == letter and rule.id[1:].isdigit()]
    width = 1 if letter == "D" else 2
    id = f"{letter}{max(used, default=0) + 1:0{width}d}"
    path = FOLDER / subject / "rules" / f"{id}-{slug}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_SKELETON.format(id=id, title=title, systems=" | ".join(SYSTEMS)), encoding="utf-8")
    click.echo(f"已写 {path}；改好后运行 anheng rules test {id}")


for _command in trials.commands:
    rules.add_command(_command)


@click.command("grade")
@click.argument("facts", type=click.Path(exists=True, path_type=Path))
@click.option("--engine", type=click.Choice(ENGINES), default="python", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="每案一行的判定（JSON Lines）")
@click.option("--standard", "standard_id", default=DEFAULT, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="机器可读的合计")
def grade(facts: Path, engine: str, out: Path | None, standard_id: str, as_json: bool) -> None:
    """批量评查：JSON Lines 或 Parquet 的事实 → 判定、分数、等次。"""
    standard = _standard(standard_id)
    assert standard is not None
    try:
        totals = grade_file(
            facts, engine=engine, out=out, pack=load_pack(), standard=standard, progress=_graded
        )
    except (FactError, PackError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        _print(totals)
    else:
        click.echo(f"{totals['cases']} 案，{totals['seconds']:.2f} 秒，判定摘要 {totals['matrix_sha256']}")


def _graded(count: int) -> None:
    click.echo(f"\r已评 {count:,} 案", err=True, nl=False)


@click.command("rules")
@click.option("--cases", "count", default=20_000, show_default=True, help="案件数")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
@click.option("--profile", is_flag=True, help="不比较速度，只看生成的代码把时间用在何处")
def bench_rules(count: int, as_json: bool, profile: bool) -> None:
    """评查引擎的速度，与其他规则引擎在同一次运行中比较，并核对判定一致。"""
    if profile:
        _print(profile_rules(load_pack(), load_standard(), count))
        return
    report = measure(load_pack(), load_standard(), count)
    if as_json:
        _print(report)
        return
    for name, entry in {**report["engines"], **report["peers"]}.items():
        click.echo(f"{name:10} {entry['cases_per_s']:>12,.0f} 案/秒")
    click.echo("判定一致" if report["matrix_equal"] else "判定不一致")


@click.group()
def laws() -> None:
    """法律登记簿。"""


@laws.command("list")
def list_laws() -> None:
    """登记的法律及其文本。"""
    for law in law_register().laws:
        texts = "；".join(
            f"{t.text}（{t.start or ''} 至 {t.end or '今'}，{t.articles or '?'} 条）" for t in law.texts
        )
        click.echo(f"{law.short}：{texts}")


@laws.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="机器可读")
def import_laws(folder: Path, as_json: bool) -> None:
    """读取法律文本目录，与登记簿核对条数和施行日期，存入本机（网页可打开条文），列出登记簿没有的文本。"""
    report = import_folder(folder, folder_of())
    if as_json:
        _print(report)
        return
    for entry in report:
        click.echo(
            f"{entry['file']}：{entry['law'] or '未登记'} {entry['text']} {entry['articles']} 条 {entry['note']}"
        )


commands: list[click.Command] = [rules, grade, laws]
bench_commands: list[click.Command] = [bench_rules]
"""Commands of the group ``anheng bench``."""
