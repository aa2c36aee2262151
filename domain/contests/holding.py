"""Holding: a contest and everybody in it, locked.

Every verb that changes a contest holds it first. The order of locks is always members, then the
contest, then what counts, then the ledger's accounts, so nobody waits in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from domain import members
from domain.contests.errors import NoSuchContest
from domain.contests.records import Contest, Part, Payout, Player, State
from domain.contests.staking import Stake
from domain.contests.templates import Template
from domain.members import Member
from infra.db import Row, Tx

LOCK = """
SELECT id, programme, creator, template, target, payout, stake, book, account, first_day,
       last_day, state, challenge, created_at, starts_at, pays_at, ended_at
FROM contest WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
# After the lock, so that it sees what whoever held the contest before has done.
PLAYERS = """
SELECT contest, member, state, invited_at, answered_at, hold, stake, in_pot, reached, place, won
FROM contest_player WHERE programme = $1 AND contest = $2
ORDER BY answered_at, invited_at, member
"""
INVOLVED = "SELECT member FROM contest_player WHERE programme = $1 AND contest = $2"
CONTEST = tuple(field.name for field in fields(Contest))
PLAYER = tuple(field.name for field in fields(Player))


@dataclass(frozen=True, slots=True)
class Held:
    """A contest that nobody else can change before `tx` ends, and everybody in it by id.

    members -- those of them who are locked too.
    """

    contest: Contest
    players: Mapping[UUID, Player]
    members: Mapping[UUID, Member]

    def player(self, member: UUID, *states: Part) -> Player:
        """That member's own place in it. Raises NoSuchContest where it is none of `states`."""
        found = self.players.get(member)
        if found is None or found.state not in states:
            raise NoSuchContest("you have no such contest")
        return found

    def of(self, *states: Part) -> Collection[Player]:
        """Those who are in one of these states, who came in first before the others."""
        return [player for player in self.players.values() if player.state in states]

    def stakes(self, players: Collection[Player]) -> Sequence[Stake]:
        """These players and their wallets; they are locked."""
        return [Stake(player, self.members[player.member].account) for player in players]


async def hold(contest: UUID, *, member: Member, tx: Tx) -> Held:
    """The contest, held for what one member does. Raises members.NoSuchMember, NoSuchContest."""
    found = await members.lock([member.id], programme=member.programme, tx=tx)
    if member.id not in found:
        raise members.NoSuchMember("there is no such member")
    return await _held(contest, member.programme, found, tx)


async def hold_whole(contest: UUID, *, programme: int, tx: Tx) -> Held:
    """The contest, held with everybody in it. Raises NoSuchContest.

    Nobody is invited once it is made, so who is in it is known before it is locked.
    """
    rows = await tx.rows(INVOLVED, programme, contest)
    everybody = [row["member"] for row in rows]
    return await _held(
        contest, programme, await members.lock(everybody, programme=programme, tx=tx), tx
    )


async def _held(contest: UUID, programme: int, locked: Mapping[UUID, Member], tx: Tx) -> Held:
    row = await tx.row(LOCK, programme, contest)
    if row is None:
        raise NoSuchContest("you have no such contest")
    players = [player_of(found) for found in await tx.rows(PLAYERS, programme, contest)]
    return Held(contest_of(row), {player.member: player for player in players}, locked)


def contest_of(row: Row) -> Contest:
    """The contest in a row that has its columns, among others."""
    known = {name: row[name] for name in CONTEST}
    known["template"], known["payout"] = Template(row["template"]), Payout(row["payout"])
    return Contest(**{**known, "state": State(row["state"])})


def player_of(row: Row) -> Player:
    """The player in a row that has its columns, among others."""
    return Player(**{**{name: row[name] for name in PLAYER}, "state": Part(row["state"])})
