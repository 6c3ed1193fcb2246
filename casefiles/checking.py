"""``anheng check`` and ``anheng bench read``: commands that need neither site nor database."""

import importlib
import json
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from casefiles.check import STANDARD, check_path
from casefiles.keycheck import compare, keys_in, totals, with_key_facts
from scoring_rules import load_pack

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_VERDICTS = {"met": "符合", "breached": "不符合", "undetermined": "待核", "not_applicable": "不适用"}


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="机器可读；多个案卷时一行一个")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="未届满期限的计算日，默认取卷内最晚日期"
)
@click.option("--standard", default=STANDARD, show_default=True, help="评查标准")
@click.option("--open", "open_file", is_flag=True, help="未办结案卷：卷内没有的文书不算缺失")
@click.option("--pages", is_flag=True, help="Word 文书按版面给出页码（需安装 LibreOffice）")
@click.option("--no-ocr", is_flag=True, help="不识别扫描件")
@click.option("--why", metavar="规则", help="只给出该规则结论的全部理由（机器可读）")
def check(
    paths: tuple[Path, ...],
    as_json: bool,
    as_of: date | None,
    standard: str,
    open_file: bool,
    pages: bool,
    no_ocr: bool,
    why: str | None,
) -> None:
    """检查案卷：zip、文件夹或单个文书；不需要账号和数据库。"""
    failed = False
    if why and why not in {rule.id for rule in load_pack().rules}:
        raise click.UsageError(f"没有规则 {why}；用 anheng rules list 查看全部编号")
    for path in paths:
        click.echo(f"正在检查 {path.name} …", err=True)
        result = check_path(
            path, standard=standard, as_of=as_of, open_file=open_file, ocr=not no_ocr, pages=pages, why=why
        )
        failed |= "error" in result
        if "explanation" in result:
            click.echo(json.dumps(result["explanation"], ensure_ascii=False, indent=None if as_json else 1))
            continue
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False))
        else:
            _show(result)
    sys.exit(2 if failed else 0)


def _show(result: dict[str, Any]) -> None:
    if "error" in result:
        click.echo(f"{result['source']}：{result['error']['what']}。{result['error']['remedy']}。", err=True)
        return
    low, high = result["score"]["low"], result["score"]["high"]
    score = f"{low:g}" if low == high else f"{low:g}–{high:g}"
    click.echo(
        f"{result['case']}　{score} 分　{result['grade']}" + ("　差案线索" if result["flagged"] else "")
    )
    click.echo(
        f"文书 {len(result['documents'])} 件，事实 {len(result['facts'])} 项，计算日 {result['as_of']}"
    )
    for problem in result["problems"]:
        click.echo(f"　！{problem['file']}：{problem['what']}。{problem['remedy']}")
    for finding in result["findings"]:
        if finding["verdict"] == "breached":
            click.echo(f"　{finding['rule']} {_VERDICTS['breached']}：{finding['message']}")
            for place in finding["evidence"][:3]:
                if place.get("file"):
                    page = (
                        f" 第{place['page']}页"
                        if place["page"]
                        else f" {place['at']}"
                        if place.get("at")
                        else ""
                    )
                    click.echo(f"　　　{place['file']}{page}：{place['quote']}")
    waiting = sum(finding["verdict"] == "undetermined" for finding in result["findings"])
    if waiting:
        click.echo(f"　另有 {waiting} 项待核（--json 列出全部）")


@click.command("read")
@click.option("--keys", type=_FOLDER, help="案卷与答案所在的文件夹：对照种类、事实、结论")
@click.option(
    "--rules", "rules_only", is_flag=True, help="结论按答案给出的事实评查，不按读出的（只核对规则）"
)
@click.option("--pages", default=4, show_default=True, help="量识别时用几页")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
@click.option("--verbose", is_flag=True, help="列出每一处差异")
@click.option("--standard", default=STANDARD, show_default=True, help="评查标准")
def bench_read(
    keys: Path | None, rules_only: bool, pages: int, as_json: bool, verbose: bool, standard: str
) -> None:
    """阅读：给 --keys 时对照答案；否则与 pypdfium2、tesseract 并列量速度和差错率。"""
    if keys is None:
        # The figures take Pillow, reportlab and OCR, which nothing else here needs.
        figures = importlib.import_module("casefiles.readbench").measure(pages)
        click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 1))
        return
    _against_keys(keys, as_json, verbose, standard, rules_only)


def _against_keys(keys: Path, as_json: bool, verbose: bool, standard: str, rules_only: bool) -> None:
    cases = keys_in(keys)
    if not cases:
        raise click.ClickException(f"{keys} 里没有 *.key.json 和对应的案卷；请核对文件夹")
    tallies, lines = [], []
    for path, key in cases:
        start = time.perf_counter()
        result = check_path(path, standard=standard)
        tally = compare(with_key_facts(result, key, standard) if rules_only else result, key)
        seconds = time.perf_counter() - start
        tallies.append(tally)
        lines.append({"file": path.name, "seconds": round(seconds, 2), **tally.to_json()})
        if not as_json:
            _case_line(lines[-1], verbose)
    forms = {form: totals([tally for tally in tallies if tally.form == form]) for form in ("text", "scan")}
    summary = {"cases": lines, "text": forms["text"], "scan": forms["scan"], "all": totals(tallies)}
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    for name, label in (("text", "文字"), ("scan", "扫描"), ("all", "合计")):
        _total_line(label, summary[name])


def _case_line(line: dict[str, Any], verbose: bool) -> None:
    facts = line["facts"]
    click.echo(
        f"{line['file']}  种类 {line['kinds']}  事实 查全 {facts['recall']} 查准 {facts['precision']}"
        f"  结论 {line['verdicts']['right']}（{line['verdicts']['asked']}）  误报 {line['false_alarms']}"
        f"  漏报 {line['seeded_not_found']}  {line['seconds']} 秒"
    )
    if verbose:
        for difference in line["differences"]:
            click.echo(f"    {difference}")


def _total_line(label: str, total: Any) -> None:
    if total["cases"]:
        facts = total["facts"]
        click.echo(
            f"{label} {total['cases']} 案：种类 {total['kinds']}，查全 {facts['recall']}，查准 {facts['precision']}，"
            f"结论 {total['verdicts']['right']}，误报 {total['false_alarms']}，漏报 {total['seeded_not_found']}"
        )


bench_commands: list[click.Command] = [bench_read]
commands: list[click.Command] = [check]
