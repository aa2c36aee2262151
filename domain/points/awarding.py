"""Award points for judged activities, and take back what a later judgement undoes.

Works on a whole batch at once: its members are locked, so that two workers cannot both fill
the same limit; judgements that were seen before are left alone, so a batch may come twice.

All members are locked before anything is paid, those who get nothing too: whoever locked a
member only then, with others' wallets in hand, could wait in a circle with a transfer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from domain import members
from domain.activities import Judged, Proof
from domain.members import Label, Member, State
from domain.points.claiming import note_claims, settle_claims
from domain.points.events import Earned, TakenBack
from domain.points.loading import COLUMNS, applied_of, awards_of, standings
from domain.points.maturing import matures_at, maturities
from domain.points.paying import Change, Undone, pay
from domain.points.records import Award
from domain.points.ruling import terms
from domain.points.standing import Earning, Fact
from domain.points.telling import told
from domain.points.terms import Terms
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery, emit

# Older activities earn as well, but share the limits of the day they were judged on: otherwise
# a file for each day of the past would earn a whole day's limit each.
LATE_AFTER = timedelta(days=30)

UNDO = """
UPDATE award AS a SET undone_at = u.at, returned = u.returned
FROM unnest($2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::bigint[])
     AS u (activity, rule, revision, at, returned)
WHERE a.programme = $1 AND a.activity = u.activity AND a.rule = u.rule
  AND a.revision = u.revision
"""
ADD = """
INSERT INTO award (programme, activity, rule, version, revision, member, day, measured, wanted,
                   given, day_took, week_took, month_took, multipliers, matures_at, posting, text,
                   at, undone_at, returned)
SELECT $1, a.activity, a.rule, a.version, a.revision, a.member, a.day, a.measured, a.wanted,
       a.given, a.day_took, a.week_took, a.month_took, a.multipliers::int[], a.matures_at,
       a.posting, a.text, a.at, a.undone_at, a.returned
FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::uuid[], $7::date[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[],
            $15::timestamptz[], $16::uuid[], $17::text[], $18::timestamptz[], $19::timestamptz[],
            $20::bigint[])
         AS a (activity, rule, version, revision, member, day, measured, wanted, given, day_took,
               week_took, month_took, multipliers, matures_at, posting, text, at, undone_at,
               returned)
"""
NOTE_REVISIONS = """
INSERT INTO award_revision (programme, activity, member, revision)
SELECT $1, r.activity, r.member, r.revision
FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS r (activity, member, revision)
ON CONFLICT (programme, activity) DO UPDATE
SET revision = greatest(award_revision.revision, excluded.revision)
"""


async def award(deliveries: Sequence[Delivery[Judged]], tx: Tx) -> None:
    """Give what counted activities earn, promise what must wait, and take back what an earlier
    revision had earned. The deliveries may have several of one member."""
    by_programme: defaultdict[int, list[Judged]] = defaultdict(list)
    for delivery in sorted(deliveries, key=lambda delivery: delivery.number):
        by_programme[delivery.event.programme].append(delivery.event)
    programmes = sorted(by_programme)
    locked = {
        programme: await _locked(programme, by_programme[programme], tx) for programme in programmes
    }
    for programme in programmes:
        await _settle(programme, by_programme[programme], locked[programme], tx)


async def _locked(programme: int, judged: Sequence[Judged], tx: Tx) -> Mapping[UUID, Member]:
    """The subjects, and those into whom some of them were merged."""
    found = await members.lock({j.subject for j in judged}, programme=programme, tx=tx)
    merged = {one.merged_into for one in found.values() if one.merged_into} - found.keys()
    return {**found, **await members.lock(merged, programme=programme, tx=tx)}


async def _settle(
    programme: int, judged: Sequence[Judged], locked: Mapping[UUID, Member], tx: Tx
) -> None:
    held = await terms(programme, tx=tx)
    facts = await _facts(judged, locked, tx)
    standing = await awards_of({j.object for j in judged}, programme=programme, tx=tx)
    changes = await _changes(programme, judged, facts, held, standing, tx)
    if not changes:
        return
    # After a merge, what the one did is paid to the other, who has everything now.
    accounts = {one.id: locked[one.merged_into or one.id].account for one in locked.values()}
    book = next(iter(locked.values())).book
    made, undone = await pay(changes, accounts=accounts, book=book, tx=tx)
    await _write(programme, changes, made, undone, tx)
    # Of whoever was erased nothing is claimed: nobody is left who could give it back.
    owed = [u for u in undone if locked[u.award.member].state is not State.ERASED]
    await note_claims(owed, programme=programme, book=book, tx=tx)
    paid = [a for a in made if a.given and not a.pending and a.undone_at is None]
    # What a merged member had is the other's, who can give it back at once.
    short = [u.award for u in undone if locked[u.award.member].merged_into is not None]
    await settle_claims(
        {a.member: accounts[a.member] for a in (*paid, *short)},
        again={a.activity: a.given for a in paid},
        programme=programme,
        book=book,
        at=max(change.judged.at for change in changes),
        tx=tx,
    )


async def _changes(
    programme: int,
    judged: Sequence[Judged],
    facts: Sequence[tuple[UUID, Fact]],
    held: Terms,
    standing: Mapping[UUID, Sequence[Award]],
    tx: Tx,
) -> Sequence[Change]:
    """Step through the judgements in their order; those that change nothing are left out."""
    awards = {id: award for id, (award,) in standing.items()}
    stands = await standings(facts, awards.values(), held, programme=programme, tx=tx)
    subjects = {member for member, _ in facts}
    labels: Mapping[UUID, Sequence[Label]] = {}
    if held.labelled:
        labels = await members.labels(subjects, programme=programme, tx=tx)
    hours = await maturities(programme, tx=tx)
    changes = []
    for j, (member, fact) in zip(judged, facts, strict=True):
        step = stands[member].judge(fact, held, labels.get(member, ()))
        if step is None:
            continue
        undone = awards.pop(j.object, None) if step.undone else None
        made = None
        if step.earning is not None:
            made = awards[j.object] = _award(
                j, fact, step.earning, hours=hours.get(Proof(j.proof), 0)
            )
        changes.append(Change(j, undone, made))
    return changes


def _award(judged: Judged, fact: Fact, earning: Earning, *, hours: int) -> Award:
    rule, multipliers, reckoning = earning
    given = reckoning.given
    parts = ("points.award", judged.programme, judged.object, rule.activity)
    # The first revision's id is the one it had before there were revisions.
    again = (judged.revision,) if judged.revision > 1 else ()
    return Award(
        activity=judged.object,
        rule=rule.activity,
        version=rule.version,
        revision=judged.revision,
        member=judged.subject,
        day=fact.day,
        measured=reckoning.measured,
        wanted=reckoning.wanted,
        given=given,
        day_took=reckoning.day_took,
        week_took=reckoning.week_took,
        month_took=reckoning.month_took,
        multipliers=tuple(map(applied_of, multipliers)),
        matures_at=matures_at(judged, hours=hours) if given else None,
        posting=ids.derived(judged.at, *parts, *again) if given else None,
        text=told(rule, reckoning, multipliers),
        at=judged.at,
    )


async def _write(
    programme: int,
    changes: Sequence[Change],
    made: Sequence[Award],
    undone: Sequence[Undone],
    tx: Tx,
) -> None:
    """Note what was undone first: of one activity only one award may stand."""
    if undone:
        marks = [(*u.award.key, u.at, u.returned) for u in undone]
        await tx.run(UNDO, programme, *zip(*marks, strict=True))
    if made:
        columns = {name: [getattr(a, name) for a in made] for name in COLUMNS}
        columns["multipliers"] = [_numbers(a) for a in made]
        await tx.run(ADD, programme, *columns.values())
    again = {c.judged.object: c.judged for c in changes if c.judged.revision > 1}
    if again:
        rows = [(j.object, j.subject, j.revision) for j in again.values()]
        await tx.run(NOTE_REVISIONS, programme, *zip(*rows, strict=True))
    _tell(programme, made, undone, tx)


def _tell(programme: int, made: Sequence[Award], undone: Sequence[Undone], tx: Tx) -> None:
    for u in undone:
        if u.award.given:
            emit(_taken_back(programme, u), tx=tx)
    for a in made:
        if a.given:
            emit(_earned(programme, a), tx=tx)


def _numbers(award: Award) -> str:
    return "{" + ",".join(str(one.number) for one in award.multipliers) + "}"


async def _facts(
    judged: Sequence[Judged], locked: Mapping[UUID, Member], tx: Tx
) -> Sequence[tuple[UUID, Fact]]:
    """Whose each judgement is, with the day whose limits it counts against."""
    late = [j for j in judged if j.at - j.started_at > LATE_AFTER]
    days = await members.local_days([(locked[j.subject], j.at) for j in late], tx=tx)
    instead = dict(zip(map(id, late), days, strict=True))
    return [(j.subject, _fact(j, instead.get(id(j), j.day))) for j in judged]


def _fact(judged: Judged, day: date) -> Fact:
    return Fact(
        judged.object,
        judged.revision,
        judged.type,
        judged.outcome,
        judged.started_at,
        judged.at,
        day,
        judged.distance_m,
        judged.duration_s,
        judged.quantity,
    )


def _taken_back(programme: int, undone: Undone) -> TakenBack:
    return TakenBack(
        programme=programme,
        subject=undone.award.member,
        object=undone.award.activity,
        at=undone.at,
        points=undone.award.given,
        returned=undone.returned,
        revision=undone.award.revision,
    )


def _earned(programme: int, award: Award) -> Earned:
    return Earned(
        programme=programme,
        subject=award.member,
        object=award.activity,
        at=award.at,
        points=award.given,
        pending=award.pending,
        text=award.text,
        revision=award.revision,
    )
