"""Defining: what a programme wants to know of its members."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain import programmes
from domain.members.errors import BadField, TooMany
from infra.db import Row, Tx

KEY = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)
LABEL_CHARACTERS_MAX = 80
CHOICES_MAX = 200
FIELDS_MAX = 100

FIELDS = """
SELECT key, kind, label, choices, required, member_sees, member_edits, sensitive, active
FROM profile_field WHERE programme = $1 AND (active OR $2) ORDER BY key
"""
# The kind stays: what members said would no longer fit.
DEFINE = """
INSERT INTO profile_field (programme, key, kind, label, choices, required, member_sees,
                           member_edits, sensitive, active, defined_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (programme, key) DO UPDATE
SET label = excluded.label, choices = excluded.choices, required = excluded.required,
    member_sees = excluded.member_sees, member_edits = excluded.member_edits,
    sensitive = excluded.sensitive, active = excluded.active
WHERE profile_field.kind = excluded.kind
"""
COUNT = "SELECT count(*) FROM profile_field WHERE programme = $1"


class FieldKind(StrEnum):
    """What a field holds. MONEY: whole units of the smallest coin, in the programme's currency."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    MONEY = "MONEY"
    DATE = "DATE"
    CHOICE = "CHOICE"
    MULTI_CHOICE = "MULTI_CHOICE"
    BOOLEAN = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a programme wants to know.

    choices      -- for CHOICE and MULTI_CHOICE, in the order they are shown; else empty.
    required     -- a member may change it, not leave it empty again.
    member_sees, member_edits -- False: only operators do.
    sensitive    -- only operators who may see such things do.
    active       -- False: it is asked no more; what was said stays, and is shown to nobody.
    """

    key: str
    kind: FieldKind
    label: str
    choices: tuple[str, ...] = ()
    required: bool = False
    member_sees: bool = True
    member_edits: bool = True
    sensitive: bool = False
    active: bool = True


# What most programmes ask for, ready to be defined. Education by ISCED 2011.
STANDARD = (
    Field("gender", FieldKind.CHOICE, "Gender", ("female", "male", "non_binary", "not_said")),
    Field("birth_date", FieldKind.DATE, "Date of birth", sensitive=True),
    Field("residence", FieldKind.TEXT, "Town of residence"),
    Field(
        "education",
        FieldKind.CHOICE,
        "Education",
        ("primary", "secondary", "vocational", "bachelor", "master", "doctorate"),
    ),
    Field("occupation", FieldKind.TEXT, "Occupation"),
    Field("household_size", FieldKind.INTEGER, "People in the household"),
    Field("income", FieldKind.MONEY, "Income of a year", sensitive=True),
    Field(
        "interests",
        FieldKind.MULTI_CHOICE,
        "Interests",
        ("running", "cycling", "swimming", "hiking", "strength", "food", "travel", "culture"),
    ),
)


async def fields(*, programme: int, retired: bool = False, tx: Tx) -> Sequence[Field]:
    """What the programme wants to know, by key; `retired`: what it no longer asks, too."""
    return [_field(row) for row in await tx.rows(FIELDS, programme, retired)]


async def define(field: Field, *, programme: int, at: datetime, tx: Tx) -> Field:
    """Ask for a field from now on, or change how; its kind stays what it was.

    Refuses, in this order: BadField, TooMany, BadField (it exists with another kind).
    """
    sound = _sound(field)
    if int(await tx.value(COUNT, programme)) > FIELDS_MAX:
        raise TooMany(limit=FIELDS_MAX)
    rules = (sound.required, sound.member_sees, sound.member_edits, sound.sensitive, sound.active)
    words = (sound.key, sound.kind, sound.label, list(sound.choices))
    if not await tx.run(DEFINE, programme, *words, *rules, at):
        raise BadField("kind", "the kind of a field cannot change")
    return sound


def _sound(field: Field) -> Field:
    label = programmes.plain(field.label, longest=LABEL_CHARACTERS_MAX)
    chosen = field.kind in (FieldKind.CHOICE, FieldKind.MULTI_CHOICE)
    plain = [programmes.plain(choice, longest=LABEL_CHARACTERS_MAX) for choice in field.choices]
    if not KEY.fullmatch(field.key):
        raise BadField("key", "a key is 2 to 40 of a-z, 0-9 and underscore, a letter first")
    if not label:
        raise BadField("label", f"a label is 1 to {LABEL_CHARACTERS_MAX} characters")
    if chosen != bool(plain) or len(plain) > CHOICES_MAX or len(set(plain)) != len(plain):
        raise BadField("choices", f"a choice needs 1 to {CHOICES_MAX} different ones, others none")
    if not all(plain):
        raise BadField("choices", f"a choice is 1 to {LABEL_CHARACTERS_MAX} characters")
    if field.member_edits and not field.member_sees:
        raise BadField("member_edits", "nobody edits what they do not see")
    return field


def _field(row: Row) -> Field:
    kind, choices = FieldKind(row["kind"]), tuple(row["choices"])
    return Field(**{**row, "kind": kind, "choices": choices})
