"""Scoring: what those who play have done so far, as the challenge of the contest counts it."""

from collections.abc import Collection, Sequence

from domain import challenges
from domain.contests.dividing import Score
from domain.contests.records import PEOPLE_MOST, Contest, Part, Player
from infra.db import Tx


async def scores(contest: Contest, players: Collection[Player], *, tx: Tx) -> Sequence[Score]:
    """The score of each of `players` who plays; who has done nothing may be left out."""
    if contest.challenge is None:
        return []
    standings = await challenges.standings(
        contest.challenge, programme=contest.programme, limit=PEOPLE_MOST, tx=tx
    )
    to_target = contest.target is not None
    entered = {one.member: one.answered_at for one in players if one.state is Part.PLAYING}
    return [
        Score(
            member=standing.member,
            reached=standing.reached,
            completed=standing.completed_at is not None,
            reached_at=standing.completed_at if to_target else standing.reached_at,
            entered_at=since,
        )
        for standing in standings
        if (since := entered.get(standing.member)) is not None
    ]
