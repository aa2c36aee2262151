"""Sign out: end the sessions of a member, wherever their tokens are.

A token is good until it ends; whoever has stolen one would go on until then, and with what it
is refreshed from, for ever. So each request looks here whether its session was ended, in the
statement that finds its member.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.members.errors import BadSession
from domain.members.records import Member
from infra import signals
from infra.db import Tx

CHANNEL = "laurel:signout:"
SESSION_CHARACTERS_MAX = 320
SIGN_INS_MAX = 10_000

# What was ended by name before is ended by time now.
END_ALL = """
WITH known AS (
    SELECT programme, issuer, subject FROM member_identity WHERE programme = $1 AND member = $2
), named AS (
    DELETE FROM member_signout AS s USING known AS k
    WHERE (s.programme, s.issuer, s.subject) = (k.programme, k.issuer, k.subject)
      AND s.session <> ''
)
INSERT INTO member_signout (programme, issuer, subject, session, ended_at)
SELECT programme, issuer, subject, '', $3 FROM known
ON CONFLICT (programme, issuer, subject, session)
DO UPDATE SET ended_at = greatest(member_signout.ended_at, excluded.ended_at)
"""
END_ONE = """
INSERT INTO member_signout (programme, issuer, subject, session, ended_at)
SELECT programme, issuer, subject, $3, $4 FROM member_identity
WHERE programme = $1 AND member = $2
ON CONFLICT DO NOTHING
"""
IDENTITIES = """
SELECT p.slug, i.issuer, i.subject FROM member_identity AS i
JOIN programme AS p ON p.id = i.programme
WHERE i.programme = $1 AND i.member = $2
"""
ENDED = """
SELECT a.place FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    WITH ORDINALITY AS a (slug, issuer, subject, session, since, place)
JOIN programme AS p ON p.slug = a.slug
WHERE EXISTS (
    SELECT FROM member_signout AS s
    WHERE s.programme = p.id AND s.issuer = a.issuer AND s.subject = a.subject
      AND (s.session = a.session
           OR s.session = '' AND s.ended_at >= coalesce(a.since, '-infinity'::timestamptz))
)
"""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where a token came from.

    programme -- its slug.
    session   -- what the issuer calls it; None: it names none.
    since     -- when it began, or when the token was made; None: unsaid, so any end is its end.
    """

    programme: str
    issuer: str
    subject: str
    session: str | None
    since: datetime | None


async def sign_out(member: Member, *, session: str | None = None, at: datetime, tx: Tx) -> None:
    """End one session of the member, or, with None, every one that has begun until `at`.

    It may be ended again. Refuses: BadSession.
    """
    if session is None:
        await tx.run(END_ALL, member.programme, member.id, at)
    elif not 1 <= len(session) <= SESSION_CHARACTERS_MAX or not session.isprintable():
        raise BadSession("a session is what the issuer's token calls it")
    else:
        await tx.run(END_ONE, member.programme, member.id, session, at)
    known = await tx.rows(IDENTITIES, member.programme, member.id)
    channels = [channel(row["slug"], issuer=row["issuer"], subject=row["subject"]) for row in known]
    if channels:
        tx.after_commit(lambda: signals.publish(channels))


async def signed_out(sign_ins: Sequence[SignIn], *, tx: Tx) -> Sequence[bool]:
    """Whether each of at most 10,000 sign-ins was ended, in their order."""
    assert len(sign_ins) <= SIGN_INS_MAX, f"at most {SIGN_INS_MAX} sign-ins at once"
    rows = await tx.rows(
        ENDED,
        [one.programme for one in sign_ins],
        [one.issuer for one in sign_ins],
        [one.subject for one in sign_ins],
        [one.session for one in sign_ins],
        [one.since for one in sign_ins],
    )
    ended = {row["place"] for row in rows}
    return [place in ended for place, _ in enumerate(sign_ins, 1)]


def channel(programme: str, *, issuer: str, subject: str) -> str:
    """Where a hint is published when sessions of that person were ended.

    programme -- its slug.
    """
    said = f"{programme}\x1f{issuer}\x1f{subject}"
    return CHANNEL + sha256(said.encode()).hexdigest()
