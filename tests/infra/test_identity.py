"""Tokens: what is believed, what is not, and how rarely the issuer is asked."""

import asyncio
import base64
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from infra import identity, issuing
from infra.identity import Verifier
from infra.keys import ASK_AGAIN, STALE_MAX, IssuerAway, freshness
from infra.settings import Environment, Settings
from tests.support import issuer as issuers
from tests.support.issuer import FakeIssuer, a_key

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Gate:
    """An issuer and a verifier that believes it for the programme "north"."""

    issuer: FakeIssuer
    verifier: Verifier

    async def ask(self, token: str, at: datetime = NOON) -> identity.Identity:
        return await self.verifier.identify(token, at=at)


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    async with (
        issuers.running() as issuer,
        identity.verifier([issuer.settings(programme="north")]) as verifier,
    ):
        yield Gate(issuer, verifier)


async def test_given_a_good_token_when_asked_then_it_names_programme_issuer_and_subject(
    gate: Gate,
) -> None:
    token = gate.issuer.token("ada", at=NOON)

    found = await gate.ask(token)

    assert (found.programme, found.issuer, found.subject) == ("north", gate.issuer.url, "ada")


async def test_given_only_the_issuers_name_when_asked_then_discovery_leads_to_its_keys() -> None:
    async with issuers.running() as issuer:
        settings = issuer.settings(programme="north", direct=False)
        async with identity.verifier([settings]) as verifier:
            found = await verifier.identify(issuer.token("ada", at=NOON), at=NOON)

    assert found.subject == "ada"


def none_token(issuer: FakeIssuer) -> str:
    _, claims, _ = issuer.token("ada", at=NOON).split(".")
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{header}.{claims}."


def hmac_with_the_public_key(issuer: FakeIssuer) -> str:
    public = issuer.keys[0].as_pem(private=False)
    secret = OctKey.import_key(orjson.dumps(public.decode()))
    claims = {"iss": issuer.url, "aud": "laurel", "sub": "ada", "exp": 2e9}
    return jwt.encode({"alg": "HS256", "kid": "first"}, claims, secret)


MALFORMED, UNKNOWN = identity.TokenMalformed, identity.IssuerUnknown
REFUSALS: dict[str, tuple[dict[str, Any], type[identity.TokenRefused]]] = {
    "another issuer": ({"iss": "https://elsewhere.example"}, UNKNOWN),
    "no issuer": ({"iss": None}, UNKNOWN),
    "another audience": ({"aud": "shop"}, UNKNOWN),
    "no audience": ({"aud": None}, UNKNOWN),
    "an audience that is a number": ({"aud": 7}, UNKNOWN),
    "expired beyond the leeway": ({"exp": NOON.timestamp() - 60}, identity.TokenExpired),
    "no end": ({"exp": None}, MALFORMED),
    "an end that is text": ({"exp": "tomorrow"}, MALFORMED),
    "an end that is true": ({"exp": True}, MALFORMED),
    "an end beyond all time": ({"exp": 1e300}, MALFORMED),
    "not before later": ({"nbf": NOON.timestamp() + 61}, identity.TokenTooEarly),
    "issued in the future": ({"iat": NOON.timestamp() + 61}, identity.TokenTooEarly),
    "no subject": ({"sub": None}, MALFORMED),
    "an empty subject": ({"sub": ""}, MALFORMED),
    "a subject that is a list": ({"sub": ["ada"]}, MALFORMED),
    "a very long subject": ({"sub": "a" * 256}, MALFORMED),
    "another kind of token": ({"header": {"typ": "logout+jwt"}}, MALFORMED),
    "a key nobody has": ({"header": {"kid": "lost"}}, identity.KeyUnknown),
    "an elliptic key where RSA was published": (
        {"key": a_key("second", kind="EC"), "header": {"kid": "first"}},
        identity.SignatureRefused,
    ),
    "another key of the same name": (
        {"key": a_key("third"), "header": {"kid": "first"}},
        identity.SignatureRefused,
    ),
}


@pytest.mark.parametrize("said", REFUSALS)
async def test_given_a_bad_token_when_asked_then_it_is_refused_with_its_reason(
    gate: Gate, said: str
) -> None:
    claims, refusal = REFUSALS[said]

    with pytest.raises(identity.TokenRefused) as refused:
        await gate.ask(gate.issuer.token("ada", at=NOON, **claims) if claims else "")

    assert type(refused.value) is refusal
    assert refused.value.code == "UNAUTHENTICATED"


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "ä.ö.ü", "." * 9000, "a" * 9000])
async def test_given_garbage_when_asked_then_it_is_malformed(gate: Gate, token: str) -> None:
    with pytest.raises(identity.TokenMalformed):
        await gate.ask(token)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_given_the_algorithm_none_or_a_mac_with_the_public_key_then_it_is_refused(
    gate: Gate,
) -> None:
    for token in (none_token(gate.issuer), hmac_with_the_public_key(gate.issuer)):
        with pytest.raises(identity.TokenRefused):
            await gate.ask(token)


async def test_given_a_token_within_the_leeway_when_asked_then_it_is_believed(gate: Gate) -> None:
    moments = {"exp": NOON.timestamp() - 59, "nbf": NOON.timestamp() + 60}

    found = await gate.ask(gate.issuer.token("ada", at=NOON, **moments))

    assert found.expires_at == NOON + SECOND


async def test_given_a_remembered_token_when_it_expires_then_it_is_refused_at_that_moment(
    gate: Gate,
) -> None:
    token = gate.issuer.token("ada", at=NOON, exp=int(NOON.timestamp()) - 50)
    await gate.ask(token)

    await gate.ask(token, NOON + 9 * SECOND)
    with pytest.raises(identity.TokenExpired):
        await gate.ask(token, NOON + 10 * SECOND)


async def test_given_a_remembered_token_when_its_key_is_withdrawn_then_it_is_refused(
    gate: Gate,
) -> None:
    token = gate.issuer.token("ada", at=NOON)
    await gate.ask(token)
    gate.issuer.keys = [a_key("second")]

    await gate.ask(gate.issuer.token("bob", at=NOON), NOON + ASK_AGAIN)
    with pytest.raises(identity.KeyUnknown):
        await gate.ask(token, NOON + ASK_AGAIN)


async def test_given_two_audiences_of_one_token_that_both_fit_then_it_is_refused() -> None:
    async with issuers.running() as issuer:
        both = [
            issuer.settings(programme="north", audience="a"),
            issuer.settings(programme="south", audience="b"),
        ]
        async with identity.verifier(both) as verifier:
            one = await verifier.identify(issuer.token("ada", at=NOON, aud=["b", "z"]), at=NOON)
            with pytest.raises(identity.IssuerUnknown):
                await verifier.identify(issuer.token("ada", at=NOON, aud=["a", "b"]), at=NOON)

    assert one.programme == "south"


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


async def test_given_a_development_key_when_minted_then_only_its_own_installation_believes_it(
    tmp_path: Any,
) -> None:
    settings = Settings(development_key=tmp_path / "keys" / "development.pem")
    mine = issuing.development_issuer(settings)
    again = issuing.development_issuer(settings)
    other = issuing.development_issuer(Settings(development_key=tmp_path / "other.pem"))
    assert mine is not None
    assert again is not None
    assert other is not None
    token = mine.mint("ada", programme="north", at=NOON)

    async with identity.verifier([], also=[again.trusted()]) as verifier:
        found = await verifier.identify(token, at=NOON)
        with pytest.raises(identity.TokenRefused):
            await verifier.identify(other.mint("ada", programme="north", at=NOON), at=NOON)

    assert (found.programme, found.subject) == ("north", "ada")
    assert stat.S_IMODE((tmp_path / "keys" / "development.pem").stat().st_mode) == 0o600


def test_given_production_when_the_development_issuer_is_wanted_then_it_refuses(
    tmp_path: Any,
) -> None:
    settings = Settings(
        environment=Environment.PRODUCTION, development_key=tmp_path / "development.pem"
    )

    with pytest.raises(issuing.DevelopmentOnly):
        issuing.development_issuer(settings)

    assert not (tmp_path / "development.pem").exists()
