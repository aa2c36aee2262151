"""Badges: what members have earned and keep to show, and the proof of it for the world.

A badge has one to five levels. A rule counts what members did towards them; challenges, streaks
and boards give them as rewards; operators give them by hand. What is earned by activities goes
when the activities do. It does not know what a challenge is.
"""

from domain.badges.absorbing import absorb, give_back
from domain.badges.bestowing import Gift, bestow, strip
from domain.badges.counting import count
from domain.badges.credentials import (
    LIST_FRESH,
    Issuer,
    achievement,
    did_document,
    key_set,
    profile,
    sign_list,
)
from domain.badges.defining import Draft, define, retire, reword
from domain.badges.errors import (
    AlreadyHeld,
    BadBadge,
    BadBadgeLevel,
    BadBadgeReason,
    BadgeKeyTaken,
    BadgeNotHeld,
    BadgeRetired,
    NoSuchBadge,
    NoSuchGrant,
    NoSuchIssuer,
    NoSuchShare,
    ShareRevoked,
    TooManyBadges,
    TooManyShares,
)
from domain.badges.events import Given, Revoked
from domain.badges.filling import CHUNK, fill, rebuild, recount_members
from domain.badges.finding import every, grants, held, history, known, listed, several
from domain.badges.granting import give, grant, take_back
from domain.badges.publishing import (
    StatusList,
    public_badge,
    public_credential,
    public_issuer,
    public_status,
)
from domain.badges.rarity import rarities
from domain.badges.records import Badge, Cursor, Ended, Grant, Origin, Period, Rarity, Rule
from domain.badges.sharing import Share, share, shares, unshare
from domain.badges.showing import Shown, secrets, shelf, show, show_one
from domain.badges.telling import told_level, told_rule

__all__ = [
    "CHUNK",
    "LIST_FRESH",
    "AlreadyHeld",
    "BadBadge",
    "BadBadgeLevel",
    "BadBadgeReason",
    "Badge",
    "BadgeKeyTaken",
    "BadgeNotHeld",
    "BadgeRetired",
    "Cursor",
    "Draft",
    "Ended",
    "Gift",
    "Given",
    "Grant",
    "Issuer",
    "NoSuchBadge",
    "NoSuchGrant",
    "NoSuchIssuer",
    "NoSuchShare",
    "Origin",
    "Period",
    "Rarity",
    "Revoked",
    "Rule",
    "Share",
    "ShareRevoked",
    "Shown",
    "StatusList",
    "TooManyBadges",
    "TooManyShares",
    "absorb",
    "achievement",
    "bestow",
    "count",
    "define",
    "did_document",
    "every",
    "fill",
    "give",
    "give_back",
    "grant",
    "grants",
    "held",
    "history",
    "key_set",
    "known",
    "listed",
    "profile",
    "public_badge",
    "public_credential",
    "public_issuer",
    "public_status",
    "rarities",
    "rebuild",
    "recount_members",
    "retire",
    "reword",
    "secrets",
    "several",
    "share",
    "shares",
    "shelf",
    "show",
    "show_one",
    "sign_list",
    "strip",
    "take_back",
    "told_level",
    "told_rule",
    "unshare",
]
