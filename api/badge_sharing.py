"""Sharing badges: the mutations by which a member lets the world see one, and no longer."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.badges import Badge, BadgeShare, seen
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import badges, programmes
from domain.badges import Share
from infra.settings import Settings

NOBODY = UUID(int=0)


@input
class ShareBadgeInput:
    """What to share, and how."""

    badge_id: strawberry.ID = said("The id of a `Badge` that you have.")
    level: int | None = said("Which level; null: the highest you have.", default=None)
    show_name: bool = said(
        "True: the credential tells your name. What others have copied stays with them.",
        default=False,
    )


@input
class UnshareBadgeInput:
    """What to share no longer."""

    badge_id: strawberry.ID = said("The id of a `Badge`.")


@output
class ShareBadgeSuccess:
    """The credential is signed, and anybody may check it."""

    share: BadgeShare = said("What you share now.")


@output
class UnshareBadgeSuccess:
    """Whatever you had shared of it is revoked: whoever checks it is told so."""

    badge: Badge | None = said("The badge; null when it is none that you may know of.")


ShareBadgeResult: TypeAlias = Annotated[
    ShareBadgeSuccess | RequestRefused, result("ShareBadgeResult")
]
UnshareBadgeResult: TypeAlias = Annotated[
    UnshareBadgeSuccess | RequestRefused, result("UnshareBadgeResult")
]


async def _share(asked: ShareBadgeInput, act: Act) -> Share:
    return await badges.share(
        globalids.uuid_of(asked.badge_id, Kind.BADGE) or NOBODY,
        member=act.member,
        level=asked.level,
        named=asked.show_name,
        programme=await programmes.by_id(act.member.programme, tx=act.tx),
        root=Settings().public_url,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _unshare(asked: UnshareBadgeInput, act: Act) -> UUID:
    id = globalids.uuid_of(asked.badge_id, Kind.BADGE) or NOBODY
    await badges.unshare(id, member=act.member, at=act.at, tx=act.tx)
    return id


async def _shared(share: Share, context: Context) -> ShareBadgeSuccess:
    return ShareBadgeSuccess(share=BadgeShare.of(share, context.identity.programme))


async def _unshared(badge: UUID, context: Context) -> UnshareBadgeSuccess:
    asker = await context.asker()
    assert asker is not None, "only a member shares a badge"
    async with context.reading() as tx:
        return UnshareBadgeSuccess(badge=await seen(badge, asker, tx))


SHARE: Verb[Share, ShareBadgeResult] = Verb(Share, _share, _shared)
UNSHARE: Verb[UUID, UnshareBadgeResult] = Verb(UUID, _unshare, _unshared)


@output
class BadgeMutations:
    """Mutations about badges."""

    @mutation
    async def share_badge(
        self, info: Info, input: Annotated[ShareBadgeInput, argument("What, and how.")]
    ) -> ShareBadgeResult | None:
        """Let the world see a badge of yours, as a signed Open Badges 3.0 credential. Shared in
        another way before, that one is revoked. Refuses NO_SUCH_BADGE, BADGE_NOT_HELD,
        BAD_BADGE_LEVEL, TOO_MANY_BADGE_SHARES."""
        return await SHARE.perform(info, input)

    @mutation
    async def unshare_badge(
        self, info: Info, input: Annotated[UnshareBadgeInput, argument("What.")]
    ) -> UnshareBadgeResult | None:
        """Share nothing of a badge any more. Again is fine."""
        return await UNSHARE.perform(info, input)
