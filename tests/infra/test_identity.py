"""Tokens: what is believed, what is not, and how rarely the issuer is asked."""

import stat
from datetime import timedelta
from typing import Any

import pytest

from infra import identity, issuing
from infra.keys import ASK_AGAIN
from infra.settings import Environment, Settings
from tests.support import issuer as issuers
from tests.support.issuer import NOON, Gate, a_key

SECOND = timedelta(seconds=1)


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
