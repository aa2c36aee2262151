"""What happens to members that others may care about."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """A member joined the programme, or came for what was imported for them; subject and object
    are the member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """A member went; subject and object are the member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack(Event):
    """A member who had left takes part again; subject and object are the member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A member no longer agrees to `purpose`, or says for the first time that they do not;
    subject and object are the member."""

    purpose: str
