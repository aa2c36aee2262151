"""Paying: the end of a contest, and whose the stakes are then.

All stakes come into the pot and out of it in one call of the ledger, together or not at all. A
hold that has run out, as after a stop of the workers for days, has given its points back to the
wallet: they are taken from there, as far as they still are, and the pot is what could be got.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger
from domain.contests import staking
from domain.contests.dividing import Score, Win, divide
from domain.contests.events import Drawn, Finished
from domain.contests.holding import Held
from domain.contests.records import Contest, Part, Player, State
from domain.contests.staking import Stake
from domain.ledger import Item
from infra.db import Tx
from infra.outbox import emit

END = """
WITH scored AS (
    UPDATE contest_player AS p SET reached = s.reached, place = s.place, won = s.won
    FROM unnest($5::uuid[], $6::bigint[], $7::smallint[], $8::bigint[])
         AS s (member, reached, place, won)
    WHERE p.programme = $1 AND p.contest = $2 AND p.member = s.member
)
UPDATE contest SET state = $3, ended_at = $4 WHERE programme = $1 AND id = $2
"""


async def pay(held: Held, scores: Sequence[Score], *, at: datetime, tx: Tx) -> Contest:
    """End a contest that is RUNNING, by what its players have done; as it stands then.

    scores -- of those who play to the end; whoever is left out has done nothing. The contest and
    everybody in it are locked.
    """
    assert held.contest.state is State.RUNNING, "a contest ends once"
    playing = {player.member for player in held.of(Part.PLAYING)}
    counted = [score for score in scores if score.member in playing]
    contest, staked = held.contest, _staked(held)
    wallets = {stake.account for stake in staked}
    pot: list[Item] = []
    inside = 0
    if contest.account is not None:
        await ledger.lock(wallets | {contest.account}, book=contest.book, tx=tx)
        pot, inside = await _gathered(staked, contest, at, tx)
    to_target = contest.target is not None
    wins = divide(inside, counted, to_target=to_target, payout=contest.payout)
    if wins:
        await _give(wins, pot, held, at, tx)
    else:
        await _give_back(staked, contest, at, tx)
    return await _ended(held, counted, wins, at, tx)


def _staked(held: Held) -> Sequence[Stake]:
    players = held.of(Part.PLAYING, Part.FORFEITED)
    return held.stakes([player for player in players if player.stake])


async def _gathered(
    staked: Sequence[Stake], contest: Contest, at: datetime, tx: Tx
) -> tuple[list[Item], int]:
    """The items that bring the stakes into the pot, and what is in it then. The accounts are
    locked, so what the ledger says it would do now it will do."""
    book, account = contest.book, contest.account
    assert account is not None, "only stakes are gathered"
    outside = [stake for stake in staked if not stake.player.in_pot]
    asked = [staking.captured(stake, contest=contest, at=at) for stake in outside]
    # Each by itself: those of a group would all be refused for one that has run out.
    alone = [replace(item, group=None) for item in asked]
    answers = await ledger.preview(alone, book=book, at=at, tx=tx)
    # The time of a hold may be over before the ledger's own job has set its points free.
    late = [stake for stake, answer in zip(outside, answers, strict=True) if not answer.done]
    await staking.release(late, contest=contest, at=at, tx=tx)
    wallets = {stake.account for stake in outside}
    balances = await ledger.balances(wallets | {account}, book=book, at=at, tx=tx)
    items = []
    for stake, item, answer in zip(outside, asked, answers, strict=True):
        there = min(stake.player.stake, balances[stake.account].available)
        if answer.done:
            items.append(item)
        elif there > 0:
            items.append(staking.taken(there, stake, contest=contest, at=at))
    return items, balances[account].available + sum(item.amount for item in items)


async def _give(
    wins: Mapping[UUID, Win], pot: Sequence[Item], held: Held, at: datetime, tx: Tx
) -> None:
    """Into the pot and out of it, in one call."""
    winners = [held.players[member] for member in wins if wins[member].points]
    out = [
        staking.paid(wins[stake.player.member].points, stake, contest=held.contest, at=at)
        for stake in held.stakes(winners)
    ]
    for result in await ledger.post([*pot, *out], book=held.contest.book, at=at, tx=tx):
        ledger.require(result)


async def _give_back(staked: Sequence[Stake], contest: Contest, at: datetime, tx: Tx) -> None:
    """Every stake to whose it is; of those in the pot what has not expired there."""
    await staking.release(staked, contest=contest, at=at, tx=tx)
    inside = [stake for stake in staked if stake.player.in_pot]
    if not inside:
        return
    assert contest.account is not None, "only stakes are given back"
    left = (await ledger.balance(contest.account, book=contest.book, at=at, tx=tx)).available
    items = []
    for stake in inside:
        points = min(stake.player.stake, left)
        left -= points
        if points:
            items.append(staking.paid(points, stake, contest=contest, at=at))
    for result in await ledger.post(items, book=contest.book, at=at, tx=tx):
        ledger.require(result)


async def _ended(
    held: Held, scores: Sequence[Score], wins: Mapping[UUID, Win], at: datetime, tx: Tx
) -> Contest:
    contest, reached = held.contest, {score.member: score.reached for score in scores}
    state = State.FINISHED if wins else State.DRAWN
    played = held.of(Part.PLAYING, Part.FORFEITED)
    rows = [_row(player, reached, wins) for player in played]
    columns = [list(column) for column in zip(*rows, strict=True)]
    await tx.run(END, contest.programme, contest.id, state, at, *columns)
    for player in played:
        _tell(contest, player, wins, at, tx)
    return replace(contest, state=state, ended_at=at)


def _row(
    player: Player, reached: Mapping[UUID, int], wins: Mapping[UUID, Win]
) -> tuple[UUID, int, int | None, int]:
    done, win = reached.get(player.member, 0), wins.get(player.member)
    if win is None:
        return player.member, done, None, 0
    return player.member, done, win.place, win.points


def _tell(contest: Contest, player: Player, wins: Mapping[UUID, Win], at: datetime, tx: Tx) -> None:
    programme, member, id = contest.programme, player.member, contest.id
    if not wins:
        emit(Drawn(programme=programme, subject=member, object=id, at=at), tx=tx)
        return
    win = wins.get(member)
    finished = Finished(
        programme=programme,
        subject=member,
        object=id,
        at=at,
        place=None if win is None else win.place,
        won=0 if win is None else win.points,
    )
    emit(finished, tx=tx)
