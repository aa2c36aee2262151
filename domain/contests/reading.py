"""Read contests: one's own, those one is asked into, and who is in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import friends
from domain.contests.dividing import rank
from domain.contests.errors import NoSuchContest
from domain.contests.holding import contest_of, player_of
from domain.contests.records import Contest, Cursor, Part, Player, Seat, State
from domain.contests.scoring import scores
from domain.members import Member
from infra.db import Row, Tx

CONTESTS = """
SELECT id, programme, creator, template, target, payout, stake, book, account, first_day,
       last_day, state, challenge, created_at, starts_at, pays_at, ended_at
FROM contest WHERE programme = $1 AND id = ANY($2::uuid[])
"""
ONE = """
SELECT contest, member, state, invited_at, answered_at, hold, stake, in_pot, reached, place, won
FROM contest_player WHERE programme = $1 AND contest = $2 AND member = $3
"""
MINE = """
SELECT contest, member, state, invited_at, answered_at, hold, stake, in_pot, reached, place, won
FROM contest_player
WHERE programme = $1 AND member = $2 AND state IN ('PLAYING', 'WITHDRAWN', 'FORFEITED')
  AND ($3::timestamptz IS NULL OR (invited_at, contest) < ($3, $4::uuid))
ORDER BY invited_at DESC, contest DESC LIMIT $5
"""
INVITERS = """
SELECT DISTINCT c.creator FROM contest_player AS p
JOIN contest AS c ON c.programme = p.programme AND c.id = p.contest
WHERE p.programme = $1 AND p.member = $2 AND p.state = 'INVITED' AND c.state = 'OPEN'
  AND c.starts_at > $3
"""
INVITATIONS = """
SELECT p.contest, p.member, p.state, p.invited_at, p.answered_at, p.hold, p.stake, p.in_pot,
       p.reached, p.place, p.won
FROM contest_player AS p JOIN contest AS c ON c.programme = p.programme AND c.id = p.contest
WHERE p.programme = $1 AND p.member = $2 AND p.state = 'INVITED' AND c.state = 'OPEN'
  AND c.starts_at > $3 AND c.creator = ANY($4::uuid[])
  AND ($5::timestamptz IS NULL OR (p.invited_at, p.contest) < ($5, $6::uuid))
ORDER BY p.invited_at DESC, p.contest DESC LIMIT $7
"""
# At most as many as may be in one contest.
PLAYERS = """
SELECT contest, member, state, invited_at, answered_at, hold, stake, in_pot, reached, place, won
FROM contest_player WHERE programme = $1 AND contest = $2
ORDER BY place NULLS LAST, answered_at NULLS LAST, invited_at, member
"""


async def get(contest: UUID, *, member: Member, at: datetime, tx: Tx) -> Seat:
    """The member's contest, or one that they are asked into. Raises NoSuchContest.

    An invitation of one who is no friend any more is none, and so is one that was not answered
    in time.
    """
    seat = await find(contest, member=member.id, programme=member.programme, tx=tx)
    if seat is None or seat.player.state is Part.DECLINED:
        raise NoSuchContest("you have no such contest")
    if seat.player.state is Part.INVITED and not await is_open(seat, at=at, tx=tx):
        raise NoSuchContest("you have no such contest")
    return seat


async def find(contest: UUID, *, member: UUID, programme: int, tx: Tx) -> Seat | None:
    """That member's place in that contest, whatever it is; None when they have none."""
    row = await tx.row(ONE, programme, contest, member)
    return None if row is None else (await _seats([row], programme, tx))[0]


async def is_open(seat: Seat, *, at: datetime, tx: Tx) -> bool:
    """True while an invitation may be accepted."""
    contest = seat.contest
    return (
        contest.state is State.OPEN
        and at < contest.starts_at
        and await friends.are_friends(
            contest.creator, seat.player.member, programme=contest.programme, tx=tx
        )
    )


async def listed(member: Member, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Seat]:
    """The contests that the member came into, the newest first, from the one after `after` on."""
    at, contest = after or (None, None)
    rows = await tx.rows(MINE, member.programme, member.id, at, contest, limit)
    return await _seats(rows, member.programme, tx)


async def invitations(
    member: Member, *, at: datetime, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[Seat]:
    """The contests that the member may still come into, as `listed`."""
    ends = (member.programme, member.id, at)
    inviters = [row["creator"] for row in await tx.rows(INVITERS, *ends)]
    known = await friends.among(member.id, others=inviters, programme=member.programme, tx=tx)
    since, contest = after or (None, None)
    rows = await tx.rows(INVITATIONS, *ends, list(known), since, contest, limit)
    return await _seats(rows, member.programme, tx)


async def players(contest: Contest, *, tx: Tx) -> Sequence[Player]:
    """Everybody in the contest, and whoever was invited: by their places, then as they came in.

    While it is RUNNING `reached` and `place` are what they would be now.
    """
    rows = await tx.rows(PLAYERS, contest.programme, contest.id)
    found = [player_of(row) for row in rows]
    if contest.state is not State.RUNNING:
        return found
    live = await scores(contest, found, tx=tx)
    reached = {score.member: score.reached for score in live}
    places = dict(rank(live, to_target=contest.target is not None))
    found = [
        replace(one, reached=reached.get(one.member, 0), place=places.get(one.member))
        for one in found
    ]
    return sorted(found, key=lambda one: (one.place is None, one.place))


async def _seats(rows: Sequence[Row], programme: int, tx: Tx) -> Sequence[Seat]:
    found = await tx.rows(CONTESTS, programme, [row["contest"] for row in rows]) if rows else []
    contests = {row["id"]: contest_of(row) for row in found}
    return [Seat(contests[row["contest"]], player_of(row)) for row in rows]
