"""Paying: hand out what windows that were closed have won, each prize once.

The points are new ones of the programme. That a prize is paid is written in the transaction that
pays it, and the database refuses to write it twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain import badges, ledger, members, programmes
from domain.leaderboards.events import PrizeWon
from domain.leaderboards.records import PrizeState, Won
from domain.members import Member, State
from infra import ids
from infra.db import Row, Tx
from infra.outbox import emit

PAGE = 200
# The ledger takes no ids that are much older than its postings.
FRESH = timedelta(days=1)

FIRST = """
SELECT programme FROM board_prize WHERE state = 'WAITING' ORDER BY programme, id LIMIT 1
"""
WAITING = """
SELECT id, member FROM board_prize WHERE programme = $1 AND state = 'WAITING' ORDER BY id LIMIT $2
"""
HOLD = """
SELECT id, board, cycle, member, place, points, badge, level, made_at FROM board_prize
WHERE programme = $1 AND state = 'WAITING' AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE
"""
RESOLVE = """
UPDATE board_prize AS p SET state = r.state, resolved_at = $2
FROM unnest($3::uuid[], $4::text[]) AS r (id, state)
WHERE p.programme = $1 AND p.id = r.id
"""
PRIZES = """
SELECT id, board, cycle AS starts_on, place, points, badge, level, state, made_at AS at
FROM board_prize
WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


async def pay_next(at: datetime, tx: Tx) -> int:
    """The job: pay a page of prizes of one programme; how many there were."""
    programme = await tx.value(FIRST)
    return 0 if programme is None else await pay(programme=programme, at=at, tx=tx)


async def pay(*, programme: int, at: datetime, tx: Tx) -> int:
    """Pay a page of the prizes that wait; how many there were.

    Who was merged is paid as who they became; who was erased wins nothing, and the prize lapses.
    """
    page = await tx.rows(WAITING, programme, PAGE)
    # Members before anything else, as everybody locks them.
    winners = await _winners({row["member"] for row in page}, programme, tx)
    rows = await tx.rows(HOLD, programme, [row["id"] for row in page])
    due = [row for row in rows if winners[row["member"]].state is not State.ERASED]
    await _issue(due, winners, programme, at, tx)
    for row in due:
        await _hand_over(row, winners[row["member"]], at, tx)
    paid = {row["id"] for row in due}
    states = [PrizeState.PAID if row["id"] in paid else PrizeState.LAPSED for row in rows]
    await tx.run(RESOLVE, programme, at, [row["id"] for row in rows], states)
    return len(rows)


async def prizes(member: Member, *, before: UUID | None, limit: int, tx: Tx) -> Sequence[Won]:
    """What the member has won, newest first, from the one before `before` on."""
    rows = await tx.rows(PRIZES, member.programme, member.id, before, limit)
    return [Won(**{**row, "state": PrizeState(row["state"])}) for row in rows]


async def _winners(ids_: Collection[UUID], programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """Who gets what each of them won, locked until `tx` ends."""
    known = await members.several(ids_, programme=programme, tx=tx)
    survivors = {member.merged_into for member in known.values()} - {None}
    wanted = {*ids_, *(id for id in survivors if id is not None)}
    locked = await members.lock(wanted, programme=programme, tx=tx)
    found = {}
    for id in ids_:
        survivor = locked[id].merged_into
        # Whoever was merged between the two looks is paid as themselves: it goes on from there.
        found[id] = locked.get(survivor, locked[id]) if survivor is not None else locked[id]
    return found


async def _issue(
    due: Sequence[Row], winners: Mapping[UUID, Member], programme: int, at: datetime, tx: Tx
) -> None:
    paying = [row for row in due if row["points"]]
    if not paying:
        return
    book = (await programmes.by_id(programme, tx=tx)).book
    items = [_item(row, winners[row["member"]].account, at) for row in paying]
    for result in await ledger.post(items, book=book, at=at, tx=tx):
        ledger.require(result)


def _item(row: Row, account: int, at: datetime) -> ledger.Item:
    id = row["id"]
    if at - row["made_at"] >= FRESH:
        id = ids.derived(at, "leaderboards.prize", id)
    return ledger.issue(
        row["points"],
        account=account,
        id=id,
        meta={
            "why": "board",
            "board": str(row["board"]),
            "window": row["cycle"].isoformat(),
            "place": row["place"],
            "text": f"Place {row['place']} on a board",
        },
    )


async def _hand_over(row: Row, winner: Member, at: datetime, tx: Tx) -> None:
    if row["badge"] is not None:
        await badges.give(
            row["badge"],
            winner.id,
            level=row["level"],
            programme=winner.programme,
            evidence={"board": str(row["board"]), "place": row["place"]},
            id=row["id"],
            at=at,
            tx=tx,
        )
    told = PrizeWon(
        programme=winner.programme, subject=winner.id, object=row["board"], at=at, prize=row["id"],
        starts_on=row["cycle"], place=row["place"], points=row["points"], badge=row["badge"],
    )  # fmt: skip
    emit(told, tx=tx)
