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
