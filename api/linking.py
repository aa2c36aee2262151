"""Mutations about links between members, and about being found."""

from typing import Annotated, TypeAlias

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import Friend, FriendRequest
from api.links import AcrossFriend, AcrossFriendRequest, Findability, FriendLink
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.people import PublicMember
from api.refusals import RequestRefused, result
from api.states import Direction
from domain import friends, members
from domain.friends import AcrossRequest, Finding, Link, Opened, State
from infra import db
from infra.errors import Refused

# A hash as it was sent, and who wants to be found by it.
Found: TypeAlias = tuple[str, members.Member]


@input
class MakeFriendLinkInput:
    """What kind of link to make."""

    note: str | None = said("What you call it, 80 characters at most.", default=None)
    at_once: bool = said(
        "True: whoever opens it is your friend at once; false: asks you.", default=False
    )
    across: bool = said(
        "True: members of other programmes may open it, too. With `atOnce` you agree beforehand"
        " that whoever opens it sees your name and your programme's.",
        default=False,
    )
    uses: int = said("How often it may be used, 1 to 100.", default=1)
    days: int = said("How many days it holds, 1 to 30.", default=7)


@input
class RevokeFriendLinkInput:
    """Which link to end."""

    code: str = said("The `code` of a `FriendLink`.")


@input
class OpenFriendLinkInput:
    """Which link to open."""

    code: str = said("What the link carries.")


@input
class SetFindabilityInput:
    """How you want to be found."""

    by_handle: bool = said("True: by your handle.")
    by_contact: bool = said("True: by whoever has a contact of yours that is verified now.")


@input
class FindByContactsInput:
    """Whom to look for."""

    hashes: list[str] = said(
        "1 to 500 hashes, each of 64 hexadecimal digits: SHA-256 of the UTF-8 text `laurel"
        " contact`, `Findability.contactSalt`, `EMAIL` or `PHONE`, and the contact, with a U+001F"
        " between them. An e-mail address in lower case, a telephone number as E.164, such as"
        " +436601234567."
    )


@output
class MakeFriendLinkSuccess:
    """The link can be given away."""

    link: FriendLink = said("Your link.")
    viewer: Member = said("You, as you are now.")


@output
class RevokeFriendLinkSuccess:
    """The link leads nowhere any more; what came of it stays."""

    link: FriendLink = said("Your link.")
    viewer: Member = said("You, as you are now.")


@output
class OpenFriendLinkSuccess:
    """What came of it: one of the four is not null."""

    friend: Friend | None = said("Your new friend.")
    request: FriendRequest | None = said("Your request, which waits for an answer.")
    across_friend: AcrossFriend | None = said("Your new friend in another programme.")
    across_request: AcrossFriendRequest | None = said(
        "Your wish, which waits for an answer from another programme."
    )
    viewer: Member = said("You, as you are now.")


@output
class SetFindabilitySuccess:
    """You are found so."""

    findability: Findability = said("How you may be found.")
    viewer: Member = said("You, as you are now.")


@output
class ContactMatch:
    """Somebody who wants to be found by one of the contacts."""

    hash: str = said("The hash you sent.")
    member: PublicMember = said("Who it is; ask them by their handle.")


@output
class FindByContactsSuccess:
    """Those who want to be found by them; the other hashes are of nobody, or of somebody who does
    not, and nothing is kept of them."""

    matches: list[ContactMatch] = said("500 at most.")
    viewer: Member = said("You, as you are now.")


MakeFriendLinkResult: TypeAlias = Annotated[
    MakeFriendLinkSuccess | RequestRefused, result("MakeFriendLinkResult")
]
RevokeFriendLinkResult: TypeAlias = Annotated[
    RevokeFriendLinkSuccess | RequestRefused, result("RevokeFriendLinkResult")
]
OpenFriendLinkResult: TypeAlias = Annotated[
    OpenFriendLinkSuccess | RequestRefused, result("OpenFriendLinkResult")
]
SetFindabilityResult: TypeAlias = Annotated[
    SetFindabilitySuccess | RequestRefused, result("SetFindabilityResult")
]
FindByContactsResult: TypeAlias = Annotated[
    FindByContactsSuccess | RequestRefused, result("FindByContactsResult")
]


async def _make(asked: MakeFriendLinkInput, act: Act) -> Link:
    return await friends.make_link(
        act.member,
        note=asked.note,
        at_once=asked.at_once,
        across=asked.across,
        uses=asked.uses,
        days=asked.days,
        at=act.at,
        tx=act.tx,
    )


async def _made(link: Link, context: Context) -> MakeFriendLinkSuccess:
    return MakeFriendLinkSuccess(link=FriendLink.of(link), viewer=await viewer_of(context))


async def _revoke(asked: RevokeFriendLinkInput, act: Act) -> Link:
    return await friends.revoke_link(asked.code, member=act.member, at=act.at, tx=act.tx)


async def _revoked(link: Link, context: Context) -> RevokeFriendLinkSuccess:
    return RevokeFriendLinkSuccess(link=FriendLink.of(link), viewer=await viewer_of(context))


# In a transaction of its own: it is the tries that fail that must be counted.
async def _count(context: Context) -> None:
    await context.rest()
    async with db.transaction() as tx:
        asker = await context.recognise(tx=tx)
        if asker is not None:
            await friends.use_opening(asker, at=context.at, tx=tx)


async def _open(asked: OpenFriendLinkInput, act: Act) -> Opened:
    return await friends.open_link(asked.code, member=act.member, at=act.at, tx=act.tx)


async def _opened(opened: Opened, context: Context) -> OpenFriendLinkSuccess:
    tie, wish = opened.tie, opened.request
    friend = None if tie is None or tie.state is not State.FRIENDS else Friend.of(tie)
    asked = None if tie is None or friend is not None else FriendRequest.of(tie, Direction.SENT)
    waiting = None if wish is None else AcrossRequest(wish, False, None, context.at)
    return OpenFriendLinkSuccess(
        friend=friend,
        request=asked,
        across_friend=None if opened.across is None else AcrossFriend.of(opened.across),
        across_request=None if waiting is None else AcrossFriendRequest.of(waiting),
        viewer=await viewer_of(context),
    )


async def _set(asked: SetFindabilityInput, act: Act) -> Finding:
    wanted = Finding(by_handle=asked.by_handle, by_contact=asked.by_contact)
    return await friends.set_finding(act.member, wanted=wanted, tx=act.tx)


async def _is_set(finding: Finding, context: Context) -> SetFindabilitySuccess:
    viewer = await viewer_of(context)
    async with context.reading() as tx:
        salt = await friends.contact_salt(viewer.record, tx=tx)
    return SetFindabilitySuccess(findability=Findability.of(finding, salt), viewer=viewer)


async def _look(asked: FindByContactsInput, act: Act) -> list[Found]:
    # One too many is as bad as a hundred; a text that is no hash is none of 32 bytes.
    hashes = [_bytes(text) for text in asked.hashes[: friends.HASHES_MAX + 1]]
    found = await friends.by_contacts(hashes, asker=act.member, at=act.at, tx=act.tx)
    return [(match.hash.hex(), match.member) for match in found]


async def _found(matches: list[Found], context: Context) -> FindByContactsSuccess:
    shown = [ContactMatch(hash=hash, member=PublicMember.of(who)) for hash, who in matches]
    return FindByContactsSuccess(matches=shown, viewer=await viewer_of(context))


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


MAKE: Verb[Link, MakeFriendLinkResult] = Verb(Link, _make, _made)
REVOKE: Verb[Link, RevokeFriendLinkResult] = Verb(Link, _revoke, _revoked)
OPEN: Verb[Opened, OpenFriendLinkResult] = Verb(Opened, _open, _opened)
SET: Verb[Finding, SetFindabilityResult] = Verb(Finding, _set, _is_set)
LOOK: Verb[list[Found], FindByContactsResult] = Verb(list[Found], _look, _found)


@output
class LinkMutations:
    """Mutations about links between members, and about being found."""

    @mutation
    async def make_friend_link(
        self, info: Info, input: Annotated[MakeFriendLinkInput, argument("What kind.")]
    ) -> MakeFriendLinkResult | None:
        """Make a link that brings you a friend. Refuses BAD_LINK, TOO_MANY_LINKS."""
        return await MAKE.perform(info, input)

    @mutation
    async def revoke_friend_link(
        self, info: Info, input: Annotated[RevokeFriendLinkInput, argument("Which link.")]
    ) -> RevokeFriendLinkResult | None:
        """End a link of yours. Refuses NO_SUCH_LINK."""
        return await REVOKE.perform(info, input)

    @mutation
    async def open_friend_link(
        self, info: Info, input: Annotated[OpenFriendLinkInput, argument("Which link.")]
    ) -> OpenFriendLinkResult | None:
        """Follow somebody's link, 50 a day at most. Refuses OVER_LOOKUP_LIMIT, NO_SUCH_LINK,
        TOO_MANY_FRIENDS, TOO_MANY_REQUESTS."""
        try:
            await _count(info.context)
        except Refused as refused:
            return await OPEN.shaped(OPEN.refusal(refused, input), info.context)
        return await OPEN.perform(info, input)

    @mutation
    async def set_findability(
        self, info: Info, input: Annotated[SetFindabilityInput, argument("How.")]
    ) -> SetFindabilityResult | None:
        """Say how you may be found by those who are not your friends."""
        return await SET.perform(info, input)

    @mutation
    async def find_by_contacts(
        self, info: Info, input: Annotated[FindByContactsInput, argument("Whom.")]
    ) -> FindByContactsResult | None:
        """Look for members whose contacts you have, 2,000 a day at most. Only who wants to be
        found is; a hash hides a telephone number badly, so nothing is kept of the others. Refuses
        BAD_CONTACT_HASH, OVER_LOOKUP_LIMIT."""
        return await LOOK.perform(info, input)
