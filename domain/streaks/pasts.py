"""Pasts: what is known of a member's periods, a byte for each. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# What is known of one period, as bits. Its own activities suffice: all of them, or without those
# in its first hours, which the period before may need. And the same two with what the next
# period's first hours add.
WHOLE, LATER = 1, 2
WHOLE_AND_NEXT, LATER_AND_NEXT = 4, 8
SHORT = 16  # travel left too little of it
REPAIRED = 32


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a member's periods.

    first  -- the first one; marks -- a byte for it and for each after it.
    closed -- the last period that is missed unless something says that it is not.
    bought -- for each freeze that was bought, the period from which on it may be used.
    """

    first: date
    marks: bytes
    closed: date
    bought: tuple[date, ...] = ()


def bits_of(past: Past, period: date, *, length_days: int) -> int:
    """The bits of one period; 0 for what nothing is known of."""
    place = (period - past.first).days // length_days
    return past.marks[place] if 0 <= place < len(past.marks) else 0


def marked(past: Past, marks: Mapping[date, int], *, length_days: int) -> Past:
    """The past with just these bits on these periods, from the first that has any to the last."""
    if not marks:
        return past
    first = min(past.first, min(marks))
    lead = (past.first - first).days // length_days
    last = (max(marks) - first).days // length_days
    known = bytearray(lead) + bytearray(past.marks)
    known.extend(bytes(max(last + 1 - len(known), 0)))
    for period, bits in marks.items():
        known[(period - first).days // length_days] = bits
    told = bytes(known).rstrip(b"\0")
    blank = len(told) - len(told.lstrip(b"\0"))
    first += timedelta(days=blank * length_days)
    return Past(first, told[blank:], past.closed, past.bought)


def also(past: Past, bit: int, periods: Iterable[date], *, length_days: int) -> Past:
    """The past with that bit on these periods too."""
    marks = {one: bits_of(past, one, length_days=length_days) | bit for one in periods}
    return marked(past, marks, length_days=length_days)


def periods_between(first: date, last: date, *, length_days: int) -> Sequence[date]:
    """All periods from the one to the other, both included; none where the last is earlier."""
    count = (last - first).days // length_days + 1
    return [first + timedelta(days=length_days * place) for place in range(max(count, 0))]
