"""Digesting: what windows gathered for a day becomes one push."""

from datetime import datetime

from domain import members, windows, wording
from domain import push as pushes
from domain.notices.records import DAY
from domain.push import Kind, Order
from domain.windows import Digest
from domain.wording import Said, Words
from infra.db import Tx

CHUNK = 500
KEY = "digest.gathered"


async def digest(at: datetime, tx: Tx) -> int:
    """Order a push of each digest that is due; how many there were. Of one programme at a time."""
    due = await windows.due_digests(at=at, limit=CHUNK, tx=tx)
    if not due:
        return 0
    programme = due[0].programme
    people = await members.several([one.member for one in due], programme=programme, tx=tx)
    said = [Said(KEY, people[one.member].locale, {"count": one.count}) for one in due]
    words = await wording.rendered(said, programme=programme, tx=tx)
    orders = [_order(*each, at=at) for each in zip(due, words, strict=True)]
    await pushes.order(orders, programme=programme, at=at, tx=tx)
    return len(due)


def _order(due: Digest, words: Words, *, at: datetime) -> Order:
    return Order(
        id=due.id,
        member=due.member,
        kind=Kind.NEWS,
        key=KEY,
        args=words.args,
        title=words.title if words.own else None,
        body=words.body if words.own else None,
        # The next one says what this one says, and more.
        collapse=KEY,
        channels=due.channels,
        send_at=at,
        expires_at=at + DAY,
    )
