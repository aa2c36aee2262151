"""What is told of an offer is told of ten members or more, and then it is all there."""

from api.offer_reports import OfferReport, reported
from domain.decisions import Response
from domain.offers import OfferKind
from infra.db import Tx
from tests.domain.decisions import making
from tests.domain.decisions.making import Scene
from tests.domain.offers.making import BONUS
from tests.support import given

NOTHING = OfferReport(
    seen=None, refused=None, put_off=None, members=None, open=None, used=None, lapsed=None
)


async def answered(scene: Scene, response: Response, tx: Tx) -> None:
    """Somebody new is shown the offer, and says that."""
    member = await given.a_member(scene.programme, tx=tx)
    (decision,) = (await making.shows(scene, tx, member=member)).decisions
    await making.answers(decision, response, member, tx)


async def test_given_nine_members_when_an_offer_is_reported_then_nothing_is_told_until_the_tenth(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, count=1, kind=OfferKind.BONUS, gain=BONUS)
    (offer,) = scene.offers

    for _ in range(9):
        await answered(scene, Response.ACCEPT, tx)
    of_nine = await reported(offer, tx=tx)
    await answered(scene, Response.REFUSE, tx)
    seen_by_ten = await reported(offer, tx=tx)
    await answered(scene, Response.ACCEPT, tx)
    accepted_by_ten = await reported(offer, tx=tx)

    assert of_nine == NOTHING
    # Who accepted it are still fewer.
    assert (seen_by_ten.seen, seen_by_ten.refused, seen_by_ten.put_off) == (10, 1, 0)
    assert (seen_by_ten.members, seen_by_ten.open) == (None, None)
    assert (accepted_by_ten.seen, accepted_by_ten.members) == (11, 10)
    assert (accepted_by_ten.open, accepted_by_ten.used, accepted_by_ten.lapsed) == (10, 0, 0)
