"""The whole house: every room joined to one site, and all their commands.

Loading it takes seconds, so ``app`` does that only for a command which needs the site or the database.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

import click
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts
import casefiles
import notices
import registers
import review
from foundation import clock, settings, web
from foundation import commands as keeping
from scoring_rules import commands as rule_commands

ROOMS = (accounts, registers, casefiles, review, notices)


SOURCES = (keeping, rule_commands, *ROOMS)
commands: list[click.Command] = [command for source in SOURCES for command in getattr(source, "commands", ())]
bench_commands: list[click.Command] = [
    command for source in SOURCES for command in getattr(source, "bench_commands", ())
]
BLUEPRINTS = (*(room.bp for room in ROOMS), casefiles.rules_bp)


def create_app(config: Mapping[str, Any] | settings.Settings | None = None) -> web.Application:
    """Build the web application.

    ``config``: a ``Settings``; or a mapping whose lower-case keys are fields of ``Settings`` and whose
    upper-case keys are Flask's; or ``None`` to read the environment.
    """
    chosen, flask_options = _read(config)
    app = web.Application(__name__)
    app.config.update(
        SECRET_KEY=chosen.key,
        TESTING=chosen.testing,
        MAX_CONTENT_LENGTH=chosen.limits.request_bytes,
        MAX_FORM_MEMORY_SIZE=8 * settings.MIB,
        SESSION_COOKIE_NAME="anheng_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=chosen.sign_in.absolute_hours),
        WTF_CSRF_TIME_LIMIT=chosen.sign_in.absolute_hours * 3600,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
        **flask_options,
    )
    if chosen.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies)  # type: ignore[method-assign]
    web.init_app(app, chosen)
    accounts.init_access(app)
    CSRFProtect(app)
    Bootstrap5(app)
    app.jinja_env.filters["local_time"] = local_time
    app.jinja_env.globals["today"] = clock.today
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def local_time(moment: Any, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """A stored moment as read in China; empty for none."""
    return clock.local(moment).strftime(pattern) if moment else ""


def _read(config: Mapping[str, Any] | settings.Settings | None) -> tuple[settings.Settings, dict[str, Any]]:
    if config is None:
        return settings.Settings.from_env(), {}
    if isinstance(config, settings.Settings):
        return config, {}
    names = {item.name for item in fields(settings.Settings)}
    unknown = [key for key in config if key not in names and not key.isupper()]
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    chosen = settings.Settings(**{key: value for key, value in config.items() if key in names})
    return chosen, {key: value for key, value in config.items() if key.isupper()}
