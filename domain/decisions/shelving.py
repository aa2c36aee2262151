"""Shelve: the live offers in the order of the plain list, kept by each process while they stay."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import offers
from domain.decisions import ruling
from domain.decisions.records import Settings
from domain.offers import Entry, Placement, Shelf
from infra.db import Tx

PROGRAMMES_MAX = 200


@dataclass(frozen=True, slots=True)
class Shelved:
    """The live offers of a programme.

    plain -- at each placement, the first of the plain list first.
    by_id -- each by its id.
    """

    shelf: Shelf
    settings: Settings
    plain: Mapping[Placement, Sequence[Entry]]
    by_id: Mapping[UUID, Entry]

    def listed(self, placement: Placement, *, at: datetime) -> Sequence[Entry]:
        """What may be shown there now, as far as its own times say."""
        return [one for one in self.plain[placement] if one.valid_from <= at < one.valid_until]


# By programme; the newest used last.
_kept: OrderedDict[int, Shelved] = OrderedDict()


async def shelved(programme: int, *, tx: Tx) -> Shelved:
    """What there is now: two short statements while nothing changes."""
    settings = await ruling.rules(programme, tx=tx)
    kept = _kept.get(programme)
    known = None if kept is None else kept.shelf
    shelf = await offers.shelf(programme=programme, known=known, tx=tx)
    if kept is None or kept.shelf is not shelf or kept.settings != settings:
        kept = _kept[programme] = of(shelf, settings)
        if len(_kept) > PROGRAMMES_MAX:
            _kept.popitem(last=False)
    _kept.move_to_end(programme)
    return kept


def of(shelf: Shelf, settings: Settings) -> Shelved:
    """The plain list: what was chosen by hand in its order, then what leaves most, then the newest.

    What leaves most is what an acceptance brings, less what showing it costs.
    """
    places = {id: place for place, id in enumerate(settings.plain)}

    def order(one: Entry) -> tuple[int, int, float, UUID]:
        place = places.get(one.offer, len(places))
        return place, one.cost - one.margin, -one.created_at.timestamp(), one.offer

    ordered = sorted(shelf.entries, key=order)
    return Shelved(
        shelf=shelf,
        settings=settings,
        plain={
            placement: tuple(one for one in ordered if placement in one.placements)
            for placement in Placement
        },
        by_id={one.offer: one for one in ordered},
    )
