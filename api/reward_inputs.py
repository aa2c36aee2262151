"""What partners and operators say about a reward, all of it at once."""

from uuid import UUID

import strawberry

from api import globalids
from api.fields import input, said
from api.globalids import Kind
from api.outlets import outlet_of
from api.reward_states import RewardKind
from api.scalars import Moment, Points
from domain import rewards
from domain.rewards import Image, Terms, Text

NOBODY = UUID(int=0)


@input
class RewardTextInput:
    """What a member reads in one language."""

    locale: str = said("The language, as a BCP 47 tag; once each.")
    title: str = said("What it is, 1 to 80 characters.")
    body: str = said("More about it, 2,000 characters at most, in lines.", default="")


@input
class RewardImageAltInput:
    """What a picture shows, in one language."""

    locale: str = said("The language, as a BCP 47 tag; once each.")
    words: str = said("What it shows, 1 to 160 characters.")


@input
class RewardImageInput:
    """A picture of a reward."""

    url: str = said("Where it is; begins with https://, 500 characters at most.")
    alts: list[RewardImageAltInput] = said("What it shows, in one language at least.")


@input
class RewardDraftInput:
    """All that is said about a reward."""

    kind: RewardKind = said("What members get; it stays.")
    name: str = said("What it is called, 1 to 80 characters.")
    code: str | None = said(
        "How else it is called by, as by a challenge that gives it: 1 to 40 of a-z, 0-9, - and _,"
        " once in the programme; null: not.",
        default=None,
    )
    texts: list[RewardTextInput] | None = said(
        "What members read, by language; null: the name.", default=None
    )
    images: list[RewardImageInput] | None = said("Pictures, at most ten.", default=None)
    price: Points = said("Points that one costs, 1 to 100,000,000.")
    cash_minor: int = said("What is paid at the till beside them, in minor units.", default=0)
    value_minor: int = said("What one is worth to who hands it out, in minor units.", default=0)
    currency: str | None = said("The ISO 4217 code of both; null: neither is said.", default=None)
    tiers: list[str] | None = said("For members of one of these; null: for all.", default=None)
    segments: list[str] | None = said("For members in one of these; null: for all.", default=None)
    age_min: int = said("For members known to be so old, up to 120; 0: for all.", default=0)
    member_max: int | None = said(
        "How many a member may have within `memberDays`, 1 to 10,000; null: any.", default=None
    )
    member_days: int = said("Days of the member's own, 1 to 366.", default=1)
    total_max: int | None = said(
        "How many all may have within `totalDays`, 1 to 100,000,000; null: any.", default=None
    )
    total_days: int = said("Days of the programme's own, 1 to 366.", default=1)
    valid_from: Moment = said("From when on it may be had.")
    valid_until: Moment | None = said(
        "Until when, within ten years; null: until it is ended.", default=None
    )
    outlet_ids: list[strawberry.ID] | None = said(
        "The ids of each `Outlet` where it is handed over, 500 at most; null: in any of the"
        " partner's.",
        default=None,
    )
    cause_id: strawberry.ID | None = said(
        "The id of the `Cause` of a DONATION; null for other kinds.", default=None
    )
    reserve_seconds: int = said("How long it waits, 60 to 2,592,000.", default=900)
    refund_days: int = said("How long it may be given back, up to 366.", default=14)

    def read(self) -> Terms:
        """What it says."""
        return Terms(
            kind=rewards.RewardKind[self.kind.name],
            name=self.name,
            price=self.price,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            texts={one.locale: Text(one.title, one.body) for one in self.texts or ()},
            images=tuple(
                Image(one.url, {alt.locale: alt.words for alt in one.alts})
                for one in self.images or ()
            ),
            code=self.code,
            cash_minor=self.cash_minor,
            value_minor=self.value_minor,
            currency=self.currency,
            tiers=frozenset(self.tiers or ()),
            segments=frozenset(self.segments or ()),
            age_min=self.age_min,
            member_max=self.member_max,
            member_days=self.member_days,
            total_max=self.total_max,
            total_days=self.total_days,
            outlets=frozenset(outlet_of(id) for id in self.outlet_ids or ()),
            cause=self._cause(),
            reserve_seconds=self.reserve_seconds,
            refund_days=self.refund_days,
        )

    def _cause(self) -> UUID | None:
        if self.cause_id is None:
            return None
        return globalids.uuid_of(self.cause_id, Kind.CAUSE) or NOBODY
