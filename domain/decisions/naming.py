"""Name: what a member calls the items that a reason is about; never by a key."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain import challenges, offers, outlets, rewards
from domain.members import Member
from infra.db import Tx

OFFER, REWARD, CHALLENGE, OUTLET = "offer", "reward", "challenge", "outlet"
PRODUCT = "product"


async def names(items: Collection[str], *, member: Member, tx: Tx) -> Mapping[str, str]:
    """The name of each in the member's language; what has none is left out. One statement for
    each kind of item that there is."""
    programme, locale = member.programme, member.locale
    by_id: dict[str, Mapping[UUID, str]] = {}
    if ids := _ids(items, OFFER):
        offered = await offers.several(ids, programme=programme, tx=tx)
        by_id[OFFER] = {
            id: offers.creative_of(one.terms, locale=locale).title for id, one in offered.items()
        }
    if ids := _ids(items, REWARD):
        found = await rewards.several(ids, programme=programme, tx=tx)
        by_id[REWARD] = {
            id: rewards.text_of(one.terms, locale=locale).title for id, one in found.items()
        }
    if ids := _ids(items, CHALLENGE):
        joined = await challenges.several(ids, programme=programme, tx=tx)
        by_id[CHALLENGE] = {id: one.name for id, one in joined.items()}
    if ids := _ids(items, OUTLET):
        near = await outlets.several(ids, programme=programme, tx=tx)
        by_id[OUTLET] = {id: one.name for id, one in near.items()}
    said = {f"{kind}:{id}": name for kind, named in by_id.items() for id, name in named.items()}
    return said | {item: word for item in items if (word := _product(item)) is not None}


def _ids(items: Collection[str], kind: str) -> Sequence[UUID]:
    """The ids of the items of a kind; keys that are none are passed over."""
    found = []
    for item in sorted(items):
        name, _, id = item.partition(":")
        if name == kind:
            try:
                found.append(UUID(id))
            except ValueError:
                continue
    return found


def _product(item: str) -> str | None:
    """A shop's own word for what it sells; a number says nothing to anybody."""
    kind, _, word = item.partition(":")
    return word if kind == PRODUCT and any(map(str.isalpha, word)) else None
