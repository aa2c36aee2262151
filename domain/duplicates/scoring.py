"""Scoring: how likely two members are one person, and why. Pure.

Weights after the match scores of Fellegi and Sunter (1969), rounded: a contact that both proved
all but decides; a day of birth says more than a town; a name alone says nothing.
"""

from domain.duplicates.records import Reason
from domain.members import Likeness

BOTH_CONTACTS, EMAIL, PHONE = 99, 95, 90
BIRTH_DATE, RESIDENCE = 30, 15
NAME_SHARE = 0.5
NAMES_ALIKE_MIN = 40
SUGGESTED_MIN = 50


def scored(likeness: Likeness) -> tuple[int, tuple[Reason, ...]] | None:
    """The score, 0 to 100, and its reasons, the weightiest first; None: not worth a look."""
    facts = {
        Reason.EMAIL: likeness.email,
        Reason.PHONE: likeness.phone,
        Reason.BIRTH_DATE: likeness.birth_date,
        Reason.NAME: likeness.name >= NAMES_ALIKE_MIN,
        Reason.RESIDENCE: likeness.residence,
    }
    reasons = tuple(reason for reason, holds in facts.items() if holds)
    score = _score(likeness)
    return (score, reasons) if score >= SUGGESTED_MIN else None


def _score(likeness: Likeness) -> int:
    if likeness.email and likeness.phone:
        return BOTH_CONTACTS
    if likeness.email or likeness.phone:
        return EMAIL if likeness.email else PHONE
    if likeness.name < NAMES_ALIKE_MIN:
        return 0
    extra = BIRTH_DATE * likeness.birth_date + RESIDENCE * likeness.residence
    return min(round(NAME_SHARE * likeness.name) + extra, PHONE - 1) if extra else 0
