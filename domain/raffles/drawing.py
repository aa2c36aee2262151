"""Draw: which tickets win, as a function of what is fixed. Anybody may run it again.

The seed is fixed before the first ticket and told after the last one (a commitment, as of Blum,
"Coin flipping by telephone", 1981); where that is not enough, because who knows the seed might buy
the right ticket, a public value that nobody knew is mixed in. Numbers come from HMAC-SHA256 (RFC
2104) in counter mode; those that would favour the first tickets are thrown away.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.raffles.errors import DrawIsWrong
from domain.raffles.records import Evidence

SEED_BYTES = 32
SPAN = 1 << 256


def commitment(seed: bytes) -> bytes:
    """What is told of a seed before it is told: its SHA-256."""
    return hashlib.sha256(seed).digest()


def digest(entries: Iterable[tuple[int, UUID]]) -> bytes:
    """The SHA-256 of the list of tickets, by number: for each its number, a blank, its id and a
    line feed, in ASCII."""
    found = hashlib.sha256()
    for number, id in entries:
        found.update(f"{number} {id}\n".encode())
    return found.digest()


def drawn(
    seed: bytes, *, digest: bytes, value: str | None, entries: int, count: int
) -> Sequence[int]:
    """The places in the list of tickets that win, 0 for its first, in the order they are drawn.

    value -- the public value; None: there is none, and it counts as empty.
    count -- of prizes; with fewer tickets than prizes, every ticket wins.
    Draw i = 0, 1, 2 ... is the number HMAC-SHA256(seed, digest | SHA-256(value) | i), with i in
    eight bytes and all of it big-endian; it stands for its remainder by `entries`. One that is not
    below the greatest multiple of `entries` is passed over, and so is a ticket that has won.
    """
    message = digest + hashlib.sha256((value or "").encode()).digest()
    fair = SPAN - SPAN % entries if entries else 0
    won: dict[int, None] = {}
    draw = 0
    while len(won) < min(count, entries):
        said = hmac.digest(seed, message + draw.to_bytes(8, "big"), "sha256")
        number = int.from_bytes(said, "big")
        if number < fair:
            won.setdefault(number % entries)
        draw += 1
    return list(won)


def check(evidence: Evidence) -> None:
    """Draw again from what was told, and compare. Raises DrawIsWrong where it comes out
    differently: SEED, TICKETS or WINNERS, the first that is wrong."""
    one, numbers = evidence, sorted(evidence.entries)
    if commitment(one.seed) != one.commitment:
        raise DrawIsWrong("the seed is not the one that was promised", "SEED")
    if digest((number, one.entries[number]) for number in numbers) != one.digest:
        raise DrawIsWrong("the tickets are not those that took part", "TICKETS")
    size, prizes = len(numbers), one.prizes
    places = drawn(one.seed, digest=one.digest, value=one.value, entries=size, count=prizes)
    if [numbers[place] for place in places] != list(one.winners):
        raise DrawIsWrong("other tickets should have won", "WINNERS")
