"""Believing: which tokens of devices were good a moment ago, noted in Valkey for five minutes.

It saves a read of the database where nothing else is read. A token that is ended is noted as
such, for longer than any belief: nobody who proved it a moment before can then have it believed.
What Valkey loses is read from the database again; while it is away, nothing is believed.
"""

from collections.abc import Collection
from uuid import UUID

from domain.devices.proving import hash_of
from domain.devices.records import Place
from infra import noting

BELIEVED_SECONDS = 300
ENDED_SECONDS = 2 * BELIEVED_SECONDS
PREFIX = "laurel:device:"
ENDED = b""


async def believe(token: str, owner: Place) -> None:
    """Note that the token was proven just now, and whose it is: programme and member."""
    programme, member = owner
    told = programme.to_bytes(4, "big") + member.bytes
    key = _key(hash_of(token) or b"")
    await noting.note(key, told, seconds=BELIEVED_SECONDS, anew=True)


async def believed(token: str) -> Place | None:
    """The programme and member of a token proven in the last minutes; None: prove it."""
    hash = hash_of(token)
    told = None if hash is None else await noting.noted(_key(hash))
    if told is None or len(told) != 20:
        return None
    return int.from_bytes(told[:4], "big"), UUID(bytes=told[4:])


async def disbelieve(hashes: Collection[bytes]) -> None:
    """Believe these tokens no longer."""
    await noting.note_all({_key(hash): ENDED for hash in hashes}, seconds=ENDED_SECONDS)


def _key(hash: bytes) -> str:
    return PREFIX + hash.hex()
