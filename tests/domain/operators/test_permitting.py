"""The table of roles, whole: a change here is a decision about who may do what."""

from domain.operators import PERMISSIONS, Permission, Role, permissions_of

P = Permission
EXPECTED = {
    Role.SUPPORT: {
        P.ACTIVITIES_READ, P.ACTIVITIES_REVIEW, P.CAUSES_READ, P.MEMBERS_EXPORT, P.MEMBERS_MERGE,
        P.MEMBERS_READ, P.MEMBERS_WRITE, P.PARTNERS_READ, P.POINTS_ADJUST, P.POINTS_READ,
        P.PROGRAMME_READ, P.RULES_READ, P.TRANSFERS_READ, P.TRANSFERS_REVIEW,
    },
    Role.MARKETING: {
        P.ACTIVITIES_READ, P.CAUSES_READ, P.CAUSES_WRITE, P.MEMBERS_READ, P.PARTNERS_READ,
        P.POINTS_READ, P.PROGRAMME_READ, P.RULES_READ, P.RULES_WRITE,
    },
    Role.FINANCE: {
        P.AUDIT_READ, P.CAUSES_PAY, P.CAUSES_READ, P.PARTNERS_READ, P.POINTS_ADJUST,
        P.POINTS_READ, P.PROGRAMME_READ, P.RULES_READ, P.TRANSFERS_READ, P.TRANSFERS_REVIEW,
    },
    Role.ANALYST: {
        P.ACTIVITIES_READ, P.CAUSES_READ, P.PARTNERS_READ, P.POINTS_READ, P.PROGRAMME_READ,
        P.RULES_READ, P.TRANSFERS_READ,
    },
    Role.REP: {P.PARTNERS_READ, P.PARTNERS_WRITE, P.PROGRAMME_READ, P.RULES_READ},
    Role.ADMIN: set(Permission),
}  # fmt: skip


def test_each_role_may_do_what_the_table_says_and_nothing_else() -> None:
    assert {role: set(may) for role, may in PERMISSIONS.items()} == EXPECTED


def test_several_roles_may_do_what_either_may() -> None:
    both = permissions_of([Role.REP, Role.ANALYST])

    assert both == PERMISSIONS[Role.REP] | PERMISSIONS[Role.ANALYST]
    assert permissions_of([]) == frozenset()
