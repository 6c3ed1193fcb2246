"""Settings: every knob in one frozen object, read from the environment once."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True)
class Limits:
    """Sizes above which work is refused before it starts (bytes, counts, pixels)."""

    file_bytes: int = 512 * MIB
    recording_bytes: int = 8 * GIB
    case_bytes: int = 2 * GIB
    case_files: int = 2000
    document_pages: int = 1000
    page_pixels: int = 100_000_000
    archive_levels: int = 4
    unpacked_ratio: int = 20
    unpacked_bytes: int = 4 * GIB
    request_bytes: int = 64 * MIB


@dataclass(frozen=True)
class SignIn:
    """The sign-in policy: failures, lock, idle and absolute life of a session, age of a password."""

    failures: int = 5
    lock_minutes: int = 30
    idle_minutes: int = 30
    absolute_hours: int = 12
    password_days: int = 90
    password_length: int = 10


@dataclass(frozen=True)
class Settings:
    """All settings with defaults that run on one machine without any service.

    ``database_url`` is ``sqlite:///…`` or ``postgresql://…``; ``storage_url`` is ``file:///…`` or
    ``s3://bucket/prefix``. ``workers`` are concurrent background jobs in one worker process; ``proxies`` how
    many reverse proxies stand in front (their forwarded addresses are believed).
    """

    var: Path = Path("var")
    database_url: str = ""
    storage_url: str = ""
    secret_key: str = field(default="", repr=False)
    testing: bool = False
    secure_cookies: bool = False
    proxies: int = 0
    workers: int = 2
    lease_seconds: int = 60
    jobs_backend: str = "table"
    limits: Limits = Limits()
    sign_in: SignIn = SignIn()

    def __post_init__(self) -> None:
        var = Path(self.var).absolute()
        object.__setattr__(self, "var", var)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{var / 'anheng.db'}")
        if not self.storage_url:
            object.__setattr__(self, "storage_url", f"file://{var / 'blobs'}")

    @property
    def storage_folder(self) -> Path | None:
        """The folder of the blobs, or ``None`` where they live in an S3-compatible store."""
        if self.storage_url.startswith("file://"):
            return Path(self.storage_url.removeprefix("file://"))
        return None

    @property
    def key(self) -> str:
        """The secret that signs forms and audit heads: set by the operator or made once under ``var``."""
        return self.secret_key or _stored_key(self.var)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read ``ANHENG_VAR``, ``DATABASE_URL``, ``STORAGE_URL``, ``ANHENG_SECRET_KEY`` and the limits.

        Each limit is ``ANHENG_LIMIT_<NAME>``, each sign-in rule ``ANHENG_SIGN_IN_<NAME>`` (integers).
        """
        env = os.environ if env is None else env
        return cls(
            var=Path(env.get("ANHENG_VAR", "var")),
            database_url=env.get("DATABASE_URL", ""),
            storage_url=env.get("STORAGE_URL", ""),
            secret_key=env.get("ANHENG_SECRET_KEY", ""),
            secure_cookies=env.get("ANHENG_SECURE_COOKIES", "") == "1",
            proxies=int(env.get("ANHENG_PROXIES", "0")),
            workers=int(env.get("ANHENG_WORKERS", "2")),
            lease_seconds=int(env.get("ANHENG_LEASE_SECONDS", "60")),
            jobs_backend=env.get("ANHENG_JOBS", "table"),
            limits=Limits(**_integers(env, "ANHENG_LIMIT_", Limits)),
            sign_in=SignIn(**_integers(env, "ANHENG_SIGN_IN_", SignIn)),
        )


def _integers(env: Mapping[str, str], prefix: str, kind: type) -> dict[str, int]:
    names = (item.name for item in fields(kind))
    return {name: int(env[prefix + name.upper()]) for name in names if prefix + name.upper() in env}


def _stored_key(var: Path) -> str:
    """A random key kept in ``var/secret_key`` (mode 600); the first writer wins."""
    path = var / "secret_key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as target:
        target.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def fingerprint(text: str) -> str:
    """A short name for a secret, for logs and the doctor: never the secret itself."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
