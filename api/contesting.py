"""Mutations about contests: create, accept, decline, leave, call off."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.contests import Contest, ContestPayout, ContestTemplateName
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import friend_of
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import InsufficientPoints, RequestRefused, result
from api.scalars import Day, Points, Quantity
from domain import contests
from domain.contests import Payout, Seat, Template, Wish

# Nobody and nothing has this id, so that other texts are refused by the domain's own rules.
NOBODY = UUID(int=0)


@input
class CreateContestInput:
    """What to compete in, and with whom."""

    template: ContestTemplateName = said("What counts.")
    friend_ids: list[strawberry.ID] = said("Whom to ask: the ids of `Friend`s, 49 at most.")
    target: Quantity | None = said(
        "What is to be reached, in the unit of the template's metric; not said: whoever does the"
        " most wins.",
        default=None,
    )
    payout: ContestPayout | None = said("Who gets the stakes; WINNER when not said.", default=None)
    stake: Points = said("Points that each sets aside; 0: none.", default=Points(0))
    days: int = said("How many days it lasts, 1 to 28.", default=7)
    first_day: Day | None = said(
        "Its first day: tomorrow or later, so that its last is within 28 days; tomorrow when not"
        " said.",
        default=None,
    )


@input
class AcceptContestInput:
    """Which contest to come into."""

    contest_id: strawberry.ID = said("The id of a `Contest` that you are invited to.")


@input
class DeclineContestInput:
    """Which invitation to decline."""

    contest_id: strawberry.ID = said("The id of a `Contest` that you are invited to.")


@input
class LeaveContestInput:
    """Which contest to leave."""

    contest_id: strawberry.ID = said("The id of a `Contest` that you are in.")


@input
class CallOffContestInput:
    """Which contest to call off."""

    contest_id: strawberry.ID = said("The id of a `Contest` that you created.")


@output
class ContestChanged:
    """The contest, and you."""

    contest: Contest = said("The contest as it stood when the request was carried out.")
    viewer: Member = said("You, as you are now.")


@output
class CreateContestSuccess(ContestChanged):
    """Your friends are asked, and your stake is set aside."""


@output
class AcceptContestSuccess(ContestChanged):
    """You are in the contest, and your stake is set aside."""


@output
class DeclineContestSuccess:
    """You are not invited any more."""

    viewer: Member = said("You, as you are now.")


@output
class LeaveContestSuccess(ContestChanged):
    """You are out of the contest. Before it began your stake is free again. After that you have
    forfeited it: it goes to the winners with the others', or back to you if nobody wins."""


@output
class CallOffContestSuccess(ContestChanged):
    """The contest will not be, and every stake is free again."""


CreateContestResult: TypeAlias = Annotated[
    CreateContestSuccess | InsufficientPoints | RequestRefused, result("CreateContestResult")
]
AcceptContestResult: TypeAlias = Annotated[
    AcceptContestSuccess | InsufficientPoints | RequestRefused, result("AcceptContestResult")
]
DeclineContestResult: TypeAlias = Annotated[
    DeclineContestSuccess | RequestRefused, result("DeclineContestResult")
]
LeaveContestResult: TypeAlias = Annotated[
    LeaveContestSuccess | RequestRefused, result("LeaveContestResult")
]
CallOffContestResult: TypeAlias = Annotated[
    CallOffContestSuccess | RequestRefused, result("CallOffContestResult")
]


def contest_of(id: strawberry.ID) -> UUID:
    """The contest that a global id names; nothing for other texts."""
    return globalids.uuid_of(id, Kind.CONTEST) or NOBODY


def changed(kind: type[ContestChanged]) -> Callable[[Seat, Context], Awaitable[Any]]:
    """The answer of a mutation that leaves the asker with a contest."""

    async def shape(seat: Seat, context: Context) -> ContestChanged:
        return kind(contest=Contest.of(seat), viewer=await viewer_of(context))

    return shape


async def _create(asked: CreateContestInput, act: Act) -> Seat:
    wish = Wish(
        template=Template[asked.template.name],
        target=asked.target,
        payout=Payout[asked.payout.name] if asked.payout else Payout.WINNER,
        stake=asked.stake,
        days=asked.days,
        first_day=asked.first_day,
    )
    invited = [friend_of(id) or NOBODY for id in asked.friend_ids]
    return await contests.create(
        wish, creator=act.member, invited=invited, id=act.id, at=act.at, tx=act.tx
    )


async def _accept(asked: AcceptContestInput, act: Act) -> Seat:
    contest = contest_of(asked.contest_id)
    return await contests.accept(contest, member=act.member, at=act.at, tx=act.tx)


async def _decline(asked: DeclineContestInput, act: Act) -> None:
    contest = contest_of(asked.contest_id)
    await contests.decline(contest, member=act.member, at=act.at, tx=act.tx)


async def _declined(nothing: None, context: Context) -> DeclineContestSuccess:
    return DeclineContestSuccess(viewer=await viewer_of(context))


async def _leave(asked: LeaveContestInput, act: Act) -> Seat:
    contest = contest_of(asked.contest_id)
    return await contests.leave(contest, member=act.member, at=act.at, tx=act.tx)


async def _call_off(asked: CallOffContestInput, act: Act) -> Seat:
    contest = contest_of(asked.contest_id)
    return await contests.call_off(contest, creator=act.member, at=act.at, tx=act.tx)


CREATE: Verb[Seat, CreateContestResult] = Verb(
    Seat,
    _create,
    changed(CreateContestSuccess),
    moves=True,
    paths={"friends": "friend_ids"},
)
ACCEPT: Verb[Seat, AcceptContestResult] = Verb(
    Seat, _accept, changed(AcceptContestSuccess), moves=True
)
DECLINE: Verb[None, DeclineContestResult] = Verb(type(None), _decline, _declined)
LEAVE: Verb[Seat, LeaveContestResult] = Verb(Seat, _leave, changed(LeaveContestSuccess), moves=True)
CALL_OFF: Verb[Seat, CallOffContestResult] = Verb(
    Seat, _call_off, changed(CallOffContestSuccess), moves=True
)


@output
class ContestMutations:
    """Mutations about contests."""

    @mutation
    async def create_contest(
        self, info: Info, input: Annotated[CreateContestInput, argument("What, with whom.")]
    ) -> CreateContestResult | None:
        """Ask friends into a contest, and set your own stake aside. It begins on its first day if
        at least one of them has come in. Refuses BAD_CONTEST_DAYS, BAD_CONTEST_TARGET,
        BAD_CONTEST_PAYOUT, BAD_STAKE, BAD_CONTEST_PEOPLE, NOT_FRIENDS, TOO_MANY_CONTESTS,
        OVER_STAKE_LIMIT, OVER_STAKE_DAY_LIMIT, INSUFFICIENT_POINTS."""
        return await CREATE.perform(info, input)

    @mutation
    async def accept_contest(
        self, info: Info, input: Annotated[AcceptContestInput, argument("Which.")]
    ) -> AcceptContestResult | None:
        """Come into a contest, and set your stake aside. Refuses NO_SUCH_CONTEST, CONTEST_CLOSED,
        TOO_MANY_CONTESTS, OVER_STAKE_LIMIT, OVER_STAKE_DAY_LIMIT, INSUFFICIENT_POINTS."""
        return await ACCEPT.perform(info, input)

    @mutation
    async def decline_contest(
        self, info: Info, input: Annotated[DeclineContestInput, argument("Which.")]
    ) -> DeclineContestResult | None:
        """Say no to an invitation; the others see that you did."""
        return await DECLINE.perform(info, input)

    @mutation
    async def leave_contest(
        self, info: Info, input: Annotated[LeaveContestInput, argument("Which.")]
    ) -> LeaveContestResult | None:
        """Leave a contest: before it has begun with your stake, after that without it, since
        whoever is behind would otherwise go with their points. Refuses NO_SUCH_CONTEST,
        CONTEST_CLOSED."""
        return await LEAVE.perform(info, input)

    @mutation
    async def call_off_contest(
        self, info: Info, input: Annotated[CallOffContestInput, argument("Which.")]
    ) -> CallOffContestResult | None:
        """Call a contest of yours off before it begins. Refuses NO_SUCH_CONTEST, NOT_THE_CREATOR,
        CONTEST_CLOSED."""
        return await CALL_OFF.perform(info, input)
