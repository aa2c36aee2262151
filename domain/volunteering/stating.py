"""Statements: an organiser's signed word about a member's hours, small enough for a QR code.

    <id>.<unix seconds>.<payload>.<signature>

payload   -- base64url of {"shift": ..., "member": ..., "minutes": ..., "starts_at": ...}, the
             last one optional; shift is the shift's id, member how the organiser calls them.
signature -- as in the Standard Webhooks specification, over "<id>.<unix seconds>.<JSON>":
             "v1,<base64>" by HMAC-SHA256, "v1a,<base64>" by Ed25519.
Pure functions.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.volunteering.errors import BadStatement, BadStatementSignature
from domain.volunteering.records import Algorithm

STATEMENT_CHARACTERS_MAX = 2_000
AGE_MAX = timedelta(days=60)
AHEAD_MAX = timedelta(minutes=5)
SHAPE = re.compile(
    r"([A-Za-z0-9_-]{1,100})\.(\d{1,12})\.([A-Za-z0-9_-]{2,1500})\.(v1a?),([A-Za-z0-9+/=]{1,200})",
    re.ASCII,
)
VERSIONS = {"v1": Algorithm.HMAC_SHA256, "v1a": Algorithm.ED25519}
MEMBER_CHARACTERS_MAX = 255


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it was read; nothing in it is believed before its signature is checked.

    content -- the bytes that were signed.
    """

    id: str
    said_at: datetime
    shift: UUID
    member: str
    minutes: int
    starts_at: datetime | None
    algorithm: Algorithm
    content: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """What a signature is checked with: the public key, or the shared secret."""

    algorithm: Algorithm
    key: bytes


def read(text: str, *, at: datetime) -> Statement:
    """The statement in `text`, said within 60 days before `at`. Raises BadStatement."""
    shape = SHAPE.fullmatch(text) if len(text) <= STATEMENT_CHARACTERS_MAX else None
    if shape is None:
        raise BadStatement("a statement is <id>.<unix seconds>.<payload>.<signature>")
    id, seconds, packed, version, signed = shape.groups()
    said_at = datetime.fromtimestamp(min(int(seconds), 1 << 33), UTC)
    if not at - AGE_MAX <= said_at <= at + AHEAD_MAX:
        raise BadStatement("the statement is older than 60 days, or of a clock that is ahead")
    try:
        payload = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        signature = base64.b64decode(signed, validate=True)
        said = orjson.loads(payload)
        starts_at = said.get("starts_at")
        shift, started = UUID(said["shift"]), starts_at and datetime.fromisoformat(starts_at)
        member, minutes = said["member"], said["minutes"]
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise BadStatement("the payload cannot be read") from None
    if not isinstance(member, str) or type(minutes) is not int:
        raise BadStatement("the payload says shift, member and minutes")
    if len(member) > MEMBER_CHARACTERS_MAX or (started and started.tzinfo is None):
        raise BadStatement("the member is too long, or the start has no zone")
    content = f"{id}.{seconds}.".encode() + payload
    who = (shift, member, minutes, started or None)
    return Statement(id, said_at, *who, VERSIONS[version], content, signature)


def check(statement: Statement, keys: Sequence[Key]) -> None:
    """Raises BadStatementSignature unless one of the keys made the signature.

    A key is used for its own algorithm only: a public key is no secret, so taking it for one
    would let anybody sign.
    """
    fitting = [key.key for key in keys if key.algorithm is statement.algorithm]
    if not any([_made_by(key, statement) for key in fitting]):
        raise BadStatementSignature("the statement is not signed by the shift's organiser")


def _made_by(key: bytes, statement: Statement) -> bool:
    if statement.algorithm is Algorithm.HMAC_SHA256:
        made = hmac.new(key, statement.content, hashlib.sha256).digest()
        return hmac.compare_digest(made, statement.signature)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(statement.signature, statement.content)
    except InvalidSignature:
        return False
    return True
