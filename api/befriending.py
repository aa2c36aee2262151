"""Mutations about friends: ask, answer, part."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import Friend, FriendRequest, friend_of
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import NoSuchFriend, RequestRefused, result
from api.states import Direction
from domain import friends, members
from domain.friends import State, Tie


@input
class RequestFriendInput:
    """Whom to ask."""

    handle: str = said("The other member's handle.")


@input
class AcceptFriendInput:
    """Which request to accept."""

    request_id: strawberry.ID = said("The id of a `FriendRequest` that you received.")


@input
class DeclineFriendInput:
    """Which request to decline."""

    request_id: strawberry.ID = said("The id of a `FriendRequest` that you received.")


@input
class WithdrawFriendInput:
    """Which request to take back."""

    request_id: strawberry.ID = said("The id of a `FriendRequest` that you sent.")


@input
class RemoveFriendInput:
    """Whom to part from."""

    friend_id: strawberry.ID = said("The id of a `Friend`.")


@output
class RequestFriendSuccess:
    """You asked; where the other one had asked you already, you are friends now."""

    request: FriendRequest | None = said("Your open request; null when you are friends now.")
    friend: Friend | None = said("Your new friend; null while the request is open.")
    viewer: Member = said("You, as you are now.")


@output
class AcceptFriendSuccess:
    """You are friends."""

    friend: Friend = said("Your friend.")
    viewer: Member = said("You, as you are now.")


@output
class DeclineFriendSuccess:
    """The request is gone from your list; the other one is not told."""

    request_id: strawberry.ID = said("The request that you declined.")
    viewer: Member = said("You, as you are now.")


@output
class WithdrawFriendSuccess:
    """The request is taken back."""

    request_id: strawberry.ID = said("The request that you took back.")
    viewer: Member = said("You, as you are now.")


@output
class RemoveFriendSuccess:
    """You are no longer friends."""

    friend_id: strawberry.ID = said("The friend that was.")
    viewer: Member = said("You, as you are now.")


RequestFriendResult: TypeAlias = Annotated[
    RequestFriendSuccess | RequestRefused, result("RequestFriendResult")
]
AcceptFriendResult: TypeAlias = Annotated[
    AcceptFriendSuccess | RequestRefused, result("AcceptFriendResult")
]
DeclineFriendResult: TypeAlias = Annotated[
    DeclineFriendSuccess | RequestRefused, result("DeclineFriendResult")
]
WithdrawFriendResult: TypeAlias = Annotated[
    WithdrawFriendSuccess | RequestRefused, result("WithdrawFriendResult")
]
RemoveFriendResult: TypeAlias = Annotated[
    RemoveFriendSuccess | RequestRefused, result("RemoveFriendResult")
]


async def _request(asked: RequestFriendInput, act: Act) -> Tie:
    member = act.member
    friend = await friends.by_handle(asked.handle, asker=member, tx=act.tx)
    return await friends.request(member, friend=friend.id, at=act.at, tx=act.tx)


async def _accept(asked: AcceptFriendInput, act: Act) -> Tie:
    friend = _requester(asked.request_id, Kind.REQUEST_RECEIVED)
    try:
        return await friends.accept(act.member, friend=friend, at=act.at, tx=act.tx)
    except members.NoSuchMember as refused:
        raise _no_request() from refused


async def _decline(asked: DeclineFriendInput, act: Act) -> UUID:
    friend = _requester(asked.request_id, Kind.REQUEST_RECEIVED)
    try:
        await friends.decline(act.member, friend=friend, tx=act.tx)
    except members.NoSuchMember as refused:
        raise _no_request() from refused
    return friend


async def _withdraw(asked: WithdrawFriendInput, act: Act) -> UUID:
    friend = _requester(asked.request_id, Kind.REQUEST_SENT)
    try:
        await friends.withdraw(act.member, friend=friend, tx=act.tx)
    except members.NoSuchMember as refused:
        raise _no_request() from refused
    return friend


async def _remove(asked: RemoveFriendInput, act: Act) -> UUID:
    friend = friend_of(asked.friend_id)
    if friend is None:
        raise NoSuchFriend("you have no such friend")
    try:
        await friends.remove(act.member, friend=friend, tx=act.tx)
    except members.NoSuchMember as refused:
        raise NoSuchFriend("you have no such friend") from refused
    return friend


def _requester(id: strawberry.ID, kind: Kind) -> UUID:
    friend = globalids.uuid_of(id, kind)
    if friend is None:
        raise _no_request()
    return friend


def _no_request() -> friends.NoSuchRequest:
    return friends.NoSuchRequest("there is no such open request")


async def _requested(tie: Tie, context: Context) -> RequestFriendSuccess:
    friends_now = tie.state is State.FRIENDS
    return RequestFriendSuccess(
        request=None if friends_now else FriendRequest.of(tie, Direction.SENT),
        friend=Friend.of(tie) if friends_now else None,
        viewer=await viewer_of(context),
    )


async def _accepted(tie: Tie, context: Context) -> AcceptFriendSuccess:
    return AcceptFriendSuccess(friend=Friend.of(tie), viewer=await viewer_of(context))


def _gone(
    answer: Callable[..., Any], field: str, kind: Kind
) -> Callable[[UUID, Context], Awaitable[Any]]:
    async def shape(friend: UUID, context: Context) -> Any:
        return answer(**{field: globalids.of(kind, friend)}, viewer=await viewer_of(context))

    return shape


REQUEST: Verb[Tie, RequestFriendResult] = Verb(Tie, _request, _requested)
ACCEPT: Verb[Tie, AcceptFriendResult] = Verb(Tie, _accept, _accepted)
DECLINE: Verb[UUID, DeclineFriendResult] = Verb(
    UUID, _decline, _gone(DeclineFriendSuccess, "request_id", Kind.REQUEST_RECEIVED)
)
WITHDRAW: Verb[UUID, WithdrawFriendResult] = Verb(
    UUID, _withdraw, _gone(WithdrawFriendSuccess, "request_id", Kind.REQUEST_SENT)
)
REMOVE: Verb[UUID, RemoveFriendResult] = Verb(
    UUID, _remove, _gone(RemoveFriendSuccess, "friend_id", Kind.FRIEND)
)


@output
class FriendMutations:
    """Mutations about friends."""

    @mutation
    async def request_friend(
        self, info: Info, input: Annotated[RequestFriendInput, argument("Whom.")]
    ) -> RequestFriendResult | None:
        """Ask a member to be your friend; if they asked you before, you are friends at once. Who
        does not let themselves be found by their handle looks like nobody. Refuses
        NO_SUCH_MEMBER, SELF_FRIEND, MEMBER_BLOCKED, ALREADY_FRIENDS, TOO_MANY_FRIENDS,
        TOO_MANY_REQUESTS."""
        return await REQUEST.perform(info, input)

    @mutation
    async def accept_friend(
        self, info: Info, input: Annotated[AcceptFriendInput, argument("Which request.")]
    ) -> AcceptFriendResult | None:
        """Say yes to a request. Refuses NO_SUCH_REQUEST, TOO_MANY_FRIENDS."""
        return await ACCEPT.perform(info, input)

    @mutation
    async def decline_friend(
        self, info: Info, input: Annotated[DeclineFriendInput, argument("Which request.")]
    ) -> DeclineFriendResult | None:
        """Say no to a request; the other one is not told. Refuses NO_SUCH_REQUEST."""
        return await DECLINE.perform(info, input)

    @mutation
    async def withdraw_friend(
        self, info: Info, input: Annotated[WithdrawFriendInput, argument("Which request.")]
    ) -> WithdrawFriendResult | None:
        """Take back a request of yours. Refuses NO_SUCH_REQUEST."""
        return await WITHDRAW.perform(info, input)

    @mutation
    async def remove_friend(
        self, info: Info, input: Annotated[RemoveFriendInput, argument("Whom.")]
    ) -> RemoveFriendResult | None:
        """Part from a friend, for both of you. Refuses NO_SUCH_FRIEND."""
        return await REMOVE.perform(info, input)
