"""Signing in: a watch asks, its member decides, and it has one token, once."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain import devices, members
from domain.devices import About, Asked, DeviceKind, Outcome, Platform, Poll, SignIn, personal
from domain.devices.asking import ALPHABET, PREFIX
from domain.members import Member
from domain.programmes import Programme
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import ISSUER, NOON

WATCH = About(Platform.ANDROID, DeviceKind.WATCH, "1.0", "en", name="Watch 7")
SIGN_IN = SignIn(ISSUER, "ada", "phone")
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
KEPT = "SELECT hash, token FROM device WHERE programme = $1 AND token IS NOT NULL"


async def a_home(*, tx: Tx) -> tuple[Programme, Member]:
    programme = await given.a_programme(tx=tx)
    return programme, await given.a_member(programme, subject="ada", tx=tx)


async def asked(programme: Programme, *, tx: Tx, at: datetime = NOON) -> Asked:
    return await devices.ask(programme, WATCH, at=at, tx=tx)


async def polled(one: Asked, programme: Programme, *, at: datetime = NOON, tx: Tx) -> Poll:
    return await devices.poll(one.device_code, programme=programme, at=at, tx=tx)


async def approved(one: Asked, member: Member, *, at: datetime = NOON, tx: Tx) -> None:
    await devices.approve(one.user_code, member=member, sign_in=SIGN_IN, at=at, tx=tx)


async def signed_in(programme: Programme, member: Member, *, tx: Tx) -> str:
    """The token of a watch of the member's."""
    one = await asked(programme, tx=tx)
    await approved(one, member, tx=tx)
    token = (await polled(one, programme, tx=tx)).token
    assert token is not None
    return token


async def test_given_a_watch_that_asks_when_its_member_approves_then_it_has_one_token_once(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    one = await asked(programme, tx=tx)

    before = await polled(one, programme, tx=tx)
    seen = await devices.waiting(one.user_code.lower(), member=ada, at=NOON, tx=tx)
    await approved(one, ada, tx=tx)
    first = await polled(one, programme, tx=tx)
    second = await polled(one, programme, tx=tx)

    assert (before.outcome, seen.about) == (Outcome.PENDING, WATCH)
    assert (first.outcome, second) == (Outcome.GRANTED, Poll(Outcome.NO_SUCH_CODE))
    assert first.token is not None
    holder = await devices.bearer(first.token, at=NOON, tx=tx)
    assert (holder.member, holder.subject, holder.since) == (ada.id, "ada", NOON)
    [device] = await devices.listed(ada, after=None, limit=9, tx=tx)
    assert (device.id, device.about, device.signed_in) == (holder.device, WATCH, True)


async def test_given_a_token_then_only_its_hash_is_kept_and_nothing_shows_the_rest(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)

    token = await signed_in(programme, ada, tx=tx)

    [row] = await tx.rows(KEPT, programme.id)
    secret = token.rpartition("_")[2]
    assert bytes(row["hash"]) == hashlib.sha256(secret.encode()).digest()
    assert (token.startswith("lw_"), row["token"] in token, len(secret)) == (True, True, 52)
    assert secret not in repr(Poll(Outcome.GRANTED, token))


async def test_given_a_watch_when_its_member_refuses_then_it_is_denied_for_good(tx: Tx) -> None:
    programme, ada = await a_home(tx=tx)
    one = await asked(programme, tx=tx)

    await devices.refuse(one.user_code, member=ada, sign_in=SIGN_IN, at=NOON, tx=tx)

    assert (await polled(one, programme, tx=tx)).outcome is Outcome.DENIED
    with pytest.raises(devices.NoSuchCode):
        await approved(one, ada, tx=tx)


async def test_given_a_watch_that_comes_too_often_then_it_must_wait_longer_each_time(
    tx: Tx,
) -> None:
    programme, _ = await a_home(tx=tx)
    one = await asked(programme, tx=tx)

    said = [
        await polled(one, programme, at=NOON + after * SECOND, tx=tx) for after in (0, 1, 9, 24)
    ]

    assert [(poll.outcome, poll.interval_s) for poll in said] == [
        (Outcome.PENDING, 5),
        (Outcome.SLOW_DOWN, 10),
        (Outcome.SLOW_DOWN, 15),
        (Outcome.PENDING, 15),
    ]


async def test_given_a_code_of_ten_minutes_ago_then_it_is_over_for_both(tx: Tx) -> None:
    programme, ada = await a_home(tx=tx)
    one = await asked(programme, tx=tx)

    with pytest.raises(devices.NoSuchCode):
        await approved(one, ada, at=NOON + devices.LIVES, tx=tx)

    later = await polled(one, programme, at=NOON + devices.LIVES, tx=tx)
    assert later.outcome is Outcome.EXPIRED


@pytest.mark.parametrize("n", range(7))
async def test_given_a_device_code_that_is_none_then_it_is_no_such_code(tx: Tx, n: int) -> None:
    programme, _ = await a_home(tx=tx)
    south = await given.a_programme(tx=tx)
    one = await asked(programme, tx=tx)
    id, secret = one.device_code.removeprefix(PREFIX).split("_")
    other = await asked(south, tx=tx)
    bad = [
        "",
        one.user_code,
        id,
        f"{PREFIX}{id}_{secret[::-1]}",
        f"{PREFIX}{id[::-1]}_{secret}",
        other.device_code,
        one.device_code + "\n",
    ]

    found = await devices.poll(bad[n], programme=programme, at=NOON, tx=tx)

    assert found == Poll(Outcome.NO_SUCH_CODE)


@pytest.mark.parametrize("n", range(6))
async def test_given_a_token_that_is_none_then_it_proves_nothing(tx: Tx, n: int) -> None:
    programme, ada = await a_home(tx=tx)
    token = await signed_in(programme, ada, tx=tx)
    other = await signed_in(programme, ada, tx=tx)
    _, id, secret = token.split("_")
    bad = ["", "lw_", f"lw_{id}_{'a' * 52}", f"lw_{other.split('_')[1]}_{secret}",
           token.upper(), token + "\n"]  # fmt: skip

    with pytest.raises(devices.TokenUnknown):
        await devices.bearer(bad[n], at=NOON, tx=tx)

    assert (await devices.bearer(token, at=NOON, tx=tx)).member == ada.id


async def test_given_a_removed_watch_then_its_token_proves_nothing_and_its_session_is_ended(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    token = await signed_in(programme, ada, tx=tx)
    holder = await devices.bearer(token, at=NOON, tx=tx)

    await devices.remove(holder.device, member=ada, at=NOON, tx=tx)

    with pytest.raises(devices.TokenUnknown):
        await devices.bearer(token, at=NOON, tx=tx)
    with pytest.raises(members.SignedOut):
        await members.identified(
            programme.slug,
            issuer=ISSUER,
            subject="ada",
            session=devices.session_of(holder.device),
            since=NOON,
            tx=tx,
        )


async def test_given_an_approved_watch_when_its_member_signs_out_everywhere_then_it_gets_nothing(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    token = await signed_in(programme, ada, tx=tx)
    one = await asked(programme, tx=tx)
    await approved(one, ada, tx=tx)

    await devices.sign_out(ada, at=NOON + SECOND, tx=tx)

    assert (await polled(one, programme, tx=tx)).outcome is Outcome.DENIED
    with pytest.raises(devices.TokenUnknown):
        await devices.bearer(token, at=NOON + SECOND, tx=tx)


async def test_given_a_watch_when_the_phone_that_approved_it_signs_out_then_it_stays(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    token = await signed_in(programme, ada, tx=tx)

    await devices.sign_out(ada, session=SIGN_IN.session, at=NOON, tx=tx)

    holder = await devices.bearer(token, at=NOON, tx=tx)
    await devices.sign_out(ada, session=devices.session_of(holder.device), at=NOON, tx=tx)
    with pytest.raises(devices.TokenUnknown):
        await devices.bearer(token, at=NOON, tx=tx)


async def test_given_a_watch_that_is_pushed_to_when_fcm_forgets_it_then_it_stays_signed_in(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    token = await signed_in(programme, ada, tx=tx)
    own = (await devices.bearer(token, at=NOON, tx=tx)).device
    about = replace(WATCH, installation="cAAAAAAAAAAAAAAAAAAAAA")
    made = await devices.register(ada, about, sign_in=SIGN_IN, own=own, id=own, at=NOON, tx=tx)
    found = await devices.targets([ada.id], programme=programme.id, at=NOON, tx=tx)

    await devices.gone(found[ada.id], at=NOON, tx=tx)

    assert (made.id, made.signed_in) == (own, True)
    assert await devices.targets([ada.id], programme=programme.id, at=NOON, tx=tx) == {}
    assert (await devices.bearer(token, at=NOON, tx=tx)).device == own


async def test_given_a_member_who_left_meanwhile_then_the_watch_is_denied(tx: Tx) -> None:
    programme, ada = await a_home(tx=tx)
    one = await asked(programme, tx=tx)
    await approved(one, ada, tx=tx)
    await members.leave(ada, at=NOON, tx=tx)

    assert (await polled(one, programme, tx=tx)).outcome is Outcome.DENIED


async def test_given_somebody_who_tries_codes_then_after_twenty_an_hour_none_is_looked_at(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    bob = await given.a_member(programme, tx=tx)

    for _ in range(devices.TRIES_MAX):
        await devices.try_code("BCDF-GHJK", member=ada, at=NOON, tx=tx)
    with pytest.raises(devices.TooManyCodes):
        await devices.try_code("BCDF-GHJK", member=ada, at=NOON + 59 * MINUTE, tx=tx)

    await devices.try_code("BCDF-GHJK", member=bob, at=NOON, tx=tx)
    await devices.try_code("BCDF-GHJK", member=ada, at=NOON + 60 * MINUTE, tx=tx)


async def test_given_many_members_who_try_one_code_then_it_is_soon_over(tx: Tx) -> None:
    programme, ada = await a_home(tx=tx)
    one = await asked(programme, tx=tx)
    crowd = [await given.a_member(programme, tx=tx) for _ in range(devices.LOOKS_MAX)]

    for member in crowd:
        await devices.try_code(one.user_code, member=member, at=NOON, tx=tx)
        await devices.waiting(one.user_code, member=member, at=NOON, tx=tx)
    await devices.try_code(one.user_code, member=ada, at=NOON, tx=tx)

    with pytest.raises(devices.NoSuchCode):
        await devices.waiting(one.user_code, member=ada, at=NOON, tx=tx)
    with pytest.raises(devices.NoSuchCode):
        await approved(one, ada, tx=tx)


@pytest.mark.parametrize(
    "typed", ["", "AAAA-AAAA", "BCDF-GHJ", "BCDF-GHJKL", "\u0412CDF-GHJK", "B" * 1_000_000]
)
async def test_given_what_is_no_code_when_approving_then_nothing_waits(tx: Tx, typed: str) -> None:
    programme, ada = await a_home(tx=tx)
    await asked(programme, tx=tx)

    await devices.try_code(typed, member=ada, at=NOON, tx=tx)
    for verb in (devices.approve, devices.refuse):
        with pytest.raises(devices.NoSuchCode):
            await verb(typed, member=ada, sign_in=SIGN_IN, at=NOON, tx=tx)


async def test_given_a_code_of_another_programme_when_approving_then_nothing_waits(
    tx: Tx,
) -> None:
    _, ada = await a_home(tx=tx)
    one = await asked(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(devices.NoSuchCode):
        await approved(one, ada, tx=tx)


async def test_given_as_many_devices_as_there_may_be_when_approving_one_more_then_it_is_refused(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    for _ in range(devices.DEVICES_MAX):
        await signed_in(programme, ada, tx=tx)
    one = await asked(programme, tx=tx)

    with pytest.raises(devices.TooManyDevices):
        await approved(one, ada, tx=tx)


@pytest.mark.parametrize(
    ("about", "code"),
    [
        (replace(WATCH, platform=Platform.WEB), "BAD_DEVICE_KIND"),
        (replace(WATCH, app_version=""), "BAD_APP_VERSION"),
        (replace(WATCH, name="x" * 61), "BAD_DEVICE_NAME"),
        (replace(WATCH, locale="?"), "BAD_LOCALE"),
    ],
    ids=str,
)
async def test_given_something_bad_when_asking_then_it_is_refused(
    tx: Tx, about: About, code: str
) -> None:
    programme, _ = await a_home(tx=tx)

    with pytest.raises(Refused) as refused:
        await devices.ask(programme, about, at=NOON, tx=tx)

    assert refused.value.code == code


async def test_given_many_codes_then_each_is_of_eight_consonants_and_another(tx: Tx) -> None:
    programme, _ = await a_home(tx=tx)

    codes = {(await asked(programme, tx=tx)).user_code for _ in range(50)}

    assert (len(codes), {len(code) for code in codes}) == (50, {8})
    assert set("".join(codes)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("AEIOUY")


async def test_given_a_member_with_a_watch_then_export_tells_no_secret_and_erasure_ends_it(
    tx: Tx,
) -> None:
    programme, ada = await a_home(tx=tx)
    token = await signed_in(programme, ada, tx=tx)
    await devices.try_code("BCDFGHJK", member=ada, at=NOON, tx=tx)

    told = await personal.told(ada.id, programme=programme.id, tx=tx)
    await personal.forget(ada.id, programme=programme.id, at=NOON, tx=tx)
    after = await personal.told(ada.id, programme=programme.id, tx=tx)

    assert {name: len(rows) for name, rows in told.items()} == dict.fromkeys(personal.TABLES, 1)
    assert not any(part in str(told) for part in token.split("_")[1:])
    assert not any(after.values())
    with pytest.raises(devices.TokenUnknown):
        await devices.bearer(token, at=NOON, tx=tx)
