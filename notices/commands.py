"""Commands of the circular room: ``notice pdf``, ``demo``, ``fonts``."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
from sqlmodel import select

from accounts import User
from foundation import commands as keeping
from foundation import db, errors, settings
from notices.current import results, set_circular
from notices.demo import PASSWORD, Journey
from notices.fontcache import build
from notices.fonts import ROLE_LABELS, Faces
from notices.models import Circular


@click.group(help="通报")
def notice() -> None:
    """Circulars."""


@notice.command(help="把一份通报排版为 PDF：已签发的与印发件一致，未签发的按当前稿。")
@click.argument("circular_id", metavar="ID")
@click.option("--out", "out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="输出文件")
@click.option("--public", is_flag=True, help="公开版（隐去当事人与人员姓名）")
def pdf(circular_id: str, out: Path, public: bool) -> None:
    """Set one circular to a file."""
    config = settings.Settings.from_env()
    with db.one_off(config.database_url, reading=True) as session:
        circular = session.get(Circular, circular_id)
        if circular is None:
            raise click.ClickException(f"没有编号为 {circular_id} 的通报，请在“通报”页面的网址中查看编号。")
        faces = Faces(config.var / "fonts")
        setting = set_circular(circular, results(session, circular), faces, public=public)
    out.write_bytes(setting.pdf)
    click.echo(f"{out}：{setting.pages} 页", err=True)


@click.command(help="用示例案卷走完上传、自查、评查、通报全过程，把通报留在指定目录。")
@click.option("--out", "out", type=click.Path(file_okay=False, path_type=Path), default=Path("var/demo"))
def demo(out: Path) -> None:
    """The journey, then its papers."""
    config = settings.Settings.from_env()
    keeping.upgrade(config.database_url)
    with db.connected(config.database_url) as engine:
        journey = Journey(engine, config)
        try:
            for line in chain(journey.run(), journey.deliver(out)):
                click.echo(line, err=True)
        except errors.AnhengError as error:
            raise click.ClickException(str(error)) from error


@click.command(help="生成公文字体缓存（只做一次）。")
def fonts() -> None:
    """Convert the faces into var/fonts."""
    for line in build(settings.Settings.from_env().var / "fonts"):
        click.echo(line, err=True)


@keeping.register_check
def check_faces(config: settings.Settings) -> Iterator[keeping.Check]:
    """Which file serves each role; where the 仿宋 is Noto's stand-in, how to get the real one."""
    try:
        chosen = Faces(config.var / "fonts").report()
    except errors.AnhengError as error:
        yield keeping.Check("公文字体", False, error.what, error.remedy)
        return
    for role, name in chosen.items():
        own = role == "songti" or not name.startswith("songti-")
        remedy = "请执行 make fonts，或把本单位的字体文件放入 var/fonts/office"
        yield keeping.Check(f"公文字体 {ROLE_LABELS[role]}", own, name, "" if own else remedy)


@keeping.register_welcome
def demo_accounts(config: settings.Settings) -> list[str]:
    """What ``anheng run`` says of the demonstration accounts, where there are any."""
    with db.one_off(config.database_url, reading=True) as session:
        if session.exec(select(User).where(User.login == "clerk_siping")).first() is None:
            return []
    return [
        f"演示账号（密码均为 {PASSWORD}）：clerk_siping 案卷员、reviewer1—reviewer6 评查员、leader 评查组长、",
        "administrator 评查管理员、supervisor 监督员、sysadmin 系统管理员、secadmin 安全管理员、auditor 安全审计员",
    ]


commands: list[click.Command] = [notice, demo, fonts]
