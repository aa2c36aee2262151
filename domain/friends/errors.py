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
