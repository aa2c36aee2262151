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


class BadHandle(Refused):
    """A handle is 3 to 30 lower-case letters, digits, dots, underscores and hyphens."""

    code = "BAD_HANDLE"
    path = ("handle",)


class BadIdentity(Refused):
    """Issuer and subject are 1 to 255 printable characters each."""

    code = "BAD_IDENTITY"
