"""Firebase: its tokens by its own rules, and those of its emulator in development only."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from joserfc import jwt
from pydantic import ValidationError

from infra import identity, issuing
from infra.identity import Trusted, Verifier
from infra.keys import HeldKeys
from infra.settings import Environment, Issuer, Settings
from tests.support import forging
from tests.support.issuer import a_key

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW = int(NOON.timestamp())
# As Firebase writes them, apart from the project.
CLAIMS: dict[str, Any] = {
    "iss": "https://securetoken.google.com/running-club",
    "aud": "running-club",
    "auth_time": NOW - 7200,
    "user_id": "zoMo1Z2d3F",
    "sub": "zoMo1Z2d3F",
    "iat": NOW - 60,
    "exp": NOW + 3540,
    "email": "ada@example.com",
    "email_verified": True,
    "phone_number": "+43660123456",
    "firebase": {"identities": {}, "sign_in_provider": "password"},
}
PROJECT = Issuer.model_validate({"firebase": "running-club", "programme": "north"})
EMULATED = Settings(firebase_auth_emulator_host="127.0.0.1:9099")


def said(**other: Any) -> dict[str, Any]:
    """Firebase's claims with some others; those given as None are left out."""
    return {name: value for name, value in (CLAIMS | other).items() if value is not None}


def token(**other: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": "google"}, said(**other), a_key("google"))


def emulators(**other: Any) -> str:
    """What the emulator sends: no algorithm, no key, no signature."""
    return forging.forged({"alg": "none", "typ": "JWT"}, said(**other), b"")


def trusting(**more: Any) -> Trusted:
    public = {"google": a_key("google")}
    return Trusted(
        PROJECT.issuer,
        PROJECT.audience,
        "north",
        PROJECT.algorithms,
        HeldKeys(public),
        True,
        **more,
    )


@pytest.fixture
async def firebase() -> AsyncIterator[Verifier]:
    """Believes the project and its emulator."""
    also = [trusting(), *issuing.emulated([PROJECT], EMULATED)]
    async with identity.verifier([], also=also) as verifier:
        yield verifier


def test_given_only_a_project_when_read_then_the_rest_is_what_firebase_documents() -> None:
    assert (PROJECT.issuer, PROJECT.audience) == (CLAIMS["iss"], CLAIMS["aud"])
    assert PROJECT.algorithms == ("RS256",)
    assert str(PROJECT.jwks_url).startswith("https://www.googleapis.com/service_accounts/v1/jwk/")


@pytest.mark.parametrize(
    "more",
    [
        {"issuer": "https://eve.example"},
        {"algorithms": ["RS256"]},
        {"firebase": "no/project"},
        {"firebase": ""},
    ],
)
def test_given_a_project_when_the_settings_say_else_then_they_are_refused(more: Any) -> None:
    with pytest.raises(ValidationError):
        Issuer.model_validate({"firebase": "running-club", "programme": "north"} | more)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_given_an_issuer_when_its_algorithm_proves_nothing_then_it_is_refused(
    algorithm: str,
) -> None:
    with pytest.raises(ValidationError):
        Issuer(issuer="https://i.example", audience="a", programme="p", algorithms=(algorithm,))


async def test_given_a_token_of_firebase_when_asked_then_all_it_says_of_the_person_is_known(
    firebase: Verifier,
) -> None:
    found = await firebase.identify(token(), at=NOON)

    assert (found.programme, found.subject) == ("north", "zoMo1Z2d3F")
    assert (found.email, found.email_verified, found.phone) == (
        "ada@example.com",
        True,
        "+43660123456",
    )
    assert found.authenticated_at == NOON - timedelta(hours=2)
    assert found.issued_at == NOON - timedelta(minutes=1)
    assert found.session == str(NOW - 7200)


async def test_given_a_refreshed_token_when_asked_then_it_is_of_the_same_session(
    firebase: Verifier,
) -> None:
    first = await firebase.identify(token(), at=NOON)
    later = await firebase.identify(token(iat=NOW + 30, exp=NOW + 3630), at=NOON)

    assert later.session == first.session
    assert later.issued_at != first.issued_at


BAD: dict[str, tuple[dict[str, Any], type[identity.TokenRefused]]] = {
    "of another project": ({"aud": "else", "iss": CLAIMS["iss"] + "-else"}, identity.IssuerUnknown),
    "for another project": ({"aud": "else"}, identity.IssuerUnknown),
    "by another project": ({"iss": CLAIMS["iss"] + "-else"}, identity.IssuerUnknown),
    "of a user pool": ({"firebase": {"tenant": "staff"}}, identity.IssuerUnknown),
    "signed in in the future": ({"auth_time": NOW + 61}, identity.TokenTooEarly),
    "made in the future": ({"iat": NOW + 61}, identity.TokenTooEarly),
    "without a sign-in": ({"auth_time": None}, identity.TokenMalformed),
    "without a birth": ({"iat": None}, identity.TokenMalformed),
    "without an end": ({"exp": None}, identity.TokenMalformed),
    "expired": ({"exp": NOW - 60}, identity.TokenExpired),
    "of nobody": ({"sub": ""}, identity.TokenMalformed),
    "of somebody with a very long name": ({"sub": "u" * 129}, identity.TokenMalformed),
}


@pytest.mark.parametrize("forge", [token, emulators])
@pytest.mark.parametrize("which", BAD)
async def test_given_a_bad_token_when_asked_then_it_is_refused_signed_or_emulated(
    firebase: Verifier, forge: Any, which: str
) -> None:
    claims, refusal = BAD[which]

    with pytest.raises(identity.TokenRefused) as refused:
        await firebase.identify(forge(**claims), at=NOON)

    assert type(refused.value) is refusal


async def test_given_a_trusted_user_pool_when_asked_then_only_its_users_are_let_in() -> None:
    async with identity.verifier([], also=[trusting(tenant="staff")]) as verifier:
        found = await verifier.identify(token(firebase={"tenant": "staff"}), at=NOON)
        with pytest.raises(identity.IssuerUnknown):
            await verifier.identify(token(), at=NOON)

    assert found.programme == "north"


async def test_given_the_emulator_when_its_token_comes_then_it_is_believed_as_if_signed(
    firebase: Verifier,
) -> None:
    found = await firebase.identify(emulators(), at=NOON)

    assert found == await firebase.identify(token(), at=NOON)


async def test_given_no_emulator_when_its_token_comes_then_it_is_refused() -> None:
    also = [trusting(), *issuing.emulated([PROJECT], Settings())]
    async with identity.verifier([], also=also) as verifier:
        with pytest.raises(identity.IssuerUnknown):
            await verifier.identify(emulators(), at=NOON)


async def test_given_the_emulator_when_an_unsigned_token_is_of_another_issuer_then_no() -> None:
    plain = Issuer(issuer="https://id.example", audience="app", programme="north")
    also = issuing.emulated([plain, PROJECT], EMULATED)
    async with identity.verifier([], also=also) as verifier:
        with pytest.raises(identity.IssuerUnknown):
            await verifier.identify(emulators(iss=plain.issuer, aud=plain.audience), at=NOON)


@pytest.mark.parametrize("tail", ["x", "AAAA", "."])
async def test_given_the_emulator_when_a_token_without_algorithm_has_a_signature_then_refused(
    firebase: Verifier, tail: str
) -> None:
    with pytest.raises(identity.TokenRefused):
        await firebase.identify(emulators() + tail, at=NOON)


async def test_given_the_emulator_when_a_signed_token_is_wrong_then_it_is_not_taken_for_unsigned(
    firebase: Verifier,
) -> None:
    by_eve = jwt.encode({"alg": "RS256", "kid": "google"}, said(), a_key("eve's own"))
    header = orjson.dumps({"alg": "RS256"})

    for wrong in (by_eve, forging.forged(header, said(), b"")):
        with pytest.raises(identity.TokenRefused):
            await firebase.identify(wrong, at=NOON)


def test_given_production_when_the_emulator_is_set_then_it_refuses() -> None:
    settings = EMULATED.model_copy(update={"environment": Environment.PRODUCTION})

    with pytest.raises(issuing.DevelopmentOnly):
        issuing.emulated([PROJECT], settings)
