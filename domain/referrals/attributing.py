"""Attribute a newcomer to the member whose code they joined by."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import members
from domain.members import Member
from domain.referrals.errors import NoSuchReferralCode
from domain.referrals.events import Referred
from domain.referrals.guarding import arrived, doubts, note_device
from domain.referrals.policies import policy
from domain.referrals.reading import referral_of
from domain.referrals.records import CODE_CHARACTERS, Doubt, Referral, State
from infra import codes, ids
from infra.db import Tx
from infra.outbox import emit

CODE = "SELECT code FROM referral_code WHERE programme = $1 AND member = $2"
# Of two at once the second finds the first one's code.
ADD_CODE = """
INSERT INTO referral_code (programme, code, member, made_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
WHOSE = "SELECT member FROM referral_code WHERE programme = $1 AND code = $2"
KNOWN = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral WHERE programme = $1 AND newcomer = $2
"""
ADD = """
INSERT INTO referral (programme, id, referrer, newcomer, state, doubts, joined_at, lapses_at,
                      resolved_at)
VALUES ($1, $2, $3, $4, $5::text, $6, $7::timestamptz, $8,
        CASE $5::text WHEN 'REFUSED' THEN $7::timestamptz END)
RETURNING id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared,
          activity, referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at,
          pays_at, resolved_at
"""


async def code_of(member: Member, *, device: str | None = None, at: datetime, tx: Tx) -> str:
    """The member's own code, made the first time; it stays the same.

    device -- what the app calls its device, as for `arrive`. Raises BadDevice.
    """
    if device is not None:
        await note_device(member, device, at=at, tx=tx)
    known = await tx.value(CODE, member.programme, member.id)
    if known is None:
        await tx.run(ADD_CODE, member.programme, codes.fresh(CODE_CHARACTERS), member.id, at)
        known = await tx.value(CODE, member.programme, member.id)
    return str(known)


async def arrive(
    newcomer: Member,
    *,
    who: tuple[str, str],
    code: str | None,
    device: str | None,
    at: datetime,
    tx: Tx,
) -> Referral | None:
    """Note that somebody has just joined; their referral, or None when they named no code.

    To be called in the transaction that joined them, for everybody who joins.
    who    -- the issuer, and what it calls the person; only a one-way mark is kept.
    device -- what the app calls its device; None: it did not say. Only a hash is kept.
    Doubts are no refusal: the newcomer is told nothing of them, nor is the referrer.
    Refuses, in this order: BadDevice, NoSuchReferralCode.
    """
    new = await arrived(newcomer, who=who, device=device, at=at, tx=tx)
    if code is None:
        return None
    referrer = await _referrer(code, newcomer, tx)
    known = await tx.row(KNOWN, newcomer.programme, newcomer.id)
    if known is not None:
        return referral_of(known)
    terms = await policy(newcomer.programme, tx=tx)
    against = await doubts(
        newcomer, referrer=referrer, device=device, new=new, policy=terms, at=at, tx=tx
    )
    return await _added(newcomer, referrer, against, days=terms.window_days, at=at, tx=tx)


async def _added(
    newcomer: Member,
    referrer: Member,
    against: Sequence[Doubt],
    *,
    days: int,
    at: datetime,
    tx: Tx,
) -> Referral:
    state = State.REFUSED if Doubt.REJOINED in against else State.HELD
    ends = (referrer.id, newcomer.id, state if against else State.WAITING, list(against))
    until = at + timedelta(days=days)
    row = await tx.row(ADD, newcomer.programme, ids.new(at), *ends, at, until)
    assert row is not None, "an insert has a row"
    referral = referral_of(row)
    told = Referred(programme=referral.programme, subject=referrer.id, object=referral.id, at=at)
    emit(told, tx=tx)
    return referral


async def _referrer(code: str, newcomer: Member, tx: Tx) -> Member:
    plain = codes.read(code, length=CODE_CHARACTERS)
    whose = plain and await tx.value(WHOSE, newcomer.programme, plain)
    found = await members.several([whose], programme=newcomer.programme, tx=tx) if whose else {}
    referrer = next(iter(found.values()), None)
    if referrer is None or not referrer.is_active or referrer.id == newcomer.id:
        raise NoSuchReferralCode("nobody has that code")
    return referrer
