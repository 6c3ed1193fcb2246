"""Backup and restore: a consistent copy of the database, every original, and a manifest that proves it."""

import contextlib
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from foundation import audit, blobs, clock, db, errors
from foundation.settings import Settings

MANIFEST = "manifest.json"


def back_up(settings: Settings, folder: Path) -> dict[str, Any]:
    """Copy database, then originals, to ``folder``.

    The database first: originals are stored before the rows that name them, so every row of the copy finds
    its file. Originals already there are kept (they never change). Returns the manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = _copy_database(settings.database_url, folder)
    store = blobs.BlobStore(settings)
    digests = list(store.digests())
    for digest in digests:
        target = folder / "blobs" / digest[:2] / digest
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            shutil.copyfile(store.path(digest), part)
            if _digest(part) != digest:
                raise errors.AnhengError(
                    f"原件 {digest[:12]}… 与其摘要不符。", "请检查存储介质，备份未完成。"
                )
            part.replace(target)
    with db.one_off(settings.database_url, reading=True) as session:
        chain = audit.verify(session)
    manifest = {
        "made_at": clock.now().isoformat(),
        "database": name,
        "database_sha256": _digest(folder / name),
        "entries": chain["entries"],
        "audit_ok": chain["ok"],
        "blobs": len(digests),
        "digests": digests,
    }
    part = folder / (MANIFEST + ".part")
    part.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / MANIFEST)
    return manifest


def restore(settings: Settings, folder: Path, *, force: bool = False) -> dict[str, Any]:
    """Bring a backup into the configured database and store; verify digests and the audit chain."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise errors.AnhengError(
            f"{folder} 不是完整的备份（缺 {MANIFEST}）。", "请指定 anheng backup 生成的目录。"
        ) from error
    source = folder / manifest["database"]
    if _digest(source) != manifest["database_sha256"]:
        raise errors.AnhengError("备份中的数据库文件与清单的摘要不符。", "备份已损坏，请换用另一份备份。")
    _restore_database(settings.database_url, source, force)
    store = blobs.BlobStore(settings)
    for digest in manifest["digests"]:
        stored = store.put(folder / "blobs" / digest[:2] / digest)
        if stored.sha256 != digest:
            raise errors.AnhengError(f"备份中的原件 {digest[:12]}… 已损坏。", "请换用另一份备份。")
    with db.one_off(settings.database_url, reading=True) as session:
        chain = audit.verify(session)
    if not chain["ok"]:
        raise errors.AnhengError(
            f"恢复后的审计链有误：{chain['first_bad']}。", "请换用另一份备份并报告安全审计员。"
        )
    return {"blobs": len(manifest["digests"]), "entries": chain["entries"]}


def _copy_database(url: str, folder: Path) -> str:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        _tool("pg_dump", "-Fc", "-f", str(folder / "database.dump"), url)
        return "database.dump"
    target = folder / "database.sqlite"
    target.unlink(missing_ok=True)
    driver = db.sqlite_module()
    with (
        contextlib.closing(driver.connect(parsed.database)) as source,
        contextlib.closing(driver.connect(str(target))) as sink,
    ):
        source.backup(sink, pages=2000)
        sink.execute("PRAGMA journal_mode=DELETE")
    return target.name


def _restore_database(url: str, source: Path, force: bool) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        _tool(
            "pg_restore", "--no-owner", *(["--clean", "--if-exists"] if force else []), "-d", url, str(source)
        )
        return
    target = Path(parsed.database or "")
    if target.exists() and not force:
        raise errors.AnhengError(
            f"数据库 {target} 已存在，没有恢复。", "请换一个空目录，或确认后加 --force。"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    part.replace(target)


def _tool(*command: str) -> None:
    """Run one of PostgreSQL's own tools; its address is an argument of ours, never of a user."""
    found = shutil.which(command[0])
    if found is None:
        raise errors.AnhengError(f"没有找到 {command[0]}。", "请安装 PostgreSQL 客户端工具后重试。")
    done = subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise errors.AnhengError(
            f"{command[0]} 失败：{done.stderr.strip()[-500:]}", "请检查数据库地址和权限。"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
