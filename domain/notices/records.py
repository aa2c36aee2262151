"""What a notice is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.members import Member
from domain.push import Kind
from domain.windows import Topic, Urgency

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one event is to the member whose it is.

    key, args -- which text, and what is filled in but for names.
    topic, urgency -- see windows.
    kind   -- how it is pushed; None: it is for the inbox alone.
    ttl    -- how long after it happened a push of it is worth something.
    refs   -- what it is about, as a kind of thing and its id; the first is what an app opens.
    named  -- things whose names are filled in: which argument, which kind of thing, which one.
    person -- another member whose name is filled in as `name`, as far as it may be seen.
    rank   -- of several at once that are no MONEY, the one with the highest is pushed.
    about  -- pushes about one thing replace each other; None: those about the first ref do.
    title, body -- what was written for this member, word for word.
    """

    key: str
    topic: Topic
    urgency: Urgency = Urgency.PLAIN
    kind: Kind | None = None
    ttl: timedelta = DAY
    args: Mapping[str, str | int] = field(default_factory=dict)
    refs: Mapping[str, UUID] = field(default_factory=dict)
    named: tuple[str, str, UUID | str] | None = None
    person: UUID | None = None
    rank: int = 0
    about: UUID | None = None
    title: str | None = None
    body: str | None = None

    @property
    def joins(self) -> bool:
        """True when one push may stand for this and what else happened at the same time."""
        return self.urgency is not Urgency.MONEY and self.kind is not Kind.BONUS_OFFER

    @property
    def collapse(self) -> str | None:
        """What its pushes share with those that replace them; None: nothing does."""
        about = self.about or next(iter(self.refs.values()), None)
        return None if about is None else about.hex


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, to whom, and when it happened; id -- of the event."""

    id: UUID
    member: Member
    notice: Notice
    at: datetime

    def args(self, names: Mapping[tuple[str, UUID | str], str]) -> Mapping[str, str | int]:
        """What is filled into the text, but for the name of another member."""
        if self.notice.named is None:
            return self.notice.args
        arg, kind, id = self.notice.named
        return {**self.notice.args, arg: names[kind, id]}
