"""What partners refuse. BadName and BadSlug come from programmes."""

from infra.errors import Refused


class NoSuchPartner(Refused):
    """No partner of this programme is known by that; one of another programme is not either."""

    code = "NO_SUCH_PARTNER"
    path = ("partner",)


class SlugTaken(Refused):
    """Another partner of the programme has that slug."""

    code = "SLUG_TAKEN"
    path = ("slug",)


class PartnerSuspended(Refused):
    """The partner may send nothing and gets no new keys until it is resumed."""

    code = "PARTNER_SUSPENDED"


class NoSuchKey(Refused):
    """No key of that id is one of the partner's."""

    code = "NO_SUCH_KEY"
    path = ("key",)


class KeyClosed(Refused):
    """The key is revoked or has expired: make a new one."""

    code = "KEY_CLOSED"
    path = ("key",)


class KeyReplaced(Refused):
    """The key has been rotated before; the one that replaced it can be rotated."""

    code = "KEY_REPLACED"
    path = ("key",)


class TooManyKeys(Refused):
    """The partner has as many open keys as one may have."""

    code = "TOO_MANY_KEYS"


class BadScopes(Refused):
    """A key has one scope or more, each once."""

    code = "BAD_SCOPES"
    path = ("scopes",)


class BadExpiry(Refused):
    """A key ends in the future, and an old one soon after it was rotated."""

    code = "BAD_EXPIRY"
    path = ("expires_at",)


class KeyRefused(Refused):
    """What was sent proves nothing. Nobody without the secret learns more than that."""

    code = "UNAUTHENTICATED"


class BadPoints(Refused):
    """Points are a whole number from 1 on, and no more than anybody pays for at once."""

    code = "BAD_POINTS"
    path = ("points",)


class BadReference(Refused):
    """A payment's reference is plain text of 1 to 140 characters."""

    code = "BAD_REFERENCE"
    path = ("reference",)


class ReferenceUsed(Refused):
    """A payment with that reference has been booked."""

    code = "REFERENCE_USED"
    path = ("reference",)
