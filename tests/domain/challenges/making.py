"""Making: the sentences that the tests of challenges begin with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import challenges, ledger, partners
from domain.challenges import Challenge, Criterion, Draft, Reward, Terms
from domain.metrics import Metric
from domain.partners import Partner
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from infra.jobs import Body
from tests.support import given
from tests.support.given import NOON

OPERATOR = ids.derived(NOON, "operator")
TODAY = NOON.date()
DAY = timedelta(days=1)
FIVE_KM = Criterion(Metric.DISTANCE, 5_000)


def terms(**said: Any) -> Terms:
    """Five kilometres within ten days from today, for 100 points; `said` replaces."""
    words: dict[str, Any] = {
        "criteria": (FIVE_KM,),
        "reward": Reward(points=100),
        "first_day": TODAY,
        "last_day": TODAY + 9 * DAY,
    }
    return Terms(**{**words, **said})


def draft(*, budget: int = 1_000, name: str = "Five", **said: Any) -> Draft:
    """A draft with those terms; `said` are fields of the draft or of its terms."""
    own = {key: said.pop(key) for key in ("description", "disclosed_at") if key in said}
    return Draft(name=name, terms=said.pop("terms", None) or terms(**said), budget=budget, **own)


async def a_payer(programme: Programme, *, holding: int = 10_000, tx: Tx, **said: Any) -> Partner:
    """A partner that has paid for so many points."""
    payer, _ = await given.a_partner(programme, tx=tx, **said)
    if holding:
        await partners.top_up(
            payer.id,
            holding,
            programme=programme.id,
            reference=f"bank {payer.slug}",
            operator=OPERATOR,
            id=ids.new(NOON),
            at=NOON,
            tx=tx,
        )
    return payer


async def made(payer: Partner, tx: Tx, **said: Any) -> Challenge:
    """A draft of that partner."""
    return await challenges.create(
        draft(**said),
        programme=payer.programme,
        partner=payer.id,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )


async def funded(payer: Partner, tx: Tx, **said: Any) -> Challenge:
    """A draft of that partner whose whole budget is there."""
    one = await made(payer, tx, **said)
    return await fund(one, one.budget, tx) if one.budget else one


async def live(payer: Partner, tx: Tx, **said: Any) -> Challenge:
    """A challenge of that partner that has begun."""
    one = await funded(payer, tx, **said)
    return await begin(one, tx)


async def of_programme(programme: Programme, tx: Tx, **said: Any) -> Challenge:
    """A challenge of the programme itself that has begun."""
    one = await challenges.create(
        draft(**said),
        programme=programme.id,
        operator=OPERATOR,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
    if one.budget:
        one = await fund(one, one.budget, tx)
    return await begin(one, tx)


async def begin(one: Challenge, tx: Tx) -> Challenge:
    where: dict[str, Any] = {"programme": one.programme, "at": NOON, "tx": tx}
    await challenges.submit(one.id, partner=one.partner, **where)
    return await challenges.approve(one.id, **where)


async def fund(one: Challenge, points: int, tx: Tx, *, id: UUID | None = None) -> Challenge:
    return await challenges.fund(
        one.id,
        points,
        programme=one.programme,
        partner=one.partner,
        id=id or ids.new(NOON),
        at=NOON,
        tx=tx,
    )


async def run_out(job: Body, at: datetime, tx: Tx) -> None:
    """Let the job do all that is due, whosever it is."""
    while await job(at, tx):
        pass


async def now(one: Challenge, tx: Tx) -> Challenge:
    return await challenges.get(one.id, programme=one.programme, tx=tx)


async def has(one: Challenge | Partner, tx: Tx) -> int:
    """Points in the account of a challenge or a partner."""
    return (await ledger.balance(one.account, book=one.book, at=NOON, tx=tx)).available
