"""``anheng doctor``: every dependency, version and setting that matters, each fine or with its remedy."""

import hashlib
import io
import json
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib import metadata

import click
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from foundation import blobs, clock, db, jobs
from foundation.commands import schema
from foundation.settings import GIB, Settings, fingerprint

SPACE_NEEDED = 5 * GIB


@dataclass(frozen=True)
class Check:
    """One thing examined: ``value`` is what was found, ``remedy`` what to do when it is not ``ok``."""

    name: str
    ok: bool
    value: str
    remedy: str = ""


Examine = Callable[[Settings], Iterator[Check]]
_more: list[Examine] = []


def register_check(examine: Examine) -> Examine:
    """A room adds checks of its own (fonts, OCR, office programs)."""
    _more.append(examine)
    return examine


def examine(settings: Settings) -> list[Check]:
    """Everything examined, in the order in which it is mended."""
    return [check for look in (_packages, _machine, _database, _storage, *_more) for check in look(settings)]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def doctor(as_json: bool) -> None:
    """检查运行环境：依赖、版本、设置、数据库、存储、字体、后台任务。"""
    found = examine(Settings.from_env())
    fine = all(check.ok for check in found)
    if as_json:
        click.echo(json.dumps({"ok": fine, "checks": [asdict(check) for check in found]}, ensure_ascii=False))
    else:
        for check in found:
            mark = "正常" if check.ok else "异常"
            click.echo(f"[{mark}] {check.name}：{check.value}" + ("" if check.ok else f" → {check.remedy}"))
    if not fine:
        raise SystemExit(1)


def _packages(_settings: Settings) -> Iterator[Check]:
    """Every package the project asks for: required ones must be there, extras are named when absent."""
    try:
        wanted = metadata.requires("anheng") or []
    except metadata.PackageNotFoundError:
        yield Check("软件包 anheng", False, "未安装", "请在项目目录执行 make run，或 pip install -e .")
        return
    for line in wanted:
        name = (re.match(r"[A-Za-z0-9_.-]+", line) or [""])[0]
        optional = "extra ==" in line
        if "Windows" in line and sys.platform == "win32":
            continue
        try:
            yield Check(f"软件包 {name}", True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check(
                f"软件包 {name}",
                optional,
                "未安装（可选）" if optional else "未安装",
                f"请执行 pip install {name}",
            )


def _machine(settings: Settings) -> Iterator[Check]:
    yield Check("Python", sys.version_info >= (3, 11), platform.python_version(), "需要 Python 3.11 以上版本")
    version = ".".join(map(str, db.sqlite_version()))
    safe = db.sqlite_version() >= db.SQLITE_NEEDED
    yield Check(
        "SQLite", safe, version, "低于 3.51.3 的版本可能丢失提交：请升级 pysqlite3，或改用 PostgreSQL"
    )
    sm3 = "sm3" in hashlib.algorithms_available
    yield Check("国密 SM3", True, "可用" if sm3 else "不可用，审计链使用 SHA-256")
    settings.var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var).free
    yield Check(
        "磁盘空间", free > SPACE_NEEDED, f"{free / GIB:.1f} GiB 可用", "可用空间不足 5 GiB，请清理或扩容"
    )
    yield Check("数据目录", True, str(settings.var))
    yield Check(
        "密钥",
        len(settings.key) >= 16,
        f"指纹 {fingerprint(settings.key)}",
        "请设置 16 位以上的 ANHENG_SECRET_KEY",
    )
    secure = "是" if settings.secure_cookies else "否（使用 HTTPS 时请设置 ANHENG_SECURE_COOKIES=1）"
    yield Check("安全 Cookie", True, secure)


def _database(settings: Settings) -> Iterator[Check]:
    engine = db.make_engine(settings.database_url)
    try:
        with db.session_scope(engine, reading=True) as session:
            found, newest = schema.revisions(session)
            yield Check("数据库结构", found == newest, found or "空", "请执行 anheng migrate")
            if found == newest:
                late = _late_jobs(session)
                said = f"{late} 个任务等待超过 10 分钟"
                yield Check("后台任务", late == 0, said, "请确认 anheng worker 在运行")
    except SQLAlchemyError as error:
        yield Check("数据库", False, type(error).__name__, "请检查 DATABASE_URL 和数据库服务")
    finally:
        engine.dispose()


def _late_jobs(session: Session) -> int:
    late = clock.now() - timedelta(minutes=10)
    query = (
        select(func.count())
        .select_from(jobs.Job)
        .where(jobs.Job.state == "queued", col(jobs.Job.due_at) < late)
    )
    return session.exec(query).one()


def _storage(settings: Settings) -> Iterator[Check]:
    """A file goes in and out of the store."""
    where = settings.storage_url.split("?")[0]
    try:
        store = blobs.BlobStore(settings)
        kept = store.verify(store.put(io.BytesIO("案衡存储自检".encode())).sha256)
        yield Check("原件存储", kept, where, "存储介质损坏，请立即更换并从备份恢复")
    except Exception as error:
        yield Check("原件存储", False, f"{where}（{type(error).__name__}）", "请检查 STORAGE_URL 和目录权限")
