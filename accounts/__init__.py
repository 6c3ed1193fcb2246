"""Offices, users, roles, signing in; who may reach what. The face of the accounts room."""

from accounts.access import (
    check_object,
    current_user,
    init_access,
    office_subtree,
    offices_in_view,
    register_object,
    require,
    visible_offices,
)
from accounts.admin import create_office, create_user, set_roles, users_with
from accounts.commands import commands
from accounts.models import LEVELS, ROLE_LABELS, Office, Role, User
from accounts.permissions import ACCESS, Access
from accounts.seed import seed_jilin
from accounts.views import bp

__all__ = [
    "ACCESS",
    "LEVELS",
    "ROLE_LABELS",
    "Access",
    "Office",
    "Role",
    "User",
    "bp",
    "check_object",
    "commands",
    "create_office",
    "create_user",
    "current_user",
    "init_access",
    "office_subtree",
    "offices_in_view",
    "register_object",
    "require",
    "seed_jilin",
    "set_roles",
    "users_with",
    "visible_offices",
]
