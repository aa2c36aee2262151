"""Hours count on the organiser's word only, never more than a shift has, nor two at once."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain import activities, members, programmes, volunteering
from domain.members import Member
from domain.partners import Partner
from domain.volunteering import Algorithm, Hours, Shift, State
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import databases, given
from tests.support.servers import Postgres

STARTS = given.NOON - timedelta(days=1, hours=4)
SECRET = b"s" * 32


@dataclass(frozen=True)
class Scene:
    """An organiser with a shift of two hours, and a member."""

    organiser: Partner
    shift: Shift
    ada: Member

    @property
    def home(self) -> int:
        return self.ada.programme


def fresh() -> UUID:
    return ids.new(given.NOON)


async def a_shift(
    organiser: Partner, *, starts_at: datetime = STARTS, places: int | None = None, tx: Tx
) -> Shift:
    at = STARTS - timedelta(days=2)
    kept = {"organiser": organiser, "programme": organiser.programme, "at": at, "tx": tx}
    made = await volunteering.publish(title="River day", text="", id=fresh(), **kept)
    ends_at = starts_at + timedelta(hours=2)
    times = {"starts_at": starts_at, "ends_at": ends_at, "places": places}
    return await volunteering.add_shift(made.id, **times, id=fresh(), **kept)


async def a_scene(tx: Tx, *, places: int | None = None) -> Scene:
    home = await given.a_programme(tx=tx)
    organiser, _ = await given.a_partner(home, tx=tx)
    ada = await given.a_member(home, tx=tx)
    return Scene(organiser, await a_shift(organiser, places=places, tx=tx), ada)


async def claim(scene: Scene, *, tx: Tx, **said: Any) -> Hours:
    told = {"shift": scene.shift.id, "minutes": 90, "at": given.NOON} | said
    return await volunteering.claim(told.pop("member", scene.ada), **told, id=fresh(), tx=tx)


async def confirm(scene: Scene, hours: UUID, *, tx: Tx, **said: Any) -> Hours:
    told = {"organiser": scene.organiser, "programme": scene.home, "at": given.NOON} | said
    return await volunteering.confirm(hours, **told, tx=tx)


async def test_given_a_claim_when_nobody_confirms_it_then_it_is_no_activity(tx: Tx) -> None:
    scene = await a_scene(tx)

    hours = await claim(scene, tx=tx)
    again = await claim(scene, minutes=120, tx=tx)

    assert (hours.state, hours.activity) == (State.CLAIMED, None)
    assert again == hours
    assert await activities.listed(scene.ada, before=None, limit=5, tx=tx) == []


async def test_given_a_claim_when_it_is_confirmed_then_the_hours_are_an_activity(tx: Tx) -> None:
    scene = await a_scene(tx)
    hours = await claim(scene, tx=tx)

    done = await confirm(scene, hours.id, tx=tx)
    again = await confirm(scene, hours.id, tx=tx)

    assert done.activity is not None
    found = await activities.get(done.activity, member=scene.ada, tx=tx)
    assert (done.state, done.minutes, again) == (State.CONFIRMED, 90, done)
    assert found.type is activities.Type.VOLUNTEERING
    assert (found.quantity, found.duration_s) == (5400, 5400)
    assert found.proof is activities.Proof.VERIFIED


async def test_given_confirmed_hours_when_they_are_revoked_then_the_activity_is_withdrawn(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    done = await confirm(scene, (await claim(scene, tx=tx)).id, tx=tx)
    kept = {"organiser": scene.organiser, "programme": scene.home, "at": given.NOON, "tx": tx}

    revoked = await volunteering.revoke(done.id, **kept)

    assert done.activity is not None
    found = await activities.get(done.activity, member=scene.ada, tx=tx)
    assert (revoked.state, found.state) == (State.REVOKED, activities.State.WITHDRAWN)
    assert await volunteering.revoke(done.id, **kept) == revoked
    with pytest.raises(volunteering.HoursClosed):
        await volunteering.decline(done.id, **kept)
    with pytest.raises(volunteering.HoursClosed):
        await confirm(scene, done.id, tx=tx)


async def test_given_a_claim_when_it_is_declined_then_it_cannot_be_confirmed(tx: Tx) -> None:
    scene = await a_scene(tx)
    hours = await claim(scene, tx=tx)
    kept = {"organiser": scene.organiser, "programme": scene.home, "at": given.NOON, "tx": tx}

    declined = await volunteering.decline(hours.id, **kept)

    assert declined.state is State.DECLINED
    assert await volunteering.decline(hours.id, **kept) == declined
    with pytest.raises(volunteering.HoursClosed):
        await confirm(scene, hours.id, tx=tx)


CLAIMS: dict[str, tuple[dict[str, Any], type[Refused]]] = {
    "another shift": ({"shift": UUID(int=7)}, volunteering.NoSuchShift),
    "no minutes": ({"minutes": 0}, volunteering.BadMinutes),
    "more than the shift": ({"minutes": 121}, volunteering.BadMinutes),
    "endless minutes": ({"minutes": 2**31}, volunteering.BadMinutes),
    "before it is over": ({"at": STARTS + timedelta(hours=1)}, volunteering.ShiftNotOver),
    "months later": ({"at": given.NOON + timedelta(days=70)}, volunteering.ClaimTooLate),
}


@pytest.mark.parametrize("name", CLAIMS)
async def test_given_a_bad_claim_when_made_then_it_is_refused(tx: Tx, name: str) -> None:
    said, refusal = CLAIMS[name]
    scene = await a_scene(tx)

    with pytest.raises(refusal):
        await claim(scene, tx=tx, **said)


async def test_given_a_full_shift_when_claimed_then_it_is_refused(tx: Tx) -> None:
    scene = await a_scene(tx, places=1)
    await claim(scene, tx=tx)
    home = await given.a_member(await _home(scene, tx), tx=tx)

    with pytest.raises(volunteering.ShiftFull):
        await claim(scene, member=home, tx=tx)


async def _home(scene: Scene, tx: Tx) -> Any:
    return await programmes.by_id(scene.home, tx=tx)


CONFIRMATIONS: dict[str, tuple[dict[str, Any], type[Refused]]] = {
    "more than the shift": ({"minutes": 121}, volunteering.BadMinutes),
    "no minutes": ({"minutes": 0}, volunteering.BadMinutes),
    "beyond its end": (
        {"minutes": 90, "starts_at": STARTS + timedelta(hours=1)},
        volunteering.BadMinutes,
    ),
    "before its start": (
        {"minutes": 30, "starts_at": STARTS - timedelta(minutes=1)},
        volunteering.BadMinutes,
    ),
    "before it is over": ({"at": STARTS + timedelta(hours=1)}, volunteering.ShiftNotOver),
    "months later": ({"at": given.NOON + timedelta(days=70)}, volunteering.ClaimTooLate),
}


@pytest.mark.parametrize("name", CONFIRMATIONS)
async def test_given_a_bad_confirmation_when_made_then_it_is_refused(tx: Tx, name: str) -> None:
    said, refusal = CONFIRMATIONS[name]
    scene = await a_scene(tx)
    hours = await claim(scene, tx=tx)

    with pytest.raises(refusal):
        await confirm(scene, hours.id, tx=tx, **said)


async def test_given_another_organiser_when_they_confirm_then_there_is_no_such_claim(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    other, _ = await given.a_partner(await _home(scene, tx), tx=tx)
    hours = await claim(scene, tx=tx)

    with pytest.raises(volunteering.NoSuchHours):
        await confirm(scene, hours.id, organiser=other, tx=tx)


async def test_given_confirmed_hours_when_others_overlap_them_then_they_are_refused(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    other, _ = await given.a_partner(await _home(scene, tx), tx=tx)
    later = await a_shift(other, starts_at=STARTS + timedelta(minutes=60), tx=tx)
    await confirm(scene, (await claim(scene, tx=tx)).id, tx=tx)
    hours = await claim(scene, shift=later.id, tx=tx)

    with pytest.raises(volunteering.HoursOverlap):
        await confirm(scene, hours.id, organiser=other, tx=tx)
    beside = await confirm(
        scene,
        hours.id,
        organiser=other,
        minutes=60,
        starts_at=STARTS + timedelta(minutes=90),
        tx=tx,
    )

    assert beside.state is State.CONFIRMED


async def test_given_two_organisers_when_they_confirm_at_once_then_one_of_them_is_refused(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            scene = await a_scene(tx)
            home = await _home(scene, tx)
            claims = [(scene.organiser, await claim(scene, tx=tx))]
            for _ in range(3):
                other, _made = await given.a_partner(home, tx=tx)
                shift = await a_shift(other, tx=tx)
                claims.append((other, await claim(scene, shift=shift.id, tx=tx)))

        async def answer(organiser: Partner, hours: Hours) -> str:
            try:
                async with db.transaction() as tx:
                    return (await confirm(scene, hours.id, organiser=organiser, tx=tx)).state
            except volunteering.HoursOverlap as refused:
                return refused.code

        answers = await asyncio.gather(*(answer(*each) for each in claims))

    assert sorted(answers) == ["CONFIRMED", *["HOURS_OVERLAP"] * 3]


async def test_given_nobody_claimed_when_the_organiser_speaks_first_then_the_hours_count(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    kept = {"organiser": scene.organiser, "programme": scene.home, "at": given.NOON, "tx": tx}
    said = {"shift": scene.shift.id, "minutes": 60}

    done = await volunteering.confirm_unclaimed(
        **said, ref=scene.ada.external_ref, id=fresh(), **kept
    )

    assert (done.member, done.minutes, done.claimed_minutes) == (scene.ada.id, 60, None)
    with pytest.raises(members.NoSuchMember):
        await volunteering.confirm_unclaimed(**said, ref="nobody", id=fresh(), **kept)


def statement(scene: Scene, sign: Callable[[bytes], str], **said: Any) -> str:
    id, at = said.pop("id", "st_1"), said.pop("at", given.NOON)
    told = {"shift": str(scene.shift.id), "member": scene.ada.external_ref, "minutes": 75} | said
    payload = orjson.dumps(told)
    head = f"{id}.{int(at.timestamp())}."
    packed = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    return f"{head}{packed}.{sign(head.encode() + payload)}"


def by_secret(content: bytes, secret: bytes = SECRET) -> str:
    made = hmac.new(secret, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


async def with_secret(scene: Scene, *, tx: Tx) -> None:
    await volunteering.add_key(
        algorithm=Algorithm.HMAC_SHA256,
        key=SECRET,
        overlap=timedelta(0),
        organiser=scene.organiser,
        programme=scene.home,
        id=fresh(),
        at=STARTS,
        tx=tx,
    )


async def redeem(scene: Scene, text: str, *, member: Member | None = None, tx: Tx) -> Hours:
    who = member or scene.ada
    return await volunteering.redeem(who, statement=text, id=fresh(), at=given.NOON, tx=tx)


async def test_given_a_signed_statement_when_redeemed_then_it_counts_once(tx: Tx) -> None:
    scene = await a_scene(tx)
    await with_secret(scene, tx=tx)
    text = statement(scene, by_secret)

    done = await redeem(scene, text, tx=tx)

    assert (done.state, done.minutes) == (State.CONFIRMED, 75)
    with pytest.raises(volunteering.StatementUsed):
        await redeem(scene, text, tx=tx)


async def test_given_an_ed25519_statement_when_redeemed_then_only_its_own_key_will_do(
    tx: Tx,
) -> None:
    scene = await a_scene(tx)
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    await volunteering.add_key(
        algorithm=Algorithm.ED25519,
        key=public,
        overlap=timedelta(0),
        organiser=scene.organiser,
        programme=scene.home,
        id=fresh(),
        at=STARTS,
        tx=tx,
    )

    def sign(content: bytes) -> str:
        return f"v1a,{base64.b64encode(private.sign(content)).decode()}"

    def as_a_secret(content: bytes) -> str:
        return by_secret(content, public)

    # Whoever knows the public key could sign if it were taken for a secret.
    with pytest.raises(volunteering.BadStatementSignature):
        await redeem(scene, statement(scene, as_a_secret), tx=tx)
    done = await redeem(scene, statement(scene, sign), tx=tx)

    assert done.state is State.CONFIRMED


REDEMPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "too old": ({"at": given.NOON - timedelta(days=61)}, "BAD_STATEMENT"),
    "of the future": ({"at": given.NOON + timedelta(minutes=6)}, "BAD_STATEMENT"),
    "minutes as text": ({"minutes": "75"}, "BAD_STATEMENT"),
    "minutes as truth": ({"minutes": True}, "BAD_STATEMENT"),
    "no shift": ({"shift": None}, "BAD_STATEMENT"),
    "a start without a zone": ({"starts_at": "2026-01-01T10:00:00"}, "BAD_STATEMENT"),
    "another shift": ({"shift": str(UUID(int=9))}, "NO_SUCH_SHIFT"),
    "another member": ({"member": "nobody"}, "STATEMENT_NOT_YOURS"),
    "more than the shift": ({"minutes": 121}, "BAD_MINUTES"),
    "less than a minute": ({"minutes": -5}, "BAD_MINUTES"),
}


@pytest.mark.parametrize("name", REDEMPTIONS)
async def test_given_a_bad_statement_when_redeemed_then_it_is_refused(tx: Tx, name: str) -> None:
    said, code = REDEMPTIONS[name]
    scene = await a_scene(tx)
    await with_secret(scene, tx=tx)

    with pytest.raises(Refused) as refused:
        await redeem(scene, statement(scene, by_secret, **said), tx=tx)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda text: "", "BAD_STATEMENT"),
        (lambda text: text[:-30], "BAD_STATEMENT"),
        (lambda text: text + "." * 3000, "BAD_STATEMENT"),
        (lambda text: text.replace("st_1", "st_2", 1), "BAD_SIGNATURE"),
        (lambda text: text.replace(".v1,", ".v1a,"), "BAD_SIGNATURE"),
        (lambda text: text.replace(".v1,", ".v2,"), "BAD_STATEMENT"),
    ],
)
async def test_given_a_bent_statement_when_redeemed_then_it_is_refused(
    tx: Tx, bend: Callable[[str], str], code: str
) -> None:
    scene = await a_scene(tx)
    await with_secret(scene, tx=tx)

    with pytest.raises(Refused) as refused:
        await redeem(scene, bend(statement(scene, by_secret)), tx=tx)

    assert refused.value.code == code


async def test_given_a_rotated_key_when_its_overlap_is_over_then_it_signs_no_more(tx: Tx) -> None:
    scene = await a_scene(tx)
    await with_secret(scene, tx=tx)
    await volunteering.add_key(
        algorithm=Algorithm.HMAC_SHA256,
        key=b"n" * 32,
        overlap=timedelta(hours=1),
        organiser=scene.organiser,
        programme=scene.home,
        id=fresh(),
        at=given.NOON - timedelta(hours=2),
        tx=tx,
    )

    with pytest.raises(volunteering.BadStatementSignature):
        await redeem(scene, statement(scene, by_secret), tx=tx)


async def test_given_a_start_at_the_end_of_time_when_confirmed_then_it_is_refused(tx: Tx) -> None:
    scene = await a_scene(tx)
    hours = await claim(scene, tx=tx)

    with pytest.raises(volunteering.BadMinutes):
        await confirm(scene, hours.id, starts_at=datetime.max.replace(tzinfo=UTC), tx=tx)
