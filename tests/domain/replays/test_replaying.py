"""Replays: the rules as they are reproduce the ledger; others say what they would change."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import members, points, replays
from domain.activities import Judged, Proof, Type
from domain.members import LabelKind, Member
from domain.points import Fact, Measure, Step
from domain.programmes import Programme
from domain.replays import Period, Tally
from infra import ids, outbox
from infra.db import Tx
from infra.ids import EPOCH
from infra.outbox import Delivery
from tests.domain.points.judgements import AWARD, a_run, again, spent
from tests.support import given
from tests.support.given import NOON

BEGIN = NOON - timedelta(days=40)
LATER = NOON + timedelta(days=1)
TYPES = (Type.RUN, Type.RIDE, Type.STEPS)
AWARDS = "SELECT activity, revision, given FROM award WHERE programme = $1 AND at >= $2"
# What the journal says was issued for activities, with what was promised and has not come yet.
ISSUED = """
SELECT (SELECT coalesce(sum(amount), 0) FROM ledger.journal
        WHERE book = $1 AND debit = -1 AND meta ->> 'why' = 'activity')
     + (SELECT coalesce(sum(amount), 0) FROM ledger.pending WHERE book = $1 AND state IN (0, 2))
"""


class History:
    """A random year in little: days pass, members move, rules change, things are judged again."""

    def __init__(self, club: Programme, people: Sequence[Member], *, seed: int, tx: Tx) -> None:
        self.club, self.people, self.tx = club, people, tx
        self.dice = random.Random(seed)
        self.done: list[Judged] = []
        self.at = BEGIN

    async def pass_by(self, steps: int) -> None:
        """So many batches, with a rule, a multiplier, a tier or a spending in between."""
        for _ in range(steps):
            self.at += timedelta(minutes=self.dice.randint(1, 1_400))
            await self.dice.choice((self.rule, self.multiply, self.call, self.spend, self.rest))()
            batch = [self.judgement() for _ in range(self.dice.randint(1, 6))]
            for judged in batch:
                outbox.emit(judged, tx=self.tx)
            # As the workers do: written first, so that the numbers are those of the log.
            await outbox._flush(self.tx)
            self.tx.staged.clear()
            await AWARD.body([Delivery(ids.new(NOON), n, j) for n, j in enumerate(batch)], self.tx)
            self.tx.staged.clear()

    def judgement(self) -> Judged:
        """A new activity, some late and some long ago, or an earlier one judged again."""
        self.at += timedelta(seconds=1)
        dice = self.dice
        if self.done and dice.random() < 0.35:
            place = dice.randrange(len(self.done))
            outcome = dice.choice(("COUNTED", "COUNTED", "PENDING", "REVIEW", "WITHDRAWN"))
            more = {"distance_m": dice.randint(0, 9_000), "type": dice.choice(TYPES)}
            self.done[place] = again(self.done[place], at=self.at, outcome=outcome, **more)
            return self.done[place]
        started = self.at - timedelta(hours=dice.choice((1, 5, 30, 200, 800, 3_000)))
        judged = a_run(
            dice.choice(self.people),
            metres=dice.randint(0, 9_000),
            at=self.at,
            type=dice.choice(TYPES),
            outcome=dice.choice(("COUNTED", "COUNTED", "PENDING", "REJECTED")),
            proof=dice.choice(list(Proof)),
            started_at=started,
            day=started.date(),
            quantity=dice.randint(0, 9_000),
        )
        self.done.append(judged)
        return judged

    async def rule(self) -> None:
        measure = self.dice.choice(list(Measure))
        await points.set_rule(
            self.club,
            activity=self.dice.choice(TYPES),
            measure=measure,
            points=self.dice.randint(1, 20),
            per=1 if measure is Measure.ACTIVITIES else 1_000,
            day_max=self.dice.randint(20, 120),
            week_max=self.dice.choice((None, 200)),
            month_max=self.dice.choice((None, 400)),
            at=self.at,
            tx=self.tx,
        )

    async def multiply(self) -> None:
        made = await points.set_multiplier(
            self.club,
            name="Double",
            percent=self.dice.choice((50, 150, 300)),
            activity=self.dice.choice((None, Type.RUN)),
            tier=self.dice.choice((None, "GOLD")),
            at=self.at,
            tx=self.tx,
        )
        if self.dice.random() < 0.5:
            until = self.at + timedelta(hours=self.dice.randint(0, 300))
            await points.end_multiplier(
                self.club, number=made.number, until=until, at=self.at, tx=self.tx
            )

    async def call(self) -> None:
        name = self.dice.choice(("GOLD", "SILVER"))
        member = self.dice.choice(self.people)
        await members.label(member, kind=LabelKind.TIER, name=name, at=self.at, tx=self.tx)

    async def spend(self) -> None:
        member = self.dice.choice(self.people)
        has = await points.summary(member, at=NOON, tx=self.tx)
        if has.available:
            await spent(has.available, member, self.tx)

    async def rest(self) -> None:
        """Nothing happens."""


async def a_history(seed: int, tx: Tx) -> History:
    club = await given.a_programme(tx=tx)
    people = [await given.a_member(club, tx=tx) for _ in range(4)]
    history = History(club, people, seed=seed, tx=tx)
    await points.set_maturity(club, proof=Proof.CLAIMED, hours=24, tx=tx)
    for _ in TYPES:
        await history.rule()
    await history.pass_by(30)
    return history


async def replayed(
    club: Programme, tx: Tx, *, since: datetime = EPOCH, shards: int = 1
) -> tuple[Tally, dict[tuple[UUID, int], int]]:
    """The rules as they are, and what each revision earned by them."""
    earned: dict[tuple[UUID, int], int] = {}

    def note(member: UUID, fact: Fact, step: Step) -> None:
        if step.earning is not None:
            earned[fact.activity, fact.revision] = step.earning.reckoning.given

    terms = await points.terms(club.id, tx=tx)
    period = Period(club.id, since, LATER, shards=shards)
    parts = [
        await replays.replay(replace(period, shard=shard), terms, note=note, tx=tx)
        for shard in range(shards)
    ]
    return replays.summed(parts), earned


@pytest.mark.parametrize("seed", range(6))
async def test_given_a_random_history_when_replayed_by_its_own_rules_then_it_is_the_ledger(
    seed: int, tx: Tx
) -> None:
    history = await a_history(seed, tx)
    club = history.club

    tally, earned = await replayed(club, tx)

    rows = await tx.rows(AWARDS, club.id, EPOCH)
    assert earned == {(row["activity"], row["revision"]): row["given"] for row in rows}
    assert sum(earned.values()) == await tx.value(ISSUED, club.book) > 0
    assert +tally.today == +tally.proposed
    assert (tally.change, tally.gained, tally.lost) == (0, [], [])


@pytest.mark.parametrize("ago", [10, 25, 38])
@pytest.mark.parametrize("seed", range(3))
async def test_given_a_random_history_when_only_its_end_is_replayed_then_it_is_the_ledger_too(
    seed: int, ago: int, tx: Tx
) -> None:
    history = await a_history(seed, tx)
    since = NOON - timedelta(days=ago)

    tally, earned = await replayed(history.club, tx, since=since)

    rows = await tx.rows(AWARDS, history.club.id, since)
    assert earned == {(row["activity"], row["revision"]): row["given"] for row in rows}
    assert +tally.today == +tally.proposed
    assert -tally.today == -tally.proposed


async def test_given_parts_of_the_members_when_summed_then_they_are_the_whole(tx: Tx) -> None:
    history = await a_history(1, tx)

    whole, _ = await replayed(history.club, tx)
    parts, _ = await replayed(history.club, tx, shards=3)

    assert (parts.judgements, parts.members) == (whole.judgements, whole.members)
    assert (parts.today, parts.proposed, parts.spread) == (
        whole.today,
        whole.proposed,
        whole.spread,
    )


async def told(club: Programme, judged: Sequence[Judged], tx: Tx) -> None:
    """Bring the judgements to the log and to the ledger."""
    for one in judged:
        outbox.emit(one, tx=tx)
    await outbox._flush(tx)
    tx.staged.clear()
    await AWARD.body([Delivery(ids.new(NOON), n, j) for n, j in enumerate(judged)], tx)


def rules(**rule: Any) -> dict[str, Any]:
    return {"rules": [{"activity": "RUN", "measure": "METRES", "points": 10, "per": 1_000,
                       "day_max": 300, **rule}]}  # fmt: skip


async def test_given_proposed_rules_when_replayed_then_it_says_who_gains_who_loses_and_the_cost(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob, eve = [await given.a_member(club, tx=tx) for _ in range(3)]
    run = {"activity": Type.RUN, "measure": Measure.METRES, "points": 10, "per": 1_000}
    ride = {"activity": Type.RIDE, "measure": Measure.METRES, "points": 1, "per": 1_000}
    await points.set_rule(club, **run, day_max=50, at=NOON, tx=tx)
    await points.set_rule(club, **ride, day_max=50, at=NOON, tx=tx)
    rides = a_run(bob, metres=9_000, type=Type.RIDE)
    judged = [a_run(ada, metres=9_000), a_run(bob, metres=1_000), rides, a_run(eve, metres=4_000)]
    await told(club, judged, tx)
    today = await points.terms(club.id, tx=tx)

    terms = replays.proposed(rules(points=5, day_max=60, month_max=30), instead_of=today)
    tally = await replays.replay(Period(club.id, EPOCH, LATER), terms, tx=tx)

    assert tally.by_type() == {"RIDE": (9, 9), "RUN": (100, 55)}
    assert tally.by_month() == {f"{NOON:%Y-%m}": (109, 64)}
    assert (tally.judgements, tally.members, tally.change) == (4, 3, -45)
    assert sorted(tally.lost) == sorted([(20, ada.id), (20, eve.id), (5, bob.id)])
    assert tally.gained == []


async def test_given_a_proposed_multiplier_when_replayed_then_members_with_the_label_gain(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
    await points.set_rule(
        club, activity=Type.RUN, measure=Measure.METRES, points=10, per=1_000, day_max=300,
        at=NOON, tx=tx,
    )  # fmt: skip
    await members.label(ada, kind=LabelKind.SEGMENT, name="vip", at=BEGIN, tx=tx)
    await told(club, [a_run(ada), a_run(bob)], tx)
    today = await points.terms(club.id, tx=tx)

    said = {"multipliers": [{"name": "VIP", "segment": "vip", "percent": 150}]}
    terms = replays.proposed(said, instead_of=today)
    tally = await replays.replay(Period(club.id, EPOCH, LATER), terms, tx=tx)

    assert (tally.change, tally.gained, tally.lost) == (25, [(25, ada.id)], [])


async def test_given_more_judgements_than_one_waits_for_when_previewed_then_refused(
    tx: Tx,
) -> None:
    history = await a_history(2, tx)
    terms = await points.terms(history.club.id, tx=tx)
    period = Period(history.club.id, EPOCH, LATER)
    whole = await replays.replay(period, terms, tx=tx)

    with pytest.raises(replays.ReplayTooLong):
        await replays.preview(period, terms, most=whole.judgements - 1, tx=tx)

    assert await replays.preview(period, terms, most=whole.judgements, tx=tx) == whole


async def test_given_another_programme_when_replayed_then_nothing_of_it_is_seen(tx: Tx) -> None:
    history, other = await a_history(2, tx), await given.a_programme(tx=tx)
    terms = await points.terms(history.club.id, tx=tx)

    tally = await replays.replay(Period(other.id, EPOCH, LATER), terms, tx=tx)

    assert (tally.judgements, tally.members) == (0, 0)


async def test_given_a_replay_when_it_is_over_then_nothing_was_written(tx: Tx) -> None:
    history = await a_history(3, tx)
    before = [await tx.value(f"SELECT count(*) FROM {table}") for table in ("award", "event")]

    await replayed(history.club, tx)

    after = [await tx.value(f"SELECT count(*) FROM {table}") for table in ("award", "event")]
    assert (after, tx.staged) == (before, [])


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"rule": []}, ("rule",)),
        ({"rules": {}}, ("rules",)),
        ({"rules": [1]}, ("rules",)),
        ({"rules": [{}] * 201}, ("rules",)),
        (rules(colour="red"), ("rules", "0", "colour")),
        (rules(measure="MILES"), ("rules", "0", "measure")),
        (rules(measure=5), ("rules", "0", "measure")),
        (rules(activity="JUGGLING"), ("rules", "0", "activity")),
        (rules(points="ten"), ("rules", "0", "points")),
        (rules(points=True), ("rules", "0", "points")),
        (rules(points=0), ("rules", "0", "points")),
        (rules(per=0), ("rules", "0", "per")),
        (rules(day_max=None), ("rules", "0", "day_max")),
        (rules(month_max=2**50), ("rules", "0", "month_max")),
        (rules(active_from="soon"), ("rules", "0", "active_from")),
        (rules(active_from=5), ("rules", "0", "active_from")),
        ({"multipliers": [{"percent": 5}]}, ("multipliers", "0", "name")),
        ({"multipliers": [{"name": "x", "percent": 1_001}]}, ("multipliers", "0", "percent")),
        ({"multipliers": [{"name": "x", "percent": 5, "activity": "X"}]},
         ("multipliers", "0", "activity")),
    ],
)  # fmt: skip
def test_a_proposal_that_makes_no_sense_is_refused(
    said: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(replays.BadProposal) as refused:
        replays.proposed(said, instead_of=points.Terms([]))

    assert refused.value.path == path
