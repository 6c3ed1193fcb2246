"""The rule language: expressions over facts with three truth values, traced or compiled."""

from .functions import FUNCTIONS, Function
from .message import MISSING, render, show, slots, yuan
from .nodes import Expr
from .operators import ExprError, Scope
from .parse import parse
from .terms import Period
from .trace import Failed, Step, Trace, View

LANGUAGE = "1"

__all__ = [
    "FUNCTIONS",
    "LANGUAGE",
    "MISSING",
    "Expr",
    "ExprError",
    "Failed",
    "Function",
    "Period",
    "Scope",
    "Step",
    "Trace",
    "View",
    "parse",
    "render",
    "show",
    "slots",
    "yuan",
]
