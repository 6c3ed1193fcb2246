"""The offices of civil air defence in Jilin and demonstration accounts for every role."""

from sqlmodel import Session, select

from accounts.admin import create_office, create_user, set_roles
from accounts.models import Office, Role, User
from foundation import settings

PROVINCE = ("220000", "吉林省人民防空办公室", "吉林省人防办", "吉林省")
CITIES = {
    "changchun": ("220100", "长春市人民防空办公室", "长春市人防办", "长春市"),
    "jilin": ("220200", "吉林市人民防空办公室", "吉林市人防办", "吉林市"),
    "siping": ("220300", "四平市人民防空办公室", "四平市人防办", "四平市"),
    "liaoyuan": ("220400", "辽源市人民防空办公室", "辽源市人防办", "辽源市"),
    "tonghua": ("220500", "通化市人民防空办公室", "通化市人防办", "通化市"),
    "baishan": ("220600", "白山市人民防空办公室", "白山市人防办", "白山市"),
    "songyuan": ("220700", "松原市人民防空办公室", "松原市人防办", "松原市"),
    "baicheng": ("220800", "白城市人民防空办公室", "白城市人防办", "白城市"),
    "yanbian": ("222400", "延边朝鲜族自治州人民防空办公室", "延边州人防办", "延边州"),
}
COUNTIES = {
    "nongan": ("220122", "农安县人民防空办公室", "农安县人防办", "农安县", "changchun"),
    "panshi": ("220284", "磐石市人民防空办公室", "磐石市人防办", "磐石市", "jilin"),
    "meihekou": ("220581", "梅河口市人民防空办公室", "梅河口市人防办", "梅河口市", "tonghua"),
    "dunhua": ("222403", "敦化市人民防空办公室", "敦化市人防办", "敦化市", "yanbian"),
}
REVIEWERS = (
    ("changchun", "苏文博"),
    ("jilin", "于佳宁"),
    ("tonghua", "曲明远"),
    ("yanbian", "朴正浩"),
    ("songyuan", "房立新"),
    ("baicheng", "窦晓东"),
)
CLERKS = ("刘洋", "孙悦", "韩冰", "许强", "宋雨桐", "丁磊", "唐敏", "车晓峰", "金美花")
HEADS = ("王建国", "李春明", "赵立华", "周海", "吴志刚", "郑卫东", "冯立军", "陈国栋", "崔成哲")
STAFF = (
    ("leader", "高景山", Role.LEADER),
    ("administrator", "林思远", Role.ADMINISTRATOR),
    ("supervisor", "沈一鸣", Role.SUPERVISOR),
    ("sysadmin", "系统管理员", Role.SYSADMIN),
    ("secadmin", "安全管理员", Role.SECADMIN),
    ("auditor", "安全审计员", Role.AUDITOR),
)


def seed_jilin(
    session: Session, *, password: str, config: settings.Settings | None = None, must_change: bool = False
) -> dict[str, User]:
    """Seed the province, nine cities and prefectures, four counties and one account per duty, all with
    ``password``. Running it again changes nothing. Returns the users by login name."""
    existing = {user.login: user for user in session.exec(select(User))}
    if "administrator" in existing:
        return existing
    offices = _offices(session)
    users: dict[str, User] = {}

    def add(login: str, name: str, office: Office, role: Role) -> None:
        quick = bool(config and config.testing)
        user, _ = create_user(
            session, login=login, name=name, office=office, password=password,
            must_change=must_change, quick=quick,
        )  # fmt: skip
        set_roles(session, user=user, roles=[role])
        users[login] = user

    for (city, _), clerk, head in zip(CITIES.items(), CLERKS, HEADS, strict=True):
        add(f"clerk_{city}", clerk, offices[city], Role.CLERK)
        add(f"head_{city}", head, offices[city], Role.HEAD)
    for number, (city, name) in enumerate(REVIEWERS, 1):
        add(f"reviewer{number}", name, offices[city], Role.REVIEWER)
    for login, name, role in STAFF:
        add(login, name, offices["province"], role)
    return users


def _offices(session: Session) -> dict[str, Office]:
    """The tree, by key; offices already there by code are kept."""
    known = {office.code: office for office in session.exec(select(Office))}
    code, name, short, region = PROVINCE
    root = known.get(code) or create_office(
        session, code=code, name=name, short_name=short, level="province", parent=None, region=region
    )
    root.document_code = root.document_code or "吉人防"
    offices = {"province": root}
    for key, (code, name, short, region) in CITIES.items():
        offices[key] = known.get(code) or create_office(
            session, code=code, name=name, short_name=short, level="city", parent=root, region=region
        )
    for key, (code, name, short, region, city) in COUNTIES.items():
        offices[key] = known.get(code) or create_office(
            session,
            code=code,
            name=name,
            short_name=short,
            level="county",
            parent=offices[city],
            region=region,
        )
    return offices
