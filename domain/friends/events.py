"""What happens between friends that others may care about."""

from dataclasses import dataclass

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(Event):
    """`object` would like to be friends with `subject`. Never written for a blocked member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Befriended(Event):
    """`subject` and `object` are friends now; written once for each of the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossRequested(Event):
    """Somebody of another programme opened a link of `subject` and waits for their answer; the
    object is the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossBefriended(Event):
    """`subject` has a friend in another programme; the object is the friendship. Written once in
    each programme, and names nobody of the other."""
