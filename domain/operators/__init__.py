"""Operators: a programme's staff, what each of them may do, and what each of them did.

It knows who they are and writes down their acts; it does not know what the acts are about.
"""

from domain.operators.auditing import DONE, Deed, audited, note, sound_reason
from domain.operators.changing import change_roles, reinstate, suspend
from domain.operators.errors import (
    AlreadyOperator,
    BadEmail,
    BadReason,
    BadRoles,
    LastAdmin,
    NoSuchOperator,
)
from domain.operators.finding import get, identified, listed
from domain.operators.inviting import claim, found, invite, sound_email
from domain.operators.permitting import PERMISSIONS, Permission, Role, permissions_of
from domain.operators.records import Operator, State

__all__ = [
    "DONE",
    "PERMISSIONS",
    "AlreadyOperator",
    "BadEmail",
    "BadReason",
    "BadRoles",
    "Deed",
    "LastAdmin",
    "NoSuchOperator",
    "Operator",
    "Permission",
    "Role",
    "State",
    "audited",
    "change_roles",
    "claim",
    "found",
    "get",
    "identified",
    "invite",
    "listed",
    "note",
    "permissions_of",
    "reinstate",
    "sound_email",
    "sound_reason",
    "suspend",
]
