"""What clubs refuse. What the ledger refuses, such as InsufficientPoints, comes from there."""

from infra.errors import Refused


class NoSuchClub(Refused):
    """The asker is in no club with that id; one of others, or a closed one, does not exist."""

    code = "NO_SUCH_CLUB"


class BadClubName(Refused):
    """A club's name is plain text of 1 to 80 characters."""

    code = "BAD_CLUB_NAME"
    path = ("name",)


class BadKeepMonths(Refused):
    """A club keeps its gifts for a whole number of months, as many as its programme allows."""

    code = "BAD_KEEP_MONTHS"
    path = ("keep_months",)

    def __init__(self, *, most: int) -> None:
        super().__init__(f"a club keeps gifts for 1 to {most} months")
        self.most = most


class BadClubPoints(Refused):
    """Only a positive number of whole points within 2^53 can be given or paid out."""

    code = "BAD_POINTS"
    path = ("points",)


class BadClubMemo(Refused):
    """A memo is plain text of 140 characters at most."""

    code = "BAD_MEMO"
    path = ("memo",)


class RoleNeeded(Refused):
    """The asker's role in the club does not allow this."""

    code = "CLUB_ROLE_NEEDED"


class NotInClub(Refused):
    """The member whom this is about is not in the club."""

    code = "NOT_IN_CLUB"


class AlreadyInClub(Refused):
    """The member is in the club already."""

    code = "ALREADY_IN_CLUB"


class NotClubFriends(Refused):
    """Only friends are invited; whoever has been blocked is told the same."""

    code = "NOT_FRIENDS"
    path = ("friend",)


class NoSuchInvitation(Refused):
    """There is no open invitation into that club; it may have been taken back."""

    code = "NO_SUCH_INVITATION"


class OwnerStays(Refused):
    """The owner of a club with other members hands it over before leaving, or closes it."""

    code = "CLUB_OWNER_STAYS"


class OwnPayout(Refused):
    """No officer pays themselves; another one does it."""

    code = "OWN_PAYOUT"
    path = ("receiver",)


class TooManyClubs(Refused):
    """The member is in as many clubs as one may be; leaving one makes room."""

    code = "TOO_MANY_CLUBS"
    retryable = True

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"you are in {limit} clubs, which is the most")
        self.limit = limit


class ClubFull(Refused):
    """The club has as many members and open invitations as it may have."""

    code = "CLUB_FULL"
    retryable = True

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"a club has {limit} members at most")
        self.limit = limit


class OverPayoutLimit(Refused):
    """More points than the officer may still pay out in this day or this month.

    left -- points that may still be paid out.
    """

    code = "OVER_PAYOUT_LIMIT"
    retryable = True
    path = ("points",)

    def __init__(self, *, limit: int, left: int, period: str) -> None:
        super().__init__(f"{limit} points a {period} may be paid out; {left} are left")
        self.limit, self.left, self.period = limit, left, period


class BadClubPolicy(Refused):
    """A limit of the programme is out of bounds; `path` names it."""

    code = "BAD_CLUB_POLICY"

    def __init__(self, field: str, *, least: int, most: int) -> None:
        super().__init__(f"{field} must be between {least} and {most}")
        self.field, self.least, self.most = field, least, most
        self.path = (field,)
