"""What the sources keep about a member is told whole, and forgotten down to sums."""

from datetime import timedelta
from typing import Any

import orjson

from domain import privacy
from domain.energy import personal as energy_personal
from domain.purchases import personal as purchases_personal
from domain.sharing import personal as sharing_personal
from domain.surveys import personal as surveys_personal
from domain.visits import personal as visits_personal
from domain.volunteering import personal as volunteering_personal
from infra.db import Tx
from tests.domain.energy import test_settling as meters
from tests.domain.purchases import test_taking as orders
from tests.domain.sharing import test_opening as links
from tests.domain.surveys import test_answering as asked
from tests.domain.visits import test_visiting as places
from tests.domain.volunteering import test_claiming as hours
from tests.support import given

LINES = "SELECT product, net_minor FROM purchase_line WHERE programme = $1"
SLOTS = "SELECT count(*) FROM energy_slot WHERE programme = $1"
SAVED = "SELECT sum(saved_wh) FROM energy_day WHERE programme = $1"


async def told(personal: Any, member: Any, *, tx: Tx) -> Any:
    """What is told of the member, which must be possible to write as JSON."""
    found = await personal.told(member.id, programme=member.programme, tx=tx)
    assert set(found) <= set(personal.TABLES)
    orjson.dumps(found, default=str)
    return found


async def forget(personal: Any, member: Any, *, tx: Tx) -> None:
    await personal.forget(member.id, programme=member.programme, at=given.NOON, tx=tx)


async def test_given_an_order_when_forgotten_then_what_was_bought_goes_and_sums_stay(
    tx: Tx,
) -> None:
    ada = await orders.a_customer(tx)
    await orders.take(orders.PAID, ada, tx=tx)
    (order,) = (await told(purchases_personal, ada, tx=tx))["purchase"]

    await forget(purchases_personal, ada, tx=tx)

    lines = await tx.rows(LINES, ada.programme)
    assert "SKU-1" in order["lines"]
    assert {line["product"] for line in lines} == {""}
    assert sum(line["net_minor"] for line in lines) == 4980


async def test_given_an_erased_buyer_when_the_shop_tells_the_order_anew_then_nothing_comes_back(
    tx: Tx,
) -> None:
    ada = await orders.a_customer(tx)
    await orders.take(orders.PAID, ada, tx=tx)
    await privacy.erase(ada.id, programme=ada.programme, at=given.NOON, tx=tx)

    await orders.take(orders.LATER, ada, tx=tx)

    lines = await tx.rows(LINES, ada.programme)
    assert {line["product"] for line in lines} == {""}


async def test_given_a_meter_when_forgotten_then_half_hours_go_and_sums_stay(tx: Tx) -> None:
    ada = await meters.a_home(tx)
    await meters.tell(ada, meters.history(6) | meters.a_day(2, 200), tx=tx)
    (meter,) = (await told(energy_personal, ada, tx=tx))["energy_meter"]

    await forget(energy_personal, ada, tx=tx)

    assert meter["ref"] == "home"
    assert await tx.value(SLOTS, ada.programme) == 0
    assert await tx.value(SAVED, ada.programme) == 4800


async def test_given_visits_when_forgotten_then_only_their_days_stay(tx: Tx) -> None:
    ada = await places.a_member(tx)
    place = await places.a_place(ada, interval_s=3600, tx=tx)
    for later in (0, 1, 2):
        await places.scan(ada, place, at=given.NOON + timedelta(hours=later), tx=tx)
    before = (await told(visits_personal, ada, tx=tx))["visit"]

    await forget(visits_personal, ada, tx=tx)

    after = (await told(visits_personal, ada, tx=tx))["visit"]
    assert len(before) == len(after) == 3
    assert {one["at"].hour for one in after} == {0}


async def test_given_a_survey_when_forgotten_then_its_page_knows_nobody(tx: Tx) -> None:
    ada = await asked.a_member(tx)
    made = await asked.a_survey(ada, tx=tx)
    before = await asked.start(ada, made.survey.id, tx=tx)
    assert (await told(surveys_personal, ada, tx=tx))["survey_answer"]

    await forget(surveys_personal, ada, tx=tx)

    after = await asked.start(ada, made.survey.id, tx=tx)
    assert after.ref != before.ref


async def test_given_hours_and_links_when_forgotten_then_nothing_there_names_anybody(
    tx: Tx,
) -> None:
    ada, _ = await links.a_link(tx)
    scene = await hours.a_scene(tx)
    await hours.claim(scene, tx=tx)

    await forget(sharing_personal, ada, tx=tx)
    await forget(volunteering_personal, scene.ada, tx=tx)

    assert len((await told(sharing_personal, ada, tx=tx))["share_link"]) == 1
    (kept,) = (await told(volunteering_personal, scene.ada, tx=tx))["volunteer_hours"]
    assert kept["claimed_minutes"] == 90
