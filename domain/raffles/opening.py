"""Open: promise a draw before anybody has a ticket."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain import rewards
from domain.raffles import drawing, storing
from domain.raffles.errors import BadRaffle, NotARaffle, RaffleOpened
from domain.raffles.records import Prize, PrizeKind, Raffle, State
from domain.rewards import RewardKind
from infra.db import Tx

LASTS_MAX = timedelta(days=366)
# All winners are paid in one transaction.
WINNERS_MAX = 1_000
PRIZES_MAX = 50
POINTS_MAX = 10_000_000
SOURCE_CHARACTERS_MAX = 300

# Of two who open it at once, the second finds that it is open.
ADD = """
INSERT INTO raffle (programme, reward, state, commitment, prizes, source, opened_at, closes_at)
VALUES ($1, $2, 'OPEN', $3, $4::text::jsonb, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING reward
"""
KEEP_SEED = "INSERT INTO raffle_seed (programme, reward, seed) VALUES ($1, $2, $3)"


async def open(
    reward: UUID,
    *,
    prizes: Sequence[Prize],
    closes_at: datetime,
    source: str | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Raffle:
    """The redemptions of that reward are tickets from now on; its seed is fixed, and members see
    its commitment and its prizes.

    prizes -- in the order they are drawn.
    source -- the public value that will be mixed in, in words that anybody understands alike.
    The same terms again answer with the raffle as it stands now.
    Refuses, in this order: BadRaffle, rewards.NoSuchReward, NotARaffle, BadRaffle for a prize that
    is no reward, RaffleOpened.
    """
    source = check_terms(prizes, closes_at, source, at=at)
    await _check_rewards(reward, prizes, programme=programme, tx=tx)
    seed = secrets.token_bytes(drawing.SEED_BYTES)
    told = drawing.commitment(seed)
    words = storing.write_prizes(prizes)
    if await tx.value(ADD, programme, reward, told, words, source, at, closes_at) is None:
        first = await storing.get(reward, programme=programme, tx=tx)
        if (first.prizes, first.source, first.closes_at) != (list(prizes), source, closes_at):
            raise RaffleOpened("this reward has a raffle with other terms")
        return first
    await tx.run(KEEP_SEED, programme, reward, seed)
    return Raffle(programme, reward, State.OPEN, told, list(prizes), at, closes_at, source=source)


async def _check_rewards(reward: UUID, prizes: Sequence[Prize], *, programme: int, tx: Tx) -> None:
    """A raffle is of a raffle; what is won is there, and no ticket again."""
    asked = {reward, *(prize.reward for prize in prizes if prize.reward is not None)}
    found = await rewards.several(asked, programme=programme, tx=tx)
    if reward not in found:
        raise rewards.NoSuchReward("there is no such reward")
    if found[reward].terms.kind is not RewardKind.RAFFLE:
        raise NotARaffle("the reward is of another kind")
    for place, prize in enumerate(prizes):
        if prize.reward is not None:
            won = found.get(prize.reward)
            if won is None or won.terms.kind is RewardKind.RAFFLE:
                path = ("prizes", str(place), "reward")
                raise BadRaffle("a prize is a reward that is there and no raffle", *path)


def check_terms(
    prizes: Sequence[Prize], closes_at: datetime, source: str | None, *, at: datetime
) -> str | None:
    """The source, without blanks around it. Raises BadRaffle."""
    if not 1 <= len(prizes) <= PRIZES_MAX:
        raise BadRaffle(f"a raffle has 1 to {PRIZES_MAX} kinds of prizes", "prizes")
    for place, prize in enumerate(prizes):
        if fault := _fault(prize):
            raise BadRaffle(fault, "prizes", str(place))
    if sum(prize.count for prize in prizes) > WINNERS_MAX:
        raise BadRaffle(f"a raffle has {WINNERS_MAX} winners at most", "prizes")
    if not at < closes_at <= at + LASTS_MAX:
        raise BadRaffle("a raffle closes within a year from now", "closesAt")
    if source is None:
        return None
    source = source.strip()
    if not 1 <= len(source) <= SOURCE_CHARACTERS_MAX or not source.isprintable():
        raise BadRaffle("the public value is named in plain text", "publicSource")
    return source


def _fault(prize: Prize) -> str | None:
    if not 1 <= prize.count <= WINNERS_MAX:
        return f"a prize is for 1 to {WINNERS_MAX} winners"
    if prize.kind is PrizeKind.POINTS:
        if prize.reward is not None or not 1 <= prize.points <= POINTS_MAX:
            return f"a prize of points is 1 to {POINTS_MAX} of them and no reward"
    elif prize.reward is None or prize.points:
        return "a prize that is a reward names it and has no points"
    return None
