"""Pay: bring what a batch of judgements changes into the ledger, in few calls.

An undone award is taken back by its very posting: a promise is cancelled, points that have
arrived are reversed as the book's return policy says. Only then is the new revision paid.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import ledger
from domain.activities import Judged
from domain.ledger import Outcome
from domain.points.records import Award
from infra import ids
from infra.db import Tx

# What a return policy may answer to a reversal.
KEPT = frozenset({Outcome.INSUFFICIENT, Outcome.RETURN_REFUSED})


@dataclass(frozen=True, slots=True)
class Change:
    """One judgement, the award that it undoes, and the award that it makes."""

    judged: Judged
    undone: Award | None
    award: Award | None


@dataclass(frozen=True, slots=True)
class Undone:
    """An award that was taken back, when, and what of its points came back."""

    award: Award
    at: datetime
    returned: int


async def pay(
    changes: Sequence[Change], *, accounts: Mapping[UUID, int], book: int, tx: Tx
) -> tuple[Sequence[Award], Sequence[Undone]]:
    """Bring the changes into the ledger; the awards as they were paid, and what was undone.

    accounts -- the wallet of each member. An award that was made and undone by the same batch
    is in both.
    """
    made: dict[tuple[UUID, str, int], Award] = {}
    undone: list[Undone] = []
    for wave in _waves(changes):
        at = max(change.judged.at for change in wave)
        if any(change.undone for change in wave) or _both_ways(wave):
            wallets = {accounts[change.judged.subject] for change in wave}
            await ledger.lock(wallets, book=book, tx=tx)
        back = [(made.get(c.undone.key, c.undone), c.judged) for c in wave if c.undone is not None]
        taken = await _take_back(back, book=book, at=at, tx=tx)
        undone += taken
        short = {u.award.activity for u in taken if u.returned < u.award.given}
        # Whoever has spent what is taken back has had the points: they wait for nothing, so
        # that what is missing can be taken from them.
        new = [
            replace(c.award, matures_at=None) if c.judged.object in short else c.award
            for c in wave
            if c.award is not None
        ]
        await _give(new, accounts=accounts, book=book, at=at, tx=tx)
        made |= {a.key: a for a in new}
    for u in undone:
        if u.award.key in made:
            made[u.award.key] = replace(u.award, undone_at=u.at, returned=u.returned)
    return list(made.values()), undone


def _waves(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """The changes in their order, cut where an activity comes again or another day begins.

    The time of a posting says which lots are past, and which ids are too old; a backlog of
    weeks is therefore posted day by day.
    """
    wave: list[Change] = []
    activities: set[UUID] = set()
    for change in changes:
        activity, day = change.judged.object, change.judged.at.date()
        if wave and (activity in activities or day != wave[-1].judged.at.date()):
            yield wave
            wave, activities = [], set()
        wave.append(change)
        activities.add(activity)
    if wave:
        yield wave


def _both_ways(wave: Sequence[Change]) -> bool:
    return len({c.award.pending for c in wave if c.award is not None and c.award.given}) > 1


async def _take_back(
    back: Sequence[tuple[Award, Judged]], *, book: int, at: datetime, tx: Tx
) -> Sequence[Undone]:
    promised = [award.posting for award, _ in back if award.pending and award.posting]
    cancelled = await ledger.cancel(promised, book=book, at=at, tx=tx)
    returned = {result.id: result.moved for result in cancelled if result.done}
    arrived = [
        (award, judged)
        for award, judged in back
        if award.posting is not None and award.posting not in returned
    ]
    items = [_reversal(award, judged) for award, judged in arrived]
    results = await ledger.post(items, book=book, at=at, tx=tx)
    for (award, _), result in zip(arrived, results, strict=True):
        assert award.posting is not None, "only what was paid is taken back"
        returned[award.posting] = _returned(award, result)
    return [
        Undone(award, judged.at, returned.get(award.posting, 0) if award.posting else 0)
        for award, judged in back
    ]


def _returned(award: Award, result: ledger.Result) -> int:
    if result.outcome is Outcome.NOT_REVERSIBLE:
        return award.given  # somebody has reversed it by hand, so it is back already
    if result.outcome in KEPT:
        return 0
    return ledger.require(result).moved


async def _give(
    awards: Sequence[Award], *, accounts: Mapping[UUID, int], book: int, at: datetime, tx: Tx
) -> None:
    paid = [award for award in awards if award.given]
    now = [_issue(a, accounts[a.member]) for a in paid if not a.pending]
    later = [_promise(a, accounts[a.member]) for a in paid if a.pending]
    for result in await ledger.post(now, book=book, at=at, tx=tx):
        ledger.require(result)
    for result in await ledger.promise(later, book=book, at=at, tx=tx):
        ledger.require(result)


def _issue(award: Award, account: int) -> ledger.Item:
    assert award.posting is not None, "only awards that give something are paid"
    return ledger.issue(award.given, account=account, id=award.posting, meta=_meta(award))


def _promise(award: Award, account: int) -> ledger.Promise:
    assert award.posting is not None, "only awards that give something are paid"
    return ledger.Promise(
        id=award.posting,
        account=account,
        amount=award.given,
        matures_at=award.matures_at,
        meta=_meta(award),
    )


def _reversal(award: Award, judged: Judged) -> ledger.Item:
    assert award.posting is not None, "only what was paid is taken back"
    parts = ("points.undo", judged.programme, award.activity, award.rule, award.revision)
    meta = {**_meta(award), "text": f"taken back: {award.text}"}
    return ledger.reverse(original=award.posting, id=ids.derived(judged.at, *parts), meta=meta)


def _meta(award: Award) -> Mapping[str, Any]:
    return {
        "why": "activity",
        "activity": str(award.activity),
        "rule": award.rule,
        "version": award.version,
        "revision": award.revision,
        "text": award.text,
    }
