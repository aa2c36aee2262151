"""What everybody sees of a raffle alike: what was promised, what was told, and the prizes."""

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from api import globalids
from api.cursors import bad_cursor
from api.fields import output, said
from api.globalids import Kind
from api.scalars import Moment, Points
from domain import raffles

V = strawberry.enum_value
NOBODY = UUID(int=0)
NUMBER_BYTES = 4


@strawberry.enum(description="Where a raffle is.")
class RaffleState(Enum):
    """Where a raffle is."""

    OPEN = V("OPEN", description="Tickets are given out.")
    CLOSED = V("CLOSED", description="Its tickets are fixed and its seed is told.")
    DRAWN = V("DRAWN", description="Its winners have their prizes.")


@strawberry.enum(description="What a winner gets.")
class RafflePrizeKind(Enum):
    """What a winner gets."""

    POINTS = V("POINTS", description="Points.")
    REWARD = V("REWARD", description="A reward, for nothing.")


@output
class RafflePrize:
    """What so many winners get each; prizes are drawn in their order."""

    kind: RafflePrizeKind = said("What it is.")
    count: int = said("How many get it.")
    points: Points | None = said("How many points, for POINTS.")
    reward_id: strawberry.ID | None = said("Which reward, for REWARD.")

    @classmethod
    def of(cls, prize: raffles.Prize) -> "RafflePrize":
        """A prize, as the schema shows it."""
        points, reward = prize.points, prize.reward
        return cls(
            kind=RafflePrizeKind[prize.kind.name],
            count=prize.count,
            points=Points(points) if points else None,
            reward_id=None if reward is None else globalids.of(Kind.REWARD, reward),
        )


@output
class RaffleFacts:
    """What is told of a raffle."""

    reward_id: strawberry.ID = said("The reward whose redemptions are its tickets.")
    name: str = said("What the reward is called.")
    state: RaffleState = said("Where it is.")
    commitment: str = said("SHA-256 of the seed, told from the beginning; hexadecimal.")
    seed: str | None = said("The seed, 32 bytes in hexadecimal; null until it is closed.")
    public_source: str | None = said(
        "The public value that is mixed in, as it was named at the opening; null: there is none."
    )
    public_value: str | None = said("That value; null until it is known.")
    tickets: int = said("How many tickets were given out, those given back too.")
    entries: int | None = said("How many take part; null until it is closed.")
    digest: str | None = said(
        "SHA-256 of the list of tickets that take part, in hexadecimal; null until it is closed."
    )
    prizes: list[RafflePrize] = said("What is won, in the order it is drawn.")
    opened_at: Moment = said("When it was opened.")
    closes_at: Moment = said("Until when tickets are given out.")
    closed_at: Moment | None = said("When its tickets were fixed.")
    drawn_at: Moment | None = said("When it was drawn.")


def facts(raffle: raffles.Raffle, *, name: str) -> dict[str, Any]:
    """The fields of `RaffleFacts`."""
    closed, drawn = raffle.closed_at, raffle.drawn_at
    return {
        "id": raffle_id(raffle.reward),
        "reward_id": globalids.of(Kind.REWARD, raffle.reward),
        "name": name,
        "state": RaffleState[raffle.state.name],
        "commitment": raffle.commitment.hex(),
        "seed": None if raffle.seed is None else raffle.seed.hex(),
        "public_source": raffle.source,
        "public_value": raffle.value,
        "tickets": raffle.tickets,
        "entries": raffle.entries,
        "digest": None if raffle.digest is None else raffle.digest.hex(),
        "prizes": [RafflePrize.of(prize) for prize in raffle.prizes],
        "opened_at": Moment(raffle.opened_at),
        "closes_at": Moment(raffle.closes_at),
        "closed_at": None if closed is None else Moment(closed),
        "drawn_at": None if drawn is None else Moment(drawn),
    }


def raffle_id(reward: UUID) -> strawberry.ID:
    """The global id of the raffle of a reward."""
    return globalids.of(Kind.RAFFLE, reward)


def raffle_of(id: str) -> UUID:
    """The reward whose raffle is called so; an id of something else names no raffle."""
    return globalids.uuid_of(id, Kind.RAFFLE) or NOBODY


def reward_of(id: str) -> UUID:
    """The reward that is called so; an id of something else names no reward."""
    return globalids.uuid_of(id, Kind.REWARD) or NOBODY


def number_of(position: bytes | None) -> int:
    """The place of a page whose places are numbers; 0 for its beginning. Raises Fault with
    BAD_CURSOR."""
    if position is None:
        return 0
    if len(position) != NUMBER_BYTES:
        raise bad_cursor()
    return int.from_bytes(position, "big")


def place_of(number: int) -> bytes:
    """A number as the place in a page."""
    return number.to_bytes(NUMBER_BYTES, "big")
