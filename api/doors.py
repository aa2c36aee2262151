"""Doors: the three GraphQL endpoints of one process, opened and closed together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from api import schema
from api.context import Context
from api.cursors import Cursors
from api.doorway import Doorway, MemberDoorway
from api.endings import Endings
from api.glance_changes import GlanceChanges
from api.live import Hub
from api.operations import Operations
from api.ops import schema as ops
from api.ops.context import OpsContext
from api.partner import schema as partner
from api.partner.context import PartnerContext
from api.partner.identifying import PartnerIdentity, recognise
from api.recognising import known_by
from infra import identity, issuing
from infra.identity import Identity, Verifier
from infra.settings import Settings

# Partners send many things in one mutation.
PARTNER_BODY_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways in for members, for partners and for operators.

    endings -- tells the members' open conversations that their session was ended.
    changes -- which glances of watches are others than before.
    """

    members: MemberDoorway
    partners: Doorway[PartnerIdentity, PartnerContext]
    operators: Doorway[Identity, OpsContext]
    endings: Endings
    changes: GlanceChanges


@asynccontextmanager
async def doors(settings: Settings) -> AsyncIterator[Doors]:
    """Open the ways in for the length of the block; the database must be open already."""
    development = issuing.development_issuer(settings)
    alike = [development.trusted()] if development else []
    alike += issuing.emulated(settings.issuers, settings)
    staff = [development.trusted(audience=issuing.OPERATORS)] if development else []
    staff += issuing.emulated(settings.operator_issuers, settings)
    cursors = Cursors.of(settings.secret_key.get_secret_value())
    async with (
        identity.verifier(settings.issuers, also=alike) as members,
        identity.verifier(settings.operator_issuers, also=staff) as operators,
        Hub.running() as hub,
        Endings.running() as endings,
        GlanceChanges.running() as changes,
    ):
        yield Doors(
            _members(settings, members, cursors, hub),
            _partners(settings, cursors),
            _operators(settings, operators, cursors),
            endings,
            changes,
        )


def _members(settings: Settings, verifier: Verifier, cursors: Cursors, hub: Hub) -> MemberDoorway:
    def receive(who: Identity, at: datetime, request_id: str) -> Context:
        return Context(identity=who, at=at, request_id=request_id, cursors=cursors, hub=hub)

    built = schema.build()
    return Doorway(settings, built, Operations(built), known_by(verifier), receive)


def _partners(settings: Settings, cursors: Cursors) -> Doorway[PartnerIdentity, PartnerContext]:
    def receive(who: PartnerIdentity, at: datetime, request_id: str) -> PartnerContext:
        return PartnerContext(identity=who, at=at, request_id=request_id, cursors=cursors)

    built = partner.build()
    return Doorway(settings, built, Operations(built), recognise, receive, PARTNER_BODY_BYTES_MAX)


def _operators(
    settings: Settings, verifier: Verifier, cursors: Cursors
) -> Doorway[Identity, OpsContext]:
    def receive(who: Identity, at: datetime, request_id: str) -> OpsContext:
        return OpsContext(identity=who, at=at, request_id=request_id, cursors=cursors)

    built = ops.build()
    return Doorway(settings, built, Operations(built), _proven(verifier), receive)


def _proven(verifier: Verifier) -> Callable[[str, datetime], Awaitable[Identity]]:
    async def proven(token: str, at: datetime) -> Identity:
        return await verifier.identify(token, at=at)

    return proven
