"""What members refuse. BadName, BadLocale and BadZone come from programmes."""

from infra.errors import Refused


class NoSuchMember(Refused):
    """No member of this programme is known by that; one of another programme is not either."""

    code = "NO_SUCH_MEMBER"


class AlreadyMember(Refused):
    """The same issuer and subject have already joined this programme."""

    code = "ALREADY_MEMBER"


class HandleTaken(Refused):
    """Another member of the programme has that handle."""

    code = "HANDLE_TAKEN"
    path = ("handle",)


class RefTaken(Refused):
    """Another member of the programme has that loyalty number."""

    code = "REF_TAKEN"
    path = ("external_ref",)


class LinkTaken(Refused):
    """That source calls another member so."""

    code = "LINK_TAKEN"
    path = ("ref",)


class BadHandle(Refused):
    """A handle is 3 to 30 lower-case letters, digits, dots, underscores and hyphens."""

    code = "BAD_HANDLE"
    path = ("handle",)


class BadIdentity(Refused):
    """Issuer and subject are 1 to 255 printable characters each."""

    code = "BAD_IDENTITY"


class BadRef(Refused):
    """A loyalty number is 1 to 64 letters, digits and . _ / : -, a letter or digit first; what a
    source calls a member is 1 to 255 printable characters."""

    code = "BAD_REF"
    path = ("external_ref",)


class BadContact(Refused):
    """Not an e-mail address or an international telephone number that could exist."""

    code = "BAD_CONTACT"


class BadLabel(Refused):
    """A label is 1 to 80 characters of plain text."""

    code = "BAD_LABEL"
    path = ("name",)


class TooMany(Refused):
    """The member has as many of those as one may have."""

    code = "TOO_MANY"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"there are {limit} of them, which is the most")
        self.limit = limit


class BadField(Refused):
    """A field's definition cannot be kept; `path` names what is wrong with it."""

    code = "BAD_FIELD"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.path = (part,)


class NoSuchField(Refused):
    """The programme does not ask for that, or not of whoever answers."""

    code = "NO_SUCH_FIELD"

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key[:40]}: {why}")
        self.key = key


class BadValue(Refused):
    """The answer does not fit the field."""

    code = "BAD_VALUE"

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key


class ValueRequired(Refused):
    """The programme needs an answer to that field."""

    code = "VALUE_REQUIRED"

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} cannot be left empty")
        self.key = key


class BadSession(Refused):
    """A session is 1 to 320 printable characters; a token that names none has none to end."""

    code = "BAD_SESSION"
    path = ("session",)


class SignedOut(Refused):
    """The session that asks was ended; its token is good, and not good enough."""

    code = "SIGNED_OUT"


class BadConsent(Refused):
    """A part of what was agreed to cannot be kept; `path` names it."""

    code = "BAD_CONSENT"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.path = (part,)


class BadHouseholdRole(Refused):
    """Somebody is invited as an adult or a child: a household has its one head already."""

    code = "BAD_HOUSEHOLD_ROLE"
    path = ("role",)


class NotTheHead(Refused):
    """Only the head of a household invites to it."""

    code = "NOT_THE_HEAD"


class AlreadyHoused(Refused):
    """The member is in another household."""

    code = "ALREADY_HOUSED"


class NoSuchInvitation(Refused):
    """No household has asked the member that."""

    code = "NO_SUCH_INVITATION"


class NotInHousehold(Refused):
    """The member is in no household."""

    code = "NOT_IN_HOUSEHOLD"
