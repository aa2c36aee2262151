"""Viewing: what a partner sees of itself and of the programme it works with."""

import strawberry

from api import globalids
from api.fields import asked, output, said
from api.globalids import Kind
from api.keys import PartnerKey, Scope
from api.nodes import Node
from api.partner.context import PartnerInfo, scoped
from api.scalars import Points
from domain import ledger, partners, programmes
from domain.partners import Scope as KeyScope


@output
class Programme(Node):
    """The programme you work with."""

    slug: str = said("Its short name in this installation; it never changes.")
    name: str = said("What it calls itself.")
    unit: str = said("What it calls its points.")
    zone: str = said("Its own IANA time zone.")

    @classmethod
    def of(cls, programme: programmes.Programme) -> "Programme":
        """A programme, as its partners see it."""
        return cls(
            id=globalids.of(Kind.PROGRAMME, programme.id.to_bytes(4, "big")),
            slug=programme.slug,
            name=programme.name,
            unit=programme.unit,
            zone=programme.zone,
        )


@output
class Partner(Node):
    """You, as a partner of one programme."""

    slug: str = said("Your short name in the programme; it never changes.")
    name: str = said("What the programme calls you.")
    record: strawberry.Private[partners.Partner]

    @asked
    async def programme(self, info: PartnerInfo) -> Programme:
        """The programme that your key is for."""
        return Programme.of(info.context.programme)

    @asked
    async def scopes(self, info: PartnerInfo) -> list[Scope]:
        """What the key of this request may be used for; at most one of each."""
        return [Scope[scope.name] for scope in sorted(info.context.identity.scopes)]

    @scoped(KeyScope.CHALLENGES_WRITE)
    async def balance(self, info: PartnerInfo) -> Points | None:
        """Points that you have paid for in advance, and can fund challenges with."""
        one, context = self.record, info.context
        async with context.reading() as tx:
            balance = await ledger.balance(one.account, book=one.book, at=context.at, tx=tx)
        return Points(balance.available)

    @scoped(KeyScope.KEYS_ROTATE)
    async def keys(self, info: PartnerInfo) -> list[PartnerKey] | None:
        """Your keys, newest first, also those that ended: a hundred at most."""
        one = self.record
        async with info.context.reading() as tx:
            found = await partners.keys_of(one.id, programme=one.programme, tx=tx)
        return [PartnerKey.of(key) for key in found]

    @classmethod
    def of(cls, partner: partners.Partner) -> "Partner":
        """A partner, as it sees itself."""
        return cls(
            id=globalids.of(Kind.PARTNER, partner.id),
            slug=partner.slug,
            name=partner.name,
            record=partner,
        )


@output
class ViewerQueries:
    """What a partner sees of itself."""

    @asked
    async def viewer(self, info: PartnerInfo) -> Partner | None:
        """You. Never null: a key is always somebody's."""
        return Partner.of(info.context.partner)
