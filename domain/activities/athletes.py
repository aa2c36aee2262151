"""Athletes: whose Strava may be read, and what it hinted at.

Strava's webhooks are not signed, so what they say is never believed: each is a hint that
something may have changed, and following says what did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.activities.errors import AthleteTaken, BadCode
from domain.members import Member
from infra import signals
from infra.db import Row, Tx
from infra.strava import Tokens

HINTED = "laurel:strava"
# Longer than asking may take, so a lease that ran out means a worker that died.
LEASE = timedelta(seconds=60)
BACK_OFF = timedelta(seconds=30)
ATTEMPTS_MAX = 12
# Nobody does so much in a day; whoever guesses an athlete's id can make us ask no more often.
WAITING_MAX = 100
CODE_CHARACTERS_MAX = 255
# The whole athlete rather than one activity.
ATHLETE = 0

TAKEN = "SELECT member FROM strava_athlete WHERE programme = $1 AND athlete = $2"
CONNECT = """
INSERT INTO strava_athlete (programme, member, athlete, access_token, refresh_token, expires_at,
                            since)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (programme, member) DO UPDATE
SET athlete = excluded.athlete, access_token = excluded.access_token,
    refresh_token = excluded.refresh_token, expires_at = excluded.expires_at
"""
DISCONNECT = "DELETE FROM strava_athlete WHERE programme = $1 AND member = $2"
ATHLETE_OF = "SELECT athlete FROM strava_athlete WHERE programme = $1 AND member = $2"
# A hint that comes again while the first is followed makes it be followed once more.
HINT = """
INSERT INTO strava_hint (programme, member, activity, due_at)
SELECT a.programme, a.member, $2, $3 FROM strava_athlete AS a
WHERE a.athlete = $1 AND $4 > (
    SELECT count(*) FROM strava_hint AS h WHERE h.programme = a.programme AND h.member = a.member)
ON CONFLICT (programme, member, activity) DO UPDATE
SET hinted = strava_hint.hinted + 1, attempts = 0, due_at = excluded.due_at
"""
LEASED = """
WITH due AS (
    SELECT programme, member, activity FROM strava_hint WHERE due_at <= $1
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE strava_hint AS h SET attempts = h.attempts + 1, due_at = $3
FROM due JOIN strava_athlete AS a ON a.programme = due.programme AND a.member = due.member
WHERE h.programme = due.programme AND h.member = due.member AND h.activity = due.activity
RETURNING h.programme, h.member, h.activity, h.hinted, h.attempts, a.access_token,
          a.refresh_token, a.expires_at
"""
DONE = """
DELETE FROM strava_hint WHERE programme = $1 AND member = $2 AND activity = $3 AND hinted = $4
"""
# Hinted at again meanwhile: at once.
AGAIN = """
UPDATE strava_hint SET due_at = $4 WHERE programme = $1 AND member = $2 AND activity = $3
"""
NOTE_CODE = """
INSERT INTO strava_code (programme, member, code, due_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme, member) DO UPDATE SET code = excluded.code, due_at = excluded.due_at
"""
# Once: a code is good for one exchange.
CODES = """
WITH due AS (
    SELECT programme, member FROM strava_code WHERE due_at <= $1
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM strava_code AS c USING due
WHERE c.programme = due.programme AND c.member = due.member
RETURNING c.programme, c.member, c.code
"""
RENEW = """
UPDATE strava_athlete SET access_token = $3, refresh_token = $4, expires_at = $5
WHERE programme = $1 AND member = $2
"""


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint, leased to one worker; `activity` is Strava's id, or ATHLETE."""

    programme: int
    member: UUID
    activity: int
    hinted: int
    attempts: int
    tokens: Tokens


async def connect(member: Member, *, athlete: int, tokens: Tokens, at: datetime, tx: Tx) -> None:
    """From now on the member's activities at Strava are theirs here; again renews the tokens.

    Refuses AthleteTaken.
    """
    holder = await tx.value(TAKEN, member.programme, athlete)
    if holder is not None and holder != member.id:
        raise AthleteTaken("another member has connected this athlete")
    said = (tokens.access, tokens.refresh, tokens.expires_at)
    await tx.run(CONNECT, member.programme, member.id, athlete, *said, at)


async def allow(member: Member, *, code: str, at: datetime, tx: Tx) -> None:
    """The member came back from Strava with `code`; a worker exchanges it within seconds.

    Refuses BadCode.
    """
    if not 0 < len(code) <= CODE_CHARACTERS_MAX or not code.isprintable():
        raise BadCode(f"a code is 1 to {CODE_CHARACTERS_MAX} printable characters")
    await tx.run(NOTE_CODE, member.programme, member.id, code, at)
    tx.after_commit(_tell_workers)


async def codes(*, limit: int, at: datetime, tx: Tx) -> Sequence[tuple[int, UUID, str]]:
    """Programme, member and code of those to exchange now; each is given once."""
    rows = await tx.rows(CODES, at, limit)
    return [(row["programme"], row["member"], row["code"]) for row in rows]


async def disconnect(member: Member, *, tx: Tx) -> None:
    """Forget the member's athlete and tokens; what was reported stays. Never connected is fine."""
    await tx.run(DISCONNECT, member.programme, member.id)


async def athlete_of(member: Member, *, tx: Tx) -> int | None:
    """The athlete that the member has connected."""
    found: int | None = await tx.value(ATHLETE_OF, member.programme, member.id)
    return found


async def hint(athlete: int, *, activity: int, at: datetime, tx: Tx) -> int:
    """Something may have happened; how many members have connected the athlete."""
    noted = await tx.run(HINT, athlete, activity, at, WAITING_MAX)
    if noted:
        tx.after_commit(_tell_workers)
    return noted


async def leased(*, limit: int, at: datetime, tx: Tx) -> Sequence[Hint]:
    """Hints to follow now; two workers never get one."""
    return [_hint(row) for row in await tx.rows(LEASED, at, limit, at + LEASE)]


async def followed(one: Hint, *, at: datetime, tx: Tx) -> None:
    """It has been followed; when it came again meanwhile it is due again."""
    place = (one.programme, one.member, one.activity)
    if not await tx.run(DONE, *place, one.hinted):
        await tx.run(AGAIN, *place, at)


async def put_off(one: Hint, *, at: datetime, tx: Tx) -> None:
    """Try later, each time longer; after a day of tries it is given up."""
    if one.attempts >= ATTEMPTS_MAX:
        await followed(one, at=at, tx=tx)
        return
    later = at + BACK_OFF * 2 ** (one.attempts - 1)
    await tx.run(AGAIN, one.programme, one.member, one.activity, later)


async def renew(one: Hint, tokens: Tokens, *, tx: Tx) -> None:
    """Keep the athlete's next tokens."""
    said = (tokens.access, tokens.refresh, tokens.expires_at)
    await tx.run(RENEW, one.programme, one.member, *said)


def _hint(row: Row) -> Hint:
    tokens = Tokens(row["access_token"], row["refresh_token"], row["expires_at"])
    return Hint(
        *(row["programme"], row["member"], row["activity"], row["hinted"], row["attempts"]),
        tokens=tokens,
    )


async def _tell_workers() -> None:
    await signals.publish([HINTED])
