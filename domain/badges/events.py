"""What happens to badges that others may care about. The subject is the member, the object the
badge."""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Event):
    """`subject` has a level of the badge that they did not have.

    level, before -- now, and until then; 0: they did not have the badge.
    grant         -- what gave it, which has the evidence.
    """

    level: int
    before: int
    origin: str
    grant: UUID
    activity: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(Event):
    """`subject` has a level of the badge no longer, and nothing else supports it.

    level, before -- now, and until then; 0: they do not have the badge any more.
    why           -- FACTS, REWARD, OPERATOR or ERASURE.
    """

    level: int
    before: int
    why: str
