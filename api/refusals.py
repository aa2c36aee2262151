"""Refusals: what a mutation says when it says no, as values of the schema.

The codes are a closed list. A refusal of the domain whose code is not in it cannot happen to a
client, so it counts as our mistake; a test walks all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from api import globalids
from api.codes import ErrorCode
from api.fields import interface, output, said
from api.reward_states import RedemptionState
from api.scalars import Moment, Points
from api.states import CauseStanding, ChallengeLack, PointRequestState, TransferState
from domain import activities, challenges, giving, ledger, redemptions, streaks, transfers
from infra.errors import Refused

# The ledger's own messages are for us; and its words for keys are the door's.
RENAMED: Mapping[str, ErrorCode] = {
    ledger.KeyReused.code: ErrorCode["IDEMPOTENCY_KEY_REUSED"],
    ledger.KeyExpired.code: ErrorCode["IDEMPOTENCY_KEY_EXPIRED"],
    activities.IdReused.code: ErrorCode["IDEMPOTENCY_KEY_REUSED"],
}
MESSAGES: Mapping[ErrorCode, str] = {
    ErrorCode["INSUFFICIENT_POINTS"]: "you have fewer points than that",
    ErrorCode["IDEMPOTENCY_KEY_REUSED"]: "this key was used for a different request",
    ErrorCode["IDEMPOTENCY_KEY_EXPIRED"]: "this key is too old; the request was not carried out",
    ErrorCode["EXPIRY_BEHIND"]: "the books of last month are still being closed; try again soon",
}


class NotAMember(Refused):
    """The token is good, but whoever it names has not joined the programme."""

    code = "NOT_A_MEMBER"


class NoSuchFriend(Refused):
    """The id is not that of one of the asker's friends."""

    code = "NO_SUCH_FRIEND"


@interface
class UserError:
    """Something the member or the app can put right. It changed nothing."""

    message: str = said("What is wrong, in plain English, for a developer or as a last resort.")
    code: ErrorCode = said("What is wrong, for a program; never renamed.")
    path: list[str] | None = said(
        "Where in the arguments the fault is, from `input` downwards; null when it is nowhere."
    )
    retryable: bool = said(
        "True when the same request may succeed later, with the same idempotency key or another."
    )


@output
class RequestRefused(UserError):
    """A refusal that its code tells in full."""


@output
class InsufficientPoints(UserError):
    """There are not enough points to spend."""

    available: Points | None = said(
        "Points that could be spent at that moment; null when only an earlier refusal is known."
    )
    needed: Points = said("Points that were asked for.")


@output
class TransferOverLimit(UserError):
    """More points than the programme lets a member send, or give to causes."""

    limit: Points = said("Most points: of one transfer, a day or a month, as the code says.")
    left: Points | None = said("Points that may still be sent; null for one transfer.")


@output
class TransferTooEarly(UserError):
    """You, or this friendship, are too new for points to be sent."""

    hours: int = said("How many hours must have passed.")
    allowed_at: Moment = said("When they will have.")


@output
class StepUpRequired(UserError):
    """Sign in again and send the same anew: so many points are to go to a friend who is new."""

    above: Points = said("Points that may go to a new friend without it, in all.")
    minutes: int = said("For how many minutes a sign-in counts.")


@output
class TooManyOpen(UserError):
    """As many are open as may be; each answer makes room."""

    most: int = said("How many may be open.")


@output
class TransferClosed(UserError):
    """The transfer has its final answer, or cannot be answered yet."""

    state: TransferState = said("Where the transfer stands.")


@output
class PointRequestClosed(UserError):
    """The point request has its final answer."""

    state: PointRequestState = said("Where the point request stands.")


@output
class CauseNotActive(UserError):
    """The cause takes no donations now."""

    standing: CauseStanding = said("Why not.")


@output
class ChallengeNotForYou(UserError):
    """You lack something that the challenge asks of those who take part."""

    lacking: ChallengeLack = said("What.")


@output
class OfferChanged(UserError):
    """What is asked for costs another number of points now."""

    price: Points = said("How many it costs.")


@output
class RedemptionClosed(UserError):
    """The redemption is not open any more."""

    state: RedemptionState = said("Where it is.")


@output
class RedeemedBefore(UserError):
    """Another till was here first."""

    redeemed_at: Moment = said("When it was handed over.")
    outlet_name: str | None = said("What the outlet is called where it was; null: at no till.")


@output
class DuplicateFile(UserError):
    """The very same file was sent before; nothing is counted twice."""

    activity_id: strawberry.ID = said("The activity that the file became the first time.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as plain JSON, so that it can be kept and given again."""

    kind: str
    code: str
    message: str
    path: list[str] | None
    retryable: bool
    facts: Mapping[str, Any]


KINDS: Mapping[str, type[UserError]] = {
    kind.__name__: kind
    for kind in (
        RequestRefused,
        InsufficientPoints,
        TransferOverLimit,
        TransferTooEarly,
        StepUpRequired,
        TooManyOpen,
        TransferClosed,
        PointRequestClosed,
        CauseNotActive,
        ChallengeNotForYou,
        OfferChanged,
        RedemptionClosed,
        RedeemedBefore,
        DuplicateFile,
    )
}
# Refusals that say more than their code, by the names of what they say.
LIMITED = (TransferOverLimit, ("limit", "left"))
TOLD: Mapping[type[Refused], tuple[type[UserError], tuple[str, ...]]] = {
    transfers.OverTransferLimit: LIMITED,
    transfers.OverDayLimit: LIMITED,
    transfers.OverPairDayLimit: LIMITED,
    transfers.OverPairMonthLimit: LIMITED,
    giving.OverDonationLimit: LIMITED,
    transfers.SenderTooNew: (TransferTooEarly, ("hours", "allowed_at")),
    transfers.FriendTooNew: (TransferTooEarly, ("hours", "allowed_at")),
    transfers.StepUpRequired: (StepUpRequired, ("above", "minutes")),
    transfers.TooManyOffers: (TooManyOpen, ("most",)),
    transfers.TooManyPointRequests: (TooManyOpen, ("most",)),
    transfers.TransferClosed: (TransferClosed, ("state",)),
    transfers.TransferOnHold: (TransferClosed, ("state",)),
    transfers.NotInReview: (TransferClosed, ("state",)),
    transfers.PointRequestClosed: (PointRequestClosed, ("state",)),
    giving.CauseNotActive: (CauseNotActive, ("standing",)),
    streaks.OfferChanged: (OfferChanged, ("price",)),
    challenges.NotEligible: (ChallengeNotForYou, ("lacking",)),
    redemptions.RedemptionOver: (RedemptionClosed, ("state",)),
    redemptions.AlreadyRedeemed: (RedeemedBefore, ("redeemed_at", "outlet_name")),
}
# What a fact was before it was kept as JSON.
READERS: Mapping[tuple[type[UserError], str], Callable[[str], Any]] = {
    (TransferClosed, "state"): TransferState.__getitem__,
    (PointRequestClosed, "state"): PointRequestState.__getitem__,
    (CauseNotActive, "standing"): CauseStanding.__getitem__,
    (ChallengeNotForYou, "lacking"): ChallengeLack.__getitem__,
    (TransferTooEarly, "allowed_at"): lambda said: Moment(datetime.fromisoformat(said)),
    (RedemptionClosed, "state"): RedemptionState.__getitem__,
    (RedeemedBefore, "redeemed_at"): lambda said: Moment(datetime.fromisoformat(said)),
}


def plain(refused: Refused, *, asked: object, paths: Mapping[str, str]) -> Refusal:
    """A refusal of the domain, for keeping. A code outside the list is our mistake.

    asked -- the mutation's input, for the facts that only it has.
    paths -- the input's names for what the domain calls otherwise.
    """
    code: ErrorCode = RENAMED.get(refused.code) or ErrorCode(refused.code)
    kind, facts = _facts(refused, asked)
    steps = [to_camel_case(paths.get(step, step)) for step in refused.path]
    return Refusal(
        kind=kind.__name__,
        code=code.name,
        message=MESSAGES.get(code, str(refused) or code.name),
        path=["input", *steps] if steps else None,
        retryable=refused.retryable,
        facts=facts,
    )


def shaped(refusal: Refusal) -> UserError:
    """A refusal as the schema shows it."""
    kind = KINDS[refusal.kind]
    facts = {
        name: READERS[kind, name](fact) if (kind, name) in READERS else fact
        for name, fact in refusal.facts.items()
    }
    return kind(
        message=refusal.message,
        code=ErrorCode[refusal.code],
        path=refusal.path,
        retryable=refusal.retryable,
        **facts,
    )


def result(name: str) -> Any:
    """The union called `name` of what a mutation may answer, for `Annotated`."""
    mutation = f"{name[0].lower()}{name.removesuffix('Result')[1:]}"
    return strawberry.union(name, description=f"What came of `{mutation}`.")


def _facts(refused: Refused, asked: object) -> tuple[type[UserError], Mapping[str, Any]]:
    match refused:
        case ledger.InsufficientPoints():
            needed = refused.needed or getattr(asked, "points", 0)
            return InsufficientPoints, {"available": refused.available, "needed": needed}
        case activities.DuplicateFile():
            first = globalids.of(globalids.Kind.ACTIVITY, refused.first)
            return DuplicateFile, {"activity_id": first}
        case _:
            kind, names = TOLD.get(type(refused), (RequestRefused, ()))
            return kind, {name: _plain(getattr(refused, name, None)) for name in names}


def _plain(fact: object) -> object:
    return fact.isoformat() if isinstance(fact, datetime) else fact
