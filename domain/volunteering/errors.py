"""What volunteering refuses."""

from infra.errors import Refused


class BadOpportunity(Refused):
    """A title is 1 to 120 characters of plain text, a text 2,000 at most."""

    code = "BAD_OPPORTUNITY"

    def __init__(self, field: str, demand: str) -> None:
        super().__init__(demand)
        self.path = (field,)


class NoSuchOpportunity(Refused):
    """The organiser has no such opportunity, or it is closed."""

    code = "NO_SUCH_OPPORTUNITY"


class BadShift(Refused):
    """A shift ends after it starts, lasts 24 hours at most and is within a year of now."""

    code = "BAD_SHIFT"


class NoSuchShift(Refused):
    """The programme, or the organiser, has no such shift."""

    code = "NO_SUCH_SHIFT"


class ShiftNotOver(Refused):
    """The time has not come yet: hours are claimed and confirmed when they are over."""

    code = "SHIFT_NOT_OVER"
    retryable = True


class ClaimTooLate(Refused):
    """Hours are claimed and confirmed within 60 days."""

    code = "CLAIM_TOO_LATE"


class BadMinutes(Refused):
    """Minutes are 1 or more, and no more than the shift has."""

    code = "BAD_MINUTES"
    path = ("minutes",)

    def __init__(self, most: int) -> None:
        super().__init__(f"minutes are 1 to {most}, within the shift")
        self.most = most


class ShiftFull(Refused):
    """As many members as the shift has places have claimed it."""

    code = "SHIFT_FULL"


class NoSuchHours(Refused):
    """The organiser has no such claim."""

    code = "NO_SUCH_HOURS"


class HoursClosed(Refused):
    """The hours have their answer already, and it is another one."""

    code = "HOURS_CLOSED"


class HoursOverlap(Refused):
    """The member has confirmed hours at that time already."""

    code = "HOURS_OVERLAP"


class BadStatement(Refused):
    """The statement is not shaped like one, or its time is not near enough."""

    code = "BAD_STATEMENT"
    path = ("statement",)


class BadStatementSignature(Refused):
    """The statement is not signed with a key of the shift's organiser that is valid now."""

    code = "BAD_SIGNATURE"
    path = ("statement",)


class StatementNotYours(Refused):
    """The statement is about another member."""

    code = "STATEMENT_NOT_YOURS"
    path = ("statement",)


class StatementUsed(Refused):
    """The statement has been redeemed."""

    code = "STATEMENT_USED"
    path = ("statement",)


class BadSigningKey(Refused):
    """An Ed25519 public key has 32 bytes, an HMAC secret 24 to 64; five are valid at most."""

    code = "BAD_SIGNING_KEY"
    path = ("key",)
