"""Commands on the criteria: ``anheng rules …``, ``grade``, ``bench`` and ``laws``."""

import sys

import click

from .pack import read_all
from .selftest import run_tests


@click.group()
def rules() -> None:
    """评查规则：列出、查看、测试、比较、新建。"""


@rules.command("test")
@click.argument("ids", nargs=-1)
def test_rules(ids: tuple[str, ...]) -> None:
    """运行规则文件内的测试；给出编号（或前缀，如 P3）则只测这些。"""
    found = read_all()
    wanted = [rule for rule in found.rules if not ids or rule.id.startswith(tuple(ids))]
    passed = failed = 0
    for fault in found.faults:
        if not ids or fault.where.startswith(tuple(ids)):
            failed += 1
            click.echo(f"错误 {fault}")
    for outcome in run_tests(wanted):
        if outcome.fault:
            failed += 1
            click.echo(f"失败 {outcome.rule}「{outcome.test}」[{outcome.engine}] {outcome.fault}")
        else:
            passed += 1
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


@click.group()
def bench() -> None:
    """量测：自身与同类并列，一次运行。"""


commands: list[click.Command] = [rules, bench]

if __name__ == "__main__":
    click.Group(commands={command.name or "": command for command in commands})()
