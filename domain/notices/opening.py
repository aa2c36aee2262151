"""Opening: what an app opens when somebody taps on what they were told.

The API calls a thing by a letter for its kind and the thing's own id. The letters are here too,
because a push is made where there is no API; a test holds that they are the same.
"""

import base64
from collections.abc import Mapping
from uuid import UUID

LETTERS: Mapping[str, str] = {
    "activity": "A",
    "transfer": "T",
    "point_request": "L",
    "donation": "Z",
    "club": "c",
    "club_invitation": "i",
    "friend": "F",
    "friend_request": "R",
    "across_friend": "a",
    "across_request": "q",
    "referral": "r",
    "challenge": "I",
    "contest": "n",
    "badge": "b",
    "streak": "s",
    "board": "l",
    "moment": "x",
    "redemption": "u",
    "raffle": "z",
}


def opened(kind: str, id: UUID) -> str:
    """The global id of a thing."""
    return base64.urlsafe_b64encode(LETTERS[kind].encode() + id.bytes).decode().rstrip("=")
