"""The request's side of the foundation: session, errors, headers, CSRF, navigation, duties, downloads."""

from foundation.web.forms import Form, choices
from foundation.web.pages import (
    Duty,
    NavItem,
    asset,
    duties_of,
    navigation,
    register_duties,
    register_nav,
    without,
)
from foundation.web.request import (
    Application,
    blob_store,
    engine,
    init_app,
    reading,
    session,
    settings,
    writes,
)
from foundation.web.responses import download, wants_json
from foundation.web.routes import Route, add_routes

__all__ = [
    "Application",
    "Duty",
    "Form",
    "NavItem",
    "Route",
    "add_routes",
    "asset",
    "blob_store",
    "choices",
    "download",
    "duties_of",
    "engine",
    "init_app",
    "navigation",
    "reading",
    "register_duties",
    "register_nav",
    "session",
    "settings",
    "wants_json",
    "without",
    "writes",
]
