"""What badges refuse."""

from infra.errors import Refused


class NoSuchBadge(Refused):
    """The programme has no badge by that id or key; a secret one that the asker has not earned
    does not exist for them."""

    code = "NO_SUCH_BADGE"


class BadBadge(Refused):
    """A word of a badge is not sound; `path` names it."""

    code = "BAD_BADGE"

    def __init__(self, field: str, text: str, *, within: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.field = field
        self.path = (*within, field)


class BadgeKeyTaken(Refused):
    """Another badge of the programme has that key; retired ones keep theirs."""

    code = "BADGE_KEY_TAKEN"
    path = ("key",)


class TooManyBadges(Refused):
    """The programme has as many badges as one may have."""

    code = "TOO_MANY_BADGES"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"a programme has {limit} badges at most")
        self.limit = limit


class BadBadgeLevel(Refused):
    """The badge has no level of that number."""

    code = "BAD_BADGE_LEVEL"
    path = ("level",)

    def __init__(self, *, most: int) -> None:
        super().__init__(f"the levels of this badge are 1 to {most}")
        self.most = most


class BadBadgeReason(Refused):
    """What is given or taken by hand needs a reason: 1 to 500 characters of plain text."""

    code = "BAD_BADGE_REASON"
    path = ("reason",)


class AlreadyHeld(Refused):
    """The member has that level of the badge, or a higher one."""

    code = "BADGE_ALREADY_HELD"


class BadgeRetired(Refused):
    """The badge is retired: nobody gets it by hand any more."""

    code = "BADGE_RETIRED"


class NoSuchGrant(Refused):
    """The programme has given no badge by that id, or it has been taken back."""

    code = "NO_SUCH_BADGE_GRANT"


class BadgeNotHeld(Refused):
    """The member has no level of the badge, so there is nothing to share."""

    code = "BADGE_NOT_HELD"


class TooManyShares(Refused):
    """The member has shared as often as one may."""

    code = "TOO_MANY_BADGE_SHARES"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"badges are shared {limit} times at most")
        self.limit = limit


class NoSuchIssuer(Refused):
    """No programme of that slug has shared any badge."""

    code = "NO_SUCH_BADGE_ISSUER"


class NoSuchShare(Refused):
    """Nobody has shared that."""

    code = "NO_SUCH_BADGE_SHARE"


class ShareRevoked(Refused):
    """It was shared, and is no longer."""

    code = "BADGE_SHARE_REVOKED"
