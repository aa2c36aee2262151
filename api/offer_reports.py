"""Reports about offers, as partners and operators see them: nobody by name."""

from api.fields import output, said
from domain import decisions, offers
from domain.offers import Offer as One
from infra.db import Tx


@output
class OfferReport:
    """What became of an offer until now. Numbers are null while they are of fewer than ten
    members."""

    seen: int | None = said("How often it was seen.")
    refused: int | None = said("How often somebody did not want it.")
    put_off: int | None = said("How often somebody said: not now.")
    members: int | None = said("How many members have accepted it.")
    open: int | None = said("Of their acceptances, those that still stand.")
    used: int | None = said("Of them, those that have given points.")
    lapsed: int | None = said("Of them, those whose time was over.")


async def reported(one: One, *, tx: Tx) -> OfferReport:
    """The report of an offer, as the schemas show it."""
    own = await offers.report(one, tx=tx)
    key, programme = f"offer:{one.id}", one.programme
    tally = (await decisions.tallies([key], programme=programme, tx=tx)).get(key)
    most = offers.MEMBERS_MIN
    reach = await decisions.reach(one.id, programme=programme, most=most, tx=tx)
    told = None if tally is None or reach < most else tally
    return OfferReport(
        seen=None if told is None else told.seen,
        refused=None if told is None else told.refused,
        put_off=None if told is None else told.put_off,
        members=own.members,
        open=own.open,
        used=own.used,
        lapsed=own.lapsed,
    )
