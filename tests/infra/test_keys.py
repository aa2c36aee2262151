"""Keys: how rarely the issuer is asked for them, and who waits for that."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from infra import identity
from infra.keys import ASK_AGAIN, STALE_MAX, IssuerAway, freshness
from tests.support.issuer import NOON, Gate, a_key

SECOND = timedelta(seconds=1)


async def test_given_many_at_once_when_nothing_is_known_then_the_issuer_is_asked_once(
    gate: Gate,
) -> None:
    tokens = [gate.issuer.token(f"member {n}", at=NOON) for n in range(50)]

    await asyncio.gather(*map(gate.ask, tokens))

    assert gate.issuer.asked == 1


async def test_given_stale_keys_when_asked_then_they_serve_while_the_fetch_is_held(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    gate.issuer.hold = asyncio.Event()
    later = NOON + timedelta(minutes=11)

    async with asyncio.timeout(1):
        found = await gate.ask(gate.issuer.token("bob", at=later), later)
    gate.issuer.hold.set()

    assert found.subject == "bob"


async def test_given_an_issuer_that_is_away_when_keys_are_held_then_they_stay_good_for_a_day(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    gate.issuer.status = "503 Service Unavailable"
    later, too_late = NOON + timedelta(hours=20), NOON + timedelta(minutes=10) + STALE_MAX

    found = await gate.ask(gate.issuer.token("bob", at=later), later)
    with pytest.raises(IssuerAway):
        await gate.ask(gate.issuer.token("cy", at=too_late), too_late)

    assert found.subject == "bob"


async def test_given_an_idle_day_when_the_issuer_answers_then_the_first_who_asks_is_let_in(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    later = NOON + timedelta(minutes=10) + STALE_MAX

    found = await gate.ask(gate.issuer.token("bob", at=later), later)

    assert (found.subject, gate.issuer.asked) == ("bob", 2)


async def test_given_an_unknown_key_id_when_its_fetch_is_held_then_known_ones_do_not_wait(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    gate.issuer.hold = asyncio.Event()
    later = NOON + ASK_AGAIN
    new = [
        asyncio.create_task(
            gate.ask(gate.issuer.token(f"m {n}", at=later, key=a_key("second")), later)
        )
        for n in range(20)
    ]
    await asyncio.sleep(0.05)

    async with asyncio.timeout(1):
        found = await gate.ask(gate.issuer.token("bob", at=later), later)
    held = [task.done() for task in new]
    gate.issuer.keys = [a_key("first"), a_key("second")]
    gate.issuer.hold.set()
    waited = await asyncio.gather(*new, return_exceptions=True)

    assert found.subject == "bob"
    assert held == [False] * 20
    assert gate.issuer.asked == 2
    assert all(isinstance(one, identity.KeyUnknown) for one in waited)


async def test_given_an_issuer_that_is_away_when_a_new_key_signs_then_it_is_to_be_tried_again(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    gate.issuer.status = "503 Service Unavailable"
    gate.issuer.keys = [a_key("first"), a_key("second")]
    later, again = NOON + ASK_AGAIN, NOON + ASK_AGAIN + 6 * SECOND

    with pytest.raises(IssuerAway):
        await gate.ask(gate.issuer.token("bob", at=later, key=a_key("second")), later)
    known = await gate.ask(gate.issuer.token("cy", at=later), later)
    gate.issuer.status = "200 OK"
    found = await gate.ask(gate.issuer.token("bob", at=again, key=a_key("second")), again)

    assert (known.subject, found.subject) == ("cy", "bob")


async def test_given_a_key_published_right_after_a_fetch_when_it_signs_then_soon_it_is_known(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    gate.issuer.keys = [a_key("first"), a_key("second")]
    early, late = NOON + SECOND, NOON + ASK_AGAIN

    with pytest.raises(identity.KeyUnknown):
        await gate.ask(gate.issuer.token("bob", at=NOON, key=a_key("second")), early)
    found = await gate.ask(gate.issuer.token("bob", at=NOON, key=a_key("second")), late)

    assert found.subject == "bob"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys":[]}',
        b'{"keys":[{"kty":"oct","k":"AAAA","kid":"first"}]}',
        b'{"keys":' + b"[" * 200_000,
        b" " * 400_000,
    ],
)
async def test_given_no_keys_at_all_when_asked_then_the_issuer_counts_as_away(
    gate: Gate, answer: bytes
) -> None:
    gate.issuer.answer = answer

    with pytest.raises(IssuerAway) as refused:
        await gate.ask(gate.issuer.token("ada", at=NOON))

    assert refused.value.retryable


async def test_given_a_rotated_key_when_asked_then_it_is_fetched_before_the_old_set_ends(
    gate: Gate,
) -> None:
    await gate.ask(gate.issuer.token("ada", at=NOON))
    gate.issuer.keys = [a_key("first"), a_key("second")]
    later = NOON + ASK_AGAIN

    found = await gate.ask(gate.issuer.token("bob", at=later, key=a_key("second")), later)

    assert (found.subject, gate.issuer.asked) == ("bob", 2)


async def test_given_invented_key_ids_when_they_pour_in_then_the_issuer_is_asked_rarely(
    gate: Gate,
) -> None:
    for n in range(300):
        at = NOON + n * SECOND
        with pytest.raises(identity.KeyUnknown):
            await gate.ask(gate.issuer.token("eve", at=at, header={"kid": f"made up {n}"}), at)

    assert gate.issuer.asked <= 11


async def test_given_a_set_with_odd_keys_when_read_then_the_good_ones_still_serve(
    gate: Gate,
) -> None:
    good = gate.issuer.keys[0].as_dict(private=False)
    odd = [7, {"kty": "RSA"}, {"kty": "zzz"}, {"kty": "EC", "crv": "P-256"}, good | {"use": "enc"}]
    gate.issuer.answer = orjson.dumps({"keys": [*odd, good]})

    found = await gate.ask(gate.issuer.token("ada", at=NOON))

    assert found.subject == "ada"


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("", 5), ("max-age=600", 10), ("public, max-age=0", 1), ("Max-Age=999999999", 1440)],
)
def test_freshness_follows_cache_control_within_bounds(said: str, minutes: int) -> None:
    assert freshness(said) == timedelta(minutes=minutes)
