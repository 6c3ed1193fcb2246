"""``anheng audit verify``, ``backup``, ``restore`` and ``sweep``: nothing acknowledged is ever lost."""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine
from sqlmodel import Session

from foundation import audit, blobs, db, jobs
from foundation.commands import vault
from foundation.settings import Settings

log = logging.getLogger("anheng.keep")
SWEEP_SECONDS = 6 * 3600
Cleaner = Callable[[Session], int]
_cleaners: list[Cleaner] = []


@click.group("audit")
def audit_group() -> None:
    """审计记录。"""


@audit_group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def audit_verify(as_json: bool) -> None:
    """核对审计链：任何改动、删除、插入、调换、截断都会被发现。"""
    settings = Settings.from_env()
    with db.one_off(settings.database_url, reading=True) as session:
        found = audit.verify(session)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif found["ok"]:
        click.echo(f"审计链完整，共 {found['entries']} 条。")
    else:
        bad = found["first_bad"]
        click.echo(
            f"审计链有误：{bad['chain']} 第 {bad['seq']} 条，{bad['why']}。请立即保全数据库并报告安全审计员。"
        )
    if not found["ok"]:
        raise SystemExit(1)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """把数据库和全部原件备份到 FOLDER(可反复执行，只增补)。"""
    _show(vault.back_up(Settings.from_env(), folder), "备份完成")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--force", is_flag=True, help="覆盖现有数据库")
def restore(folder: Path, force: bool) -> None:
    """从 FOLDER 恢复，并核对每个原件的摘要和审计链。"""
    _show(vault.restore(Settings.from_env(), folder, force=force), "恢复完成，全部核对无误")


@click.command()
def sweep() -> None:
    """清理中断上传留下的残片、过期的登录和完成已久的任务。"""
    settings = Settings.from_env()
    with db.connected(settings.database_url) as engine:
        removed = clean(engine, settings)
    click.echo(
        f"已清理暂存残片 {removed['staged']} 个、无主原件 {removed['orphans']} 个、旧记录 {removed['rows']} 条。"
    )


def register_cleaner(clear: Cleaner) -> Cleaner:
    """A room clears rows that nobody needs any more: ``clear(session) -> how many``. Never a record of a case."""
    _cleaners.append(clear)
    return clear


def clean(engine: Engine, settings: Settings) -> dict[str, int]:
    """One sweep: debris of uploads and rows past their use. The worker does this every few hours."""
    store = blobs.BlobStore(settings)
    with db.session_scope(engine, reading=True) as session:
        removed = store.sweep(lambda digests: blobs.referenced(session, digests))
    with db.session_scope(engine) as session:
        removed["rows"] = jobs.clear_old(session) + sum(clear(session) for clear in _cleaners)
    return removed


def keep_clean(engine: Engine, settings: Settings, ended: threading.Event) -> None:
    """Sweep now and every ``SWEEP_SECONDS`` until ``ended``; for a thread beside the worker."""
    while not ended.is_set():
        try:
            log.info("swept: %s", clean(engine, settings))
        except Exception:
            log.exception("sweeping failed; it is tried again at the next turn")
        ended.wait(SWEEP_SECONDS)


def _show(found: dict[str, Any], headline: str) -> None:
    click.echo(f"{headline}：原件 {found['blobs']} 个，审计记录 {found['entries']} 条。")
