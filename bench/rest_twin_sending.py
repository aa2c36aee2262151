"""Send points, by hand: one connection, one transaction, as few statements as are needed.

The statements that change anything are the app's own constants, so both sides write the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain import ledger, members, transfers
from domain.ledger.balances import BALANCES
from domain.ledger.balances import read as balance_of
from domain.ledger.posting import POST_ONE
from domain.transfers.sending import ADD, HOLD_OUTLIVES_TRANSFER
from infra import ids, outbox
from infra.answers import CLAIM, FIRST, FUTURE, KEEP, PAST

MEMO_CHARACTERS_MAX = 140
# The row that a sender's transfers wait for each other on, and the programme's rules with it.
SENDER = """
SELECT m.programme, m.id, m.book, m.account, m.zone, p.transfer_max, p.transfer_day_max,
       p.transfer_accept_days
FROM programme AS p
JOIN member_identity AS i ON i.programme = p.id AND i.issuer = $2 AND i.subject = $3
JOIN member AS m ON m.programme = p.id AND m.id = i.member
WHERE p.slug = $1 AND m.state = 'ACTIVE' FOR NO KEY UPDATE OF m
"""
FACTS = """
SELECT f.id, f.account, f.auto_accept,
       EXISTS (SELECT FROM friendship
               WHERE programme = $1 AND member = $2 AND friend = $3) AS are_friends,
       (SELECT coalesce(sum(points), 0)::bigint FROM transfer
        WHERE programme = $1 AND sender = $2 AND day = $4
          AND state IN ('PENDING', 'ACCEPTED')) AS sent
FROM member AS f WHERE f.programme = $1 AND f.id = $3
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to send points; `content` is what a repeated key must have asked, too."""

    receiver: UUID
    points: int
    memo: str | None
    key: UUID
    content: bytes


def read(body: bytes, key: str, *, at: datetime) -> Asked | None:
    """The request in a body and a header; None when it makes no sense."""
    try:
        said, name = orjson.loads(body), UUID(key)
        asked = Asked(
            UUID(said["friendId"]),
            int(said["points"]),
            said.get("memo"),
            name,
            hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest(),
        )
    except (KeyError, TypeError, ValueError):
        return None
    timely = ids.is_v7(name) and at - PAST <= ids.made_at(name) <= at + FUTURE
    sound = asked.points > 0 and len(asked.memo or "") <= MEMO_CHARACTERS_MAX
    return asked if timely and sound else None


async def send(
    asked: Asked, who: tuple[str, str, str], *, pool: asyncpg.Pool, at: datetime
) -> tuple[Mapping[str, Any], Sequence[str]]:
    """The answer, and the channels to publish hints on; a repeated key is answered the same."""
    async with pool.acquire() as link, link.transaction():
        sender = await link.fetchrow(SENDER, *who)
        if sender is None:
            return {"code": "NO_SUCH_MEMBER"}, ()
        place = (sender["programme"], sender["id"], asked.key)
        if await link.execute(CLAIM, *place, asked.content, at) == "INSERT 0 0":
            first = await link.fetchrow(FIRST, *place)
            same = bytes(first["fingerprint"]) == asked.content
            return orjson.loads(first["answer"]) if same else {"code": "KEY_REUSED"}, ()
        answer, hints = await _carry_out(asked, sender, link, at)
        await link.execute(KEEP, *place, orjson.dumps(answer).decode())
    return answer, hints


async def _carry_out(
    asked: Asked, sender: Any, link: asyncpg.Connection, at: datetime
) -> tuple[Mapping[str, Any], Sequence[str]]:
    programme, own = sender["programme"], sender["id"]
    day = members.day_in(sender["zone"], at)
    friend = await link.fetchrow(FACTS, programme, own, asked.receiver, day)
    refused = _refusal(asked, sender, friend)
    if refused is not None:
        return {"code": refused}, ()
    id = ids.derived(ids.made_at(asked.key), own, asked.key)
    expires_at = None
    if not friend["auto_accept"]:
        expires_at = at + timedelta(days=sender["transfer_accept_days"])
    posted = await _post(asked, sender, friend, id, expires_at, link, at)
    if posted["outcome"] != ledger.Outcome.DONE:
        return {"code": ledger.Outcome(posted["outcome"]).name}, ()
    row = (programme, id, own, asked.receiver, asked.points, asked.memo)
    await _add(row, day, at, expires_at, link)
    await _tell(row, at, expires_at, link)
    wallet = await link.fetchrow(BALANCES, sender["book"], [sender["account"]])
    balance = balance_of(wallet, at=at)
    state = "ACCEPTED" if expires_at is None else "PENDING"
    answer = {
        "transfer": {"id": str(id), "state": state, "points": asked.points},
        "viewer": {"points": {"available": balance.available, "held": balance.held}},
    }
    touched = [sender["account"]] + ([friend["account"]] if expires_at is None else [])
    return answer, [ledger.channel(sender["book"], account) for account in touched]


def _refusal(asked: Asked, sender: Any, friend: Any) -> str | None:
    if asked.receiver == sender["id"]:
        return "SELF_TRANSFER"
    if friend is None:
        return "NO_SUCH_MEMBER"
    if not friend["are_friends"]:
        return "NOT_FRIENDS"
    if asked.points > sender["transfer_max"]:
        return "OVER_TRANSFER_LIMIT"
    if asked.points > sender["transfer_day_max"] - friend["sent"]:
        return "OVER_DAY_LIMIT"
    return None


async def _post(
    asked: Asked,
    sender: Any,
    friend: Any,
    id: UUID,
    expires_at: datetime | None,
    link: asyncpg.Connection,
    at: datetime,
) -> Any:
    kind, credit, ends = ledger.Kind.MOVE, friend["account"], None
    if expires_at is not None:
        kind, credit, ends = ledger.Kind.HOLD, ledger.NOBODY, expires_at + HOLD_OUTLIVES_TRANSFER
    meta = {
        "why": "transfer",
        "transfer": str(id),
        "sender": str(sender["id"]),
        "receiver": str(asked.receiver),
    }
    said = orjson.dumps(meta).decode()
    return await link.fetchrow(
        POST_ONE, sender["book"], at, id, kind, sender["account"], credit, asked.points,
        None, None, None, ends, sender["id"], said,
    )  # fmt: skip


async def _add(
    row: Sequence[Any], day: date, at: datetime, expires_at: datetime | None, link: Any
) -> None:
    arrived = expires_at is None
    state = transfers.State.ACCEPTED if arrived else transfers.State.PENDING
    never = (None, None, False, False)  # It need not cool, pays no request, confirms nothing.
    ends = at if arrived else None
    await link.execute(ADD, *row, state, day, at, expires_at, ends, *never)


async def _tell(row: Sequence[Any], at: datetime, expires_at: datetime | None, link: Any) -> None:
    programme, id, own, receiver, points, _ = row
    kind = transfers.Received if expires_at is None else transfers.Offered
    evidence = orjson.dumps({"points": points, "other": str(own)}).decode()
    await link.execute(outbox.LOCK_SUBJECTS, [receiver])
    await link.execute(
        outbox.WRITE, [ids.new(at)], [programme], [receiver], [outbox.action_of(kind)], [id],
        [at], [evidence],
    )  # fmt: skip
