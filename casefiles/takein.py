"""Taking files in from the machine's own disk: the command line, the demonstration, a migration."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlmodel import Session, col, or_, select

from accounts import User
from casefiles.explaining import case_input
from casefiles.intakerules import clean_name, is_junk, refuse_early
from casefiles.models import CaseFile
from casefiles.search import engine_for, rebuild
from casefiles.store import add_file, find_same
from casefiles.tasks import enqueue_processing
from casefiles.uploads import require_editable
from foundation import blobs, db, errors, jobs, settings
from scoring_rules import case_to


def take_in(
    session: Session, store: blobs.BlobStore, *, case: CaseFile, path: Path, by: User, limits: settings.Limits
) -> list[tuple[str, str]]:
    """Store one file, or all files of a folder, in a case file. Returns (name, outcome in words) for each."""
    require_editable(case)
    told: list[tuple[str, str]] = []
    for place, name in _walk(path):
        if is_junk(name):
            told.append((name, "系统或临时文件，已忽略。"))
            continue
        try:
            refuse_early(name, place.stat().st_size, limits)
        except errors.AnhengError as error:
            told.append((name, str(error)))
            continue
        told.append((name, _keep(session, store, case, place, name, by)))
    session.flush()
    return told


def _keep(session: Session, store: blobs.BlobStore, case: CaseFile, place: Path, name: str, by: User) -> str:
    blob = store.put(place)
    twin = find_same(session, case, blob.sha256)
    if twin is not None:
        return f"与已有文件“{twin.name}”内容完全相同，没有重复收入。"
    add_file(session, case=case, name=name, blob=blob, by=by)
    return "已收入。"


def _walk(path: Path) -> Iterator[tuple[Path, str]]:
    """Files with their names relative to the folder; links are not followed."""
    if path.is_file():
        yield path, clean_name(path.name)
        return
    for place in sorted(path.rglob("*")):
        if place.is_file() and not place.is_symlink():
            yield place, clean_name(place.relative_to(path).as_posix())


def process_now(engine: Engine, config: settings.Settings) -> None:
    """Work off everything queued, in this process (the demonstration, the command line)."""
    jobs.work(engine, config, once=True)


@click.command("upload")
@click.argument("case")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--login", "login", required=True, help="以哪个账号的名义上传")
def upload(case: str, path: Path, login: str) -> None:
    """把文件或文件夹 PATH 收入案卷 CASE（编号或文号）。"""
    config = settings.Settings.from_env()
    with db.one_off(config.database_url) as session:
        found, by = _case(session, case), _user(session, login)
        if found.office_id != by.office_id:
            raise click.ClickException("没有找到这件案卷。请核对编号，并使用案卷所属单位的账号。")
        told = take_in(session, blobs.BlobStore(config), case=found, path=path, by=by, limits=config.limits)
        enqueue_processing(session, found, by)
    for name, outcome in told:
        click.echo(f"{name}\t{outcome}")


@click.command("reindex")
def reindex() -> None:
    """重建全文检索索引（索引可随时由卷内文字重建）。"""
    config = settings.Settings.from_env()
    with db.one_off(config.database_url) as session:
        count = rebuild(session, engine_for(config))
    click.echo(f"已重建，共 {count} 页。")


@click.command("facts")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export_facts(out: Path) -> None:
    """把全部案卷的事实导出为 JSON Lines，供 anheng grade、anheng rules whatif 使用。"""
    config = settings.Settings.from_env()
    count = 0
    with db.one_off(config.database_url, reading=True) as session, out.open("w", encoding="utf-8") as stream:
        for case in session.exec(select(CaseFile).order_by(col(CaseFile.id))):
            line = case_to(case_input(session, case))
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"已导出 {count} 件。")


def _case(session: Session, name: str) -> CaseFile:
    query = select(CaseFile).where(or_(col(CaseFile.id) == name, col(CaseFile.number) == name))
    found = session.exec(query).first()
    if found is None:
        raise click.ClickException("没有找到这件案卷。请核对编号，并使用案卷所属单位的账号。")
    return found


def _user(session: Session, login: str) -> User:
    found = session.exec(select(User).where(User.login == login, col(User.active).is_(True))).first()
    if found is None:
        raise click.ClickException(f"没有账号“{login}”。请核对登录名。")
    return found
