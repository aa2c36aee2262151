"""What proves who a partner is: a bearer key, or a Standard Webhooks signature."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from domain import partners
from domain.partners import KeyRefused, Kind, Made, Partner, Signed
from infra import clock
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

SECOND = timedelta(seconds=1)


async def a_partner(tx: Tx, kind: Kind = Kind.BEARER) -> tuple[Partner, Made]:
    return await given.a_partner(await given.a_programme(tx=tx), kind=kind, tx=tx)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: "",
        lambda key: "lk_",
        lambda key: key[3:],
        lambda key: f"pk_{key[3:]}",
        lambda key: key.upper(),
        lambda key: f" {key}",
        lambda key: f"{key}\n",
        lambda key: f"{key}a",
        lambda key: key[:-1],
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "q"),
        lambda key: f"lk_{'a' * 16}_{key.split('_')[2]}",
        lambda key: f"lk_{key.split('_')[1]}_{'a' * 52}",
        lambda key: key * 1000,
        lambda key: f"{key[:-1]}\x00",
        lambda key: "lk_\u0661" + key[4:],
    ],
)
async def test_given_anything_but_the_key_when_shown_then_it_proves_nothing(
    tx: Tx, change: Any
) -> None:
    _, made = await a_partner(tx)

    with pytest.raises(KeyRefused):
        await partners.bearer(change(made.secret), at=NOON, tx=tx)


async def test_given_a_wrong_secret_or_a_wrong_id_when_shown_then_both_sound_the_same(
    tx: Tx,
) -> None:
    _, made = await a_partner(tx)
    _, id, secret = made.secret.split("_")
    said = []

    for text in (f"lk_{id}_{'a' * 52}", f"lk_{'a' * 16}_{secret}"):
        with pytest.raises(KeyRefused) as refused:
            await partners.bearer(text, at=NOON, tx=tx)
        said.append(str(refused.value))

    assert said == ["there is no such key"] * 2


async def test_given_a_key_that_is_over_when_shown_then_it_says_why(tx: Tx) -> None:
    partner, made = await a_partner(tx)
    key, said = made.key, []

    async def ask(at: Any) -> None:
        with pytest.raises(KeyRefused) as refused:
            await partners.bearer(made.secret, at=at, tx=tx)
        said.append(str(refused.value))

    await partners.suspend(partner.id, programme=partner.programme, tx=tx)
    await ask(NOON)
    await ask(key.expires_at)
    await partners.revoke(key.id, programme=partner.programme, at=NOON, tx=tx)
    await ask(key.expires_at)

    assert said == ["the partner is suspended", "the key has expired", "the key is revoked"]


async def test_given_a_signing_key_when_shown_as_a_bearer_key_then_it_proves_nothing(
    tx: Tx,
) -> None:
    _, made = await a_partner(tx, Kind.SIGNING)
    secret = base64.b32encode(base64.b64decode(made.secret.removeprefix("whsec_"))).decode()

    for text in (made.secret, f"lk_{made.key.id}_{secret.rstrip('=').lower()}"):
        with pytest.raises(KeyRefused):
            await partners.bearer(text, at=NOON, tx=tx)


async def test_given_a_busy_key_when_used_then_its_use_is_noted_once_a_minute(tx: Tx) -> None:
    partner, made = await a_partner(tx)
    noted = []

    for seconds in (0, 30, 59, 60, 61, 125):
        await partners.bearer(made.secret, at=NOON + seconds * SECOND, tx=tx)
        (key,) = await partners.keys_of(partner.id, programme=partner.programme, tx=tx)
        assert key.last_used_at is not None
        noted.append((key.last_used_at - NOON).total_seconds())

    assert noted == [0, 0, 0, 60, 60, 125]


async def test_given_a_key_when_something_ends_it_then_it_is_not_valid_from_that_moment(
    tx: Tx,
) -> None:
    partner, made = await a_partner(tx)
    other, others = await a_partner(tx)
    programme = partner.programme

    async def valid(at: Any = NOON) -> bool:
        return await partners.still_valid(made.key.id, at=at, tx=tx)

    assert await valid()
    assert not await valid(made.key.expires_at)
    await partners.suspend(partner.id, programme=programme, tx=tx)
    assert not await valid()
    await partners.resume(partner.id, programme=programme, tx=tx)
    assert await valid()
    await partners.revoke(made.key.id, programme=programme, at=NOON, tx=tx)
    assert not await valid()
    assert await partners.still_valid(others.key.id, at=NOON, tx=tx)
    assert not await partners.still_valid("a" * 16, at=NOON, tx=tx)
    assert other.programme != programme


BODY = '{"type":"com.example.run","data":{"metres":5000,"note":"ä"}}'.encode()
ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"


def message(owner: Partner, secret: str, **said: Any) -> Signed:
    """What the library of Standard Webhooks sends."""
    at = said.pop("sent_at", NOON)
    signature = Webhook(secret).sign(ID, at, BODY.decode())
    told: dict[str, Any] = {
        "partner": owner.id,
        "id": ID,
        "timestamp": str(int(at.timestamp())),
        "signature": signature,
        "body": BODY,
    }
    return Signed(**(told | said))


async def test_given_a_message_of_the_standards_library_when_shown_then_it_proves_the_partner(
    tx: Tx,
) -> None:
    partner, made = await a_partner(tx, Kind.SIGNING)

    known = await partners.signed(message(partner, made.secret), at=NOON, tx=tx)

    assert (known.partner, known.key.id) == (partner, made.key.id)


def test_a_signature_of_ours_is_believed_by_the_standards_library() -> None:
    secret, now = bytes(range(32)), clock.now()

    signature = partners.sign(BODY, id=ID, at=now, secret=secret)

    headers = {
        "webhook-id": ID,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    told = Webhook(base64.b64encode(secret).decode()).verify(BODY, headers)
    assert told["data"]["metres"] == 5000


@pytest.mark.parametrize(
    "said",
    [
        {"body": BODY + b" "},
        {"body": b""},
        {"id": "msg_other"},
        {"id": ""},
        {"id": "a" * 257},
        {"id": "a\nb"},
        {"timestamp": str(int(NOON.timestamp()) + 1)},
        {"timestamp": ""},
        {"timestamp": "-1"},
        {"timestamp": "1e9"},
        {"timestamp": "9" * 400},
        {"timestamp": "\u0661"},
        {"signature": ""},
        {"signature": "v1"},
        {"signature": "v1,"},
        {"signature": "v1,AAAA"},
        {"signature": "v1,\u00e4"},
        {"signature": "v1," + "A" * 2_000},
        {"partner": UUID(int=0)},
    ],
)
async def test_given_a_message_that_was_altered_when_shown_then_it_proves_nothing(
    tx: Tx, said: dict[str, Any]
) -> None:
    partner, made = await a_partner(tx, Kind.SIGNING)

    with pytest.raises(KeyRefused):
        await partners.signed(message(partner, made.secret, **said), at=NOON, tx=tx)


@pytest.mark.parametrize(
    ("late", "fine"),
    [
        (timedelta(minutes=5), True),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(minutes=-5, seconds=-1), False),
    ],
)
async def test_given_a_message_when_shown_late_or_early_then_five_minutes_are_the_limit(
    tx: Tx, late: timedelta, fine: bool
) -> None:
    partner, made = await a_partner(tx, Kind.SIGNING)
    sent = message(partner, made.secret)

    if fine:
        assert await partners.signed(sent, at=NOON + late, tx=tx)
    else:
        with pytest.raises(KeyRefused, match="timestamp"):
            await partners.signed(sent, at=NOON + late, tx=tx)


async def test_given_a_signing_key_when_rotated_then_either_proves_the_partner_for_a_while(
    tx: Tx,
) -> None:
    partner, old = await a_partner(tx, Kind.SIGNING)
    programme, week = partner.programme, timedelta(days=7)

    new = await partners.rotate(old.key.id, programme=programme, at=NOON, tx=tx)

    for made in (old, new):
        known = await partners.signed(message(partner, made.secret), at=NOON, tx=tx)
        assert known.key.id == made.key.id
    both = " ".join(message(partner, one.secret).signature for one in (old, new))
    assert await partners.signed(message(partner, new.secret, signature=both), at=NOON, tx=tx)
    later = message(partner, old.secret, sent_at=NOON + week)
    with pytest.raises(KeyRefused, match="signature"):
        await partners.signed(later, at=NOON + week, tx=tx)


async def test_given_anothers_secret_or_a_revoked_one_when_signing_then_it_proves_nothing(
    tx: Tx,
) -> None:
    partner, made = await a_partner(tx, Kind.SIGNING)
    _, others = await a_partner(tx, Kind.SIGNING)
    sent = message(partner, made.secret)

    with pytest.raises(KeyRefused):
        await partners.signed(message(partner, others.secret), at=NOON, tx=tx)
    await partners.revoke(made.key.id, programme=partner.programme, at=NOON, tx=tx)
    with pytest.raises(KeyRefused):
        await partners.signed(sent, at=NOON, tx=tx)


async def test_given_a_suspended_partner_when_signing_then_it_proves_nothing(tx: Tx) -> None:
    partner, made = await a_partner(tx, Kind.SIGNING)
    await partners.suspend(partner.id, programme=partner.programme, tx=tx)

    with pytest.raises(KeyRefused, match="suspended"):
        await partners.signed(message(partner, made.secret), at=NOON, tx=tx)
