"""What sharing refuses."""

from infra.errors import Refused


class NoSuchTarget(Refused):
    """There is nothing of that id to share, or no longer."""

    code = "NO_SUCH_SHARE_TARGET"


class BadTarget(Refused):
    """A title is 1 to 120 characters; an address is https, with a host and without a user."""

    code = "BAD_SHARE_TARGET"

    def __init__(self, field: str, demand: str) -> None:
        super().__init__(demand)
        self.path = (field,)


class NoSuchLink(Refused):
    """No link has that code, or what it led to is closed."""

    code = "NO_SUCH_SHARE_LINK"


class TooManyLinks(Refused):
    """The member has as many links as one may have."""

    code = "TOO_MANY_SHARE_LINKS"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"you have {limit} links, which is the most")
        self.limit = limit
