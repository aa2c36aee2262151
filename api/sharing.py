"""Sharing, as members see it: what there is to share, and their own links."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.cursors import Cursors
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.mutating import Act, Verb
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.opening import own_token
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.volunteering import uuid_place
from domain import sharing
from domain.members import Member
from infra.db import Tx

NOBODY = UUID(int=0)


@output
class ShareTarget(Node):
    """Something worth sharing."""

    title: str = said("What it is.")
    url: str = said("Where it is.")

    @classmethod
    def of(cls, target: sharing.Target) -> "ShareTarget":
        """A target, as the schema shows it."""
        id = globalids.of(Kind.SHARE_TARGET, target.id)
        return cls(id=id, title=target.title, url=target.url)


@output
class ShareLink:
    """Your own short link to something."""

    code: str = said("Its 12 letters and digits.")
    path: str = said("Its path on this host, to give to others.")
    own_path: str = said(
        "The same, to be opened in your own browser: it is then known as yours and never counts."
    )
    target_id: strawberry.ID = said("The id of the `ShareTarget` it leads to.")
    title: str = said("What it leads to.")
    openings: int = said("How often strangers opened it.")
    created_at: Moment = said("When it was made.")

    @classmethod
    def of(cls, link: sharing.Link, cursors: Cursors) -> "ShareLink":
        """A link, as the schema shows it."""
        path = f"/s/{link.code}"
        return cls(
            code=link.code,
            path=path,
            own_path=f"{path}?own={own_token(cursors, link)}",
            target_id=globalids.of(Kind.SHARE_TARGET, link.target),
            title=link.title,
            openings=link.openings,
            created_at=Moment(link.created_at),
        )


@output
class SharingQueries:
    """What members see of sharing."""

    @asked
    async def share_targets(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ShareTarget] | None:
        """What there is to share, the oldest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[sharing.Target]("shareTargets", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await sharing.targets(
                programme=asker.programme, after=uuid_place(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=ShareTarget.of, place=lambda one: one.id.bytes)

    @asked
    async def share_links(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ShareLink] | None:
        """Your links; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[sharing.Link]("shareLinks", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await sharing.links(asker, after=uuid_place(page), limit=page.limit, tx=tx)
        return page.shaped(
            found,
            node=lambda link: ShareLink.of(link, context.cursors),
            place=lambda one: one.target.bytes,
        )


@input
class MakeShareLinkInput:
    """What to share."""

    target_id: strawberry.ID = said("The id of a `ShareTarget`.")


@output
class MakeShareLinkSuccess:
    """The link earns when strangers open it."""

    link: ShareLink = said("Your link: the same one each time you ask.")


MakeShareLinkResult: TypeAlias = Annotated[
    MakeShareLinkSuccess | RequestRefused, result("MakeShareLinkResult")
]


async def _make(asked: MakeShareLinkInput, act: Act) -> sharing.Link:
    target = globalids.uuid_of(asked.target_id, Kind.SHARE_TARGET) or NOBODY
    return await sharing.make(act.member, target=target, at=act.at, tx=act.tx)


async def _made(link: sharing.Link, context: Context) -> MakeShareLinkSuccess:
    return MakeShareLinkSuccess(link=ShareLink.of(link, context.cursors))


MAKE: Verb[sharing.Link, MakeShareLinkResult] = Verb(sharing.Link, _make, _made)


@output
class SharingMutations:
    """Mutations about sharing."""

    @mutation
    async def make_share_link(
        self, info: Info, input: Annotated[MakeShareLinkInput, argument("What to share.")]
    ) -> MakeShareLinkResult | None:
        """Get your own short link to something. Refuses NO_SUCH_SHARE_TARGET,
        TOO_MANY_SHARE_LINKS."""
        return await MAKE.perform(info, input)


async def find(name: globalids.Name, asker: Member, tx: Tx) -> ShareTarget | None:
    """The target with that id in the asker's programme; None when it is closed."""
    try:
        found = await sharing.target_by_id(name.uuid or NOBODY, programme=asker.programme, tx=tx)
    except sharing.NoSuchTarget:
        return None
    return ShareTarget.of(found)
