"""What friends refuse. That one was blocked or declined is never among it."""

from infra.errors import Refused


class SelfFriend(Refused):
    """Nobody is their own friend, nor can block themselves."""

    code = "SELF_FRIEND"


class MemberBlocked(Refused):
    """The asking member has blocked the other one: unblock first."""

    code = "MEMBER_BLOCKED"


class AlreadyFriends(Refused):
    """They are friends already."""

    code = "ALREADY_FRIENDS"


class NoSuchRequest(Refused):
    """There is no open request from that member; it may have been taken back."""

    code = "NO_SUCH_REQUEST"


class TooManyFriends(Refused):
    """One of the two has as many friends as one may have.

    yours -- True when it is the asking member who has.
    """

    code = "TOO_MANY_FRIENDS"
    retryable = True

    def __init__(self, *, limit: int, yours: bool) -> None:
        whose = "you have" if yours else "the other member has"
        super().__init__(f"{whose} {limit} friends, which is the most")
        self.limit, self.yours = limit, yours


class TooManyRequests(Refused):
    """The member has as many open requests as one may have; taking one back makes room."""

    code = "TOO_MANY_REQUESTS"
    retryable = True

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"you have {limit} open requests, which is the most")
        self.limit = limit


class NoSuchLink(Refused):
    """No open link has that code: it was never made, is over, used up, revoked, one's own, or of
    somebody whom one has blocked or been blocked by; nothing tells these apart."""

    code = "NO_SUCH_LINK"
    path = ("code",)


class BadLink(Refused):
    """A field of a new link is out of bounds; `path` names it."""

    code = "BAD_LINK"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.path = field, (field,)


class TooManyLinks(Refused):
    """The member has as many open links as one may have; revoking one makes room."""

    code = "TOO_MANY_LINKS"
    retryable = True

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"you have {limit} open links, which is the most")
        self.limit = limit


class BadContactHash(Refused):
    """A request looks for 1 to 500 contacts, each a SHA-256 hash of 32 bytes."""

    code = "BAD_CONTACT_HASH"
    path = ("hashes",)


class OverLookupLimit(Refused):
    """The member has looked around as much as one may in a day (UTC)."""

    code = "OVER_LOOKUP_LIMIT"
    retryable = True

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"{limit} a day are the most; try again tomorrow")
        self.limit = limit


class NoSuchAcross(Refused):
    """The member has no such friend, request or block in another programme."""

    code = "NO_SUCH_ACROSS_FRIEND"
