"""``anheng audit verify``, ``backup``, ``restore`` and ``sweep``: nothing acknowledged is ever lost."""

import json
from pathlib import Path
from typing import Any

import click

from foundation import audit, blobs, db
from foundation.commands import vault
from foundation.settings import Settings


@click.group("audit")
def audit_group() -> None:
    """审计记录。"""


@audit_group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def audit_verify(as_json: bool) -> None:
    """核对审计链：任何改动、删除、插入、调换、截断都会被发现。"""
    settings = Settings.from_env()
    with db.session_scope(db.make_engine(settings.database_url), reading=True) as session:
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
    """清理中断上传留下的残片（24 小时以前、没有任何记录引用的）。"""
    settings = Settings.from_env()
    engine, store = db.make_engine(settings.database_url), blobs.BlobStore(settings)
    with db.session_scope(engine, reading=True) as session:
        removed = store.sweep(lambda digests: blobs.referenced(session, digests))
    click.echo(f"已清理暂存残片 {removed['staged']} 个、无主原件 {removed['orphans']} 个。")


def _show(found: dict[str, Any], headline: str) -> None:
    click.echo(f"{headline}：原件 {found['blobs']} 个，审计记录 {found['entries']} 条。")
