"""Codes: every reason a mutation may give for saying no."""

from enum import Enum

import strawberry

V = strawberry.enum_value


@strawberry.enum(description="Why a mutation said no. Codes are added, never renamed.")
class ErrorCode(Enum):
    """Why a mutation said no."""

    NOT_A_MEMBER = V(
        "NOT_A_MEMBER", description="You have not joined the programme: use joinProgramme."
    )
    IDEMPOTENCY_KEY_REQUIRED = V(
        "IDEMPOTENCY_KEY_REQUIRED",
        description="This mutation moves points: add `@idempotent(key: ...)` to it.",
    )
    IDEMPOTENCY_KEY_INVALID = V(
        "IDEMPOTENCY_KEY_INVALID",
        description="The key is not a UUIDv7, or is made by a clock more than two days ahead.",
    )
    IDEMPOTENCY_KEY_EXPIRED = V(
        "IDEMPOTENCY_KEY_EXPIRED", description="The key is older than 30 days; make a new one."
    )
    IDEMPOTENCY_KEY_REUSED = V(
        "IDEMPOTENCY_KEY_REUSED", description="The key was used for a different request."
    )
    INSUFFICIENT_POINTS = V("INSUFFICIENT_POINTS", description="There are not enough points.")
    EXPIRY_BEHIND = V(
        "EXPIRY_BEHIND", description="Last month is still being closed; try again soon."
    )
    BAD_POINTS = V("BAD_POINTS", description="Points must be 1 or more, and at most 2^53.")
    BAD_MEMO = V("BAD_MEMO", description="A memo is plain text of 140 characters at most.")
    SELF_TRANSFER = V("SELF_TRANSFER", description="Nobody sends points to themselves.")
    NOT_FRIENDS = V("NOT_FRIENDS", description="Points are sent to friends only.")
    OVER_TRANSFER_LIMIT = V(
        "OVER_TRANSFER_LIMIT", description="More points than one transfer may carry."
    )
    OVER_DAY_LIMIT = V("OVER_DAY_LIMIT", description="More points than may still be sent today.")
    NO_SUCH_TRANSFER = V("NO_SUCH_TRANSFER", description="You have no such transfer.")
    TRANSFER_NOT_YOURS = V(
        "TRANSFER_NOT_YOURS",
        description="The receiver accepts and declines; the sender cancels.",
    )
    TRANSFER_CLOSED = V("TRANSFER_CLOSED", description="The transfer has its final answer.")
    EMPTY_FILE = V("EMPTY_FILE", description="The file has no bytes.")
    FILE_TOO_LARGE = V("FILE_TOO_LARGE", description="The file is larger than an activity is.")
    UNSUPPORTED_FORMAT = V(
        "UNSUPPORTED_FORMAT", description="Send FIT, GPX or TCX, and not packed into an archive."
    )
    BAD_ACTIVITY_NAME = V(
        "BAD_ACTIVITY_NAME", description="A file name is plain text of 120 characters at most."
    )
    DUPLICATE_FILE = V("DUPLICATE_FILE", description="You have sent this very file before.")
    TOO_MANY_WAITING = V(
        "TOO_MANY_WAITING", description="Many of your files wait to be read; try again soon."
    )
    SELF_FRIEND = V("SELF_FRIEND", description="Nobody befriends or blocks themselves.")
    NO_SUCH_FRIEND = V("NO_SUCH_FRIEND", description="You have no such friend.")
    NO_SUCH_REQUEST = V("NO_SUCH_REQUEST", description="There is no such open request.")
    MEMBER_BLOCKED = V("MEMBER_BLOCKED", description="You have blocked this member.")
    ALREADY_FRIENDS = V("ALREADY_FRIENDS", description="You are friends already.")
    TOO_MANY_FRIENDS = V(
        "TOO_MANY_FRIENDS", description="One of you has as many friends as one may have."
    )
    TOO_MANY_REQUESTS = V(
        "TOO_MANY_REQUESTS", description="You have as many open requests as one may have."
    )
    NO_SUCH_MEMBER = V("NO_SUCH_MEMBER", description="Nobody in your programme has that handle.")
    NO_SUCH_PROGRAMME = V("NO_SUCH_PROGRAMME", description="The token's programme is not here.")
    ALREADY_MEMBER = V("ALREADY_MEMBER", description="You have joined the programme before.")
    HANDLE_TAKEN = V("HANDLE_TAKEN", description="Another member has that handle.")
    BAD_HANDLE = V(
        "BAD_HANDLE", description="A handle is 3 to 30 of a-z, 0-9, dot, underscore, hyphen."
    )
    BAD_NAME = V("BAD_NAME", description="A name is plain text of 1 to 80 characters.")
    BAD_LOCALE = V("BAD_LOCALE", description="A locale is a BCP 47 tag, such as de-AT.")
    BAD_ZONE = V("BAD_ZONE", description="A zone is an IANA name, such as Europe/Vienna.")
    BAD_IDENTITY = V(
        "BAD_IDENTITY", description="The token's issuer or subject is not printable text."
    )
