"""Who works here: offices in a tree, users with roles, their sessions and failed sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Relationship, SQLModel

from foundation import clock, db


class Role(StrEnum):
    """What a user may be; the last three are the 三员 and exclude each other and all business roles."""

    CLERK = "clerk"
    HEAD = "head"
    REVIEWER = "reviewer"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The name people see."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.CLERK: "案卷员",
    Role.HEAD: "单位负责人",
    Role.REVIEWER: "评查员",
    Role.LEADER: "评查组长",
    Role.ADMINISTRATOR: "评查管理员",
    Role.SUPERVISOR: "监督员",
    Role.SYSADMIN: "系统管理员",
    Role.SECADMIN: "安全管理员",
    Role.AUDITOR: "安全审计员",
}
OFFICERS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
BUSINESS = frozenset(Role) - OFFICERS
LEVELS = {"province": "省级", "city": "市（州）级", "county": "县（市、区）级"}


class Office(db.Record, table=True):
    """An authority. ``document_code`` is its 机关代字 (吉人防) in 文号; ``path`` holds the ids from the root
    down (``/a/b/``), so a subtree is a prefix."""

    code: str = Field(max_length=32, unique=True)
    name: str = Field(max_length=128)
    short_name: str = Field(default="", max_length=32)
    document_code: str = Field(default="", max_length=16)
    level: str = Field(default="county", max_length=16)
    parent_id: str | None = Field(default=None, foreign_key="office.id", index=True, max_length=26)
    path: str = Field(default="", index=True, max_length=512)
    region: str = Field(default="", max_length=32)
    active: bool = True


class UserRole(SQLModel, table=True):
    """One role of one user."""

    __tablename__ = "user_role"

    user_id: str = Field(foreign_key="account.id", primary_key=True, max_length=26)
    role: str = Field(primary_key=True, max_length=16, index=True)
    granted_by: str | None = Field(default=None, max_length=26)
    granted_at: datetime = Field(default_factory=clock.now)


class User(db.Record, table=True):
    """A person who signs in. Roles are loaded with the row, so a detached user still knows them."""

    __tablename__ = "account"

    login: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=64)
    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    password_hash: str = Field(default="", repr=False, max_length=256)
    password_at: datetime = Field(default_factory=clock.now)
    must_change: bool = True
    active: bool = True
    last_sign_in_at: datetime | None = Field(default=None)
    role_rows: list[UserRole] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "cascade": "all, delete-orphan"}
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held."""
        return frozenset(Role(row.role) for row in self.role_rows)

    def has(self, *roles: Role | str) -> bool:
        """Whether the user holds any of ``roles``."""
        return any(role in self.roles for role in roles)

    @property
    def role_label(self) -> str:
        """The roles as people read them, in the order of the enumeration."""
        return "、".join(role.label for role in Role if role in self.roles)

    @property
    def is_authenticated(self) -> bool:
        """For Flask-Login: a loaded user is signed in."""
        return True

    @property
    def is_active(self) -> bool:
        """For Flask-Login."""
        return self.active

    @property
    def is_anonymous(self) -> bool:
        """For Flask-Login."""
        return False

    def get_id(self) -> str:
        """For Flask-Login."""
        return self.id


class LoginSession(db.Record, table=True):
    """One signed-in browser: only the hash of its opaque cookie is kept, so a copy of the table opens nothing."""

    __tablename__ = "login_session"

    token_hash: str = Field(max_length=64, unique=True)
    user_id: str = Field(foreign_key="account.id", index=True, max_length=26)
    seen_at: datetime = Field(default_factory=clock.now)
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=256)
    ended_at: datetime | None = Field(default=None)
    ended_why: str = Field(default="", max_length=32)


class LoginFailure(SQLModel, table=True):
    """A counter of failed sign-ins shared by all processes, per account and address."""

    __tablename__ = "login_failure"

    key: str = Field(primary_key=True, max_length=160)
    count: int = 0
    since: datetime = Field(default_factory=clock.now)
    locked_until: datetime | None = Field(default=None)
