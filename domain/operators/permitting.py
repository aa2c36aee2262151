"""Permitting: what each role of an operator may see and do. One table; nothing else decides."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What an operator is for a programme; one may be several things."""

    ADMIN = "ADMIN"
    ANALYST = "ANALYST"
    FINANCE = "FINANCE"
    MARKETING = "MARKETING"
    REP = "REP"
    SUPPORT = "SUPPORT"


class Permission(StrEnum):
    """One thing an operator may be allowed to see or do."""

    ACTIVITIES_READ = "ACTIVITIES_READ"
    ACTIVITIES_REVIEW = "ACTIVITIES_REVIEW"
    AUDIT_READ = "AUDIT_READ"
    BADGES_GRANT = "BADGES_GRANT"
    BADGES_READ = "BADGES_READ"
    BADGES_WRITE = "BADGES_WRITE"
    BOARDS_READ = "BOARDS_READ"
    BOARDS_WRITE = "BOARDS_WRITE"
    BROADCASTS_READ = "BROADCASTS_READ"
    BROADCASTS_WRITE = "BROADCASTS_WRITE"
    CAUSES_PAY = "CAUSES_PAY"
    CAUSES_READ = "CAUSES_READ"
    CAUSES_WRITE = "CAUSES_WRITE"
    CHALLENGES_APPROVE = "CHALLENGES_APPROVE"
    CHALLENGES_READ = "CHALLENGES_READ"
    CHALLENGES_WRITE = "CHALLENGES_WRITE"
    DECISIONS_READ = "DECISIONS_READ"
    DECISIONS_WRITE = "DECISIONS_WRITE"
    DEVICES_WRITE = "DEVICES_WRITE"
    IMPORTS_RUN = "IMPORTS_RUN"
    MEMBERS_ERASE = "MEMBERS_ERASE"
    MEMBERS_EXPORT = "MEMBERS_EXPORT"
    MEMBERS_MERGE = "MEMBERS_MERGE"
    MEMBERS_READ = "MEMBERS_READ"
    MEMBERS_WRITE = "MEMBERS_WRITE"
    OPERATORS_READ = "OPERATORS_READ"
    OPERATORS_WRITE = "OPERATORS_WRITE"
    OFFERS_APPROVE = "OFFERS_APPROVE"
    OFFERS_READ = "OFFERS_READ"
    OFFERS_WRITE = "OFFERS_WRITE"
    PARTNERS_PAY = "PARTNERS_PAY"
    PARTNERS_READ = "PARTNERS_READ"
    PARTNERS_WRITE = "PARTNERS_WRITE"
    POINTS_ADJUST = "POINTS_ADJUST"
    POINTS_READ = "POINTS_READ"
    PROGRAMME_READ = "PROGRAMME_READ"
    PROGRAMME_WRITE = "PROGRAMME_WRITE"
    PUSH_READ = "PUSH_READ"
    PUSH_WRITE = "PUSH_WRITE"
    REDEMPTIONS_READ = "REDEMPTIONS_READ"
    REDEMPTIONS_WRITE = "REDEMPTIONS_WRITE"
    REWARDS_READ = "REWARDS_READ"
    REWARDS_WRITE = "REWARDS_WRITE"
    RULES_READ = "RULES_READ"
    RULES_WRITE = "RULES_WRITE"
    STREAKS_READ = "STREAKS_READ"
    STREAKS_WRITE = "STREAKS_WRITE"
    TIERS_READ = "TIERS_READ"
    TIERS_WRITE = "TIERS_WRITE"
    TRANSFERS_READ = "TRANSFERS_READ"
    TRANSFERS_REVIEW = "TRANSFERS_REVIEW"
    TREATS_READ = "TREATS_READ"
    TREATS_WRITE = "TREATS_WRITE"
    WORDING_READ = "WORDING_READ"
    WORDING_WRITE = "WORDING_WRITE"


# A column for each role but ADMIN, who may do everything.
_TABLE = """
                   SUPPORT  MARKETING  FINANCE  ANALYST  REP
PROGRAMME_READ     x        x          x        x        x
PROGRAMME_WRITE    .        .          .        .        .
MEMBERS_READ       x        x          .        .        .
MEMBERS_WRITE      x        .          .        .        .
MEMBERS_MERGE      x        .          .        .        .
MEMBERS_EXPORT     x        .          .        .        .
MEMBERS_ERASE      .        .          .        .        .
DEVICES_WRITE      x        .          .        .        .
POINTS_READ        x        x          x        x        .
POINTS_ADJUST      x        .          x        .        .
RULES_READ         x        x          x        x        x
RULES_WRITE        .        x          .        .        .
ACTIVITIES_READ    x        x          .        x        .
ACTIVITIES_REVIEW  x        .          .        .        .
TRANSFERS_READ     x        .          x        x        .
TRANSFERS_REVIEW   x        .          x        .        .
CAUSES_READ        x        x          x        x        .
CAUSES_WRITE       .        x          .        .        .
CAUSES_PAY         .        .          x        .        .
CHALLENGES_READ    x        x          x        x        x
CHALLENGES_WRITE   .        x          .        .        x
CHALLENGES_APPROVE .        x          x        .        .
TREATS_READ        x        x          x        x        x
TREATS_WRITE       .        x          .        .        .
REWARDS_READ       x        x          x        x        x
REWARDS_WRITE      .        x          .        .        .
REDEMPTIONS_READ   x        x          x        x        .
REDEMPTIONS_WRITE  x        .          x        .        .
OFFERS_READ        x        x          x        x        x
OFFERS_WRITE       .        x          .        .        .
OFFERS_APPROVE     .        x          x        .        .
DECISIONS_READ     x        x          .        x        .
DECISIONS_WRITE    .        x          .        .        .
BADGES_READ        x        x          .        x        .
BADGES_WRITE       .        x          .        .        .
BADGES_GRANT       x        x          .        .        .
STREAKS_READ       x        x          .        x        .
STREAKS_WRITE      .        x          .        .        .
TIERS_READ         x        x          .        x        .
TIERS_WRITE        .        x          .        .        .
BOARDS_READ        x        x          .        x        .
BOARDS_WRITE       .        x          .        .        .
BROADCASTS_READ    x        x          .        x        .
BROADCASTS_WRITE   .        x          .        .        .
PUSH_READ          x        x          .        x        .
PUSH_WRITE         x        .          .        .        .
PARTNERS_READ      x        x          x        x        x
PARTNERS_WRITE     .        .          .        .        x
PARTNERS_PAY       .        .          x        .        .
IMPORTS_RUN        .        .          .        .        .
OPERATORS_READ     .        .          .        .        .
OPERATORS_WRITE    .        .          .        .        .
AUDIT_READ         .        .          x        .        .
WORDING_READ       x        x          .        x        .
WORDING_WRITE      .        x          .        .        .
"""


def _read(table: str) -> Mapping[Role, frozenset[Permission]]:
    head, *rows = (line.split() for line in table.strip().splitlines())
    assert {row[0] for row in rows} == set(Permission), "a row for each permission"
    assert {*head, Role.ADMIN} == set(Role), "a column for each role but ADMIN"
    told = {
        Role(role): frozenset(Permission(row[0]) for row in rows if row[place] == "x")
        for place, role in enumerate(head, start=1)
    }
    return {Role.ADMIN: frozenset(Permission), **told}


PERMISSIONS = _read(_TABLE)


def permissions_of(roles: Collection[Role]) -> frozenset[Permission]:
    """All that somebody with these roles may see and do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
