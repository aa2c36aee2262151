"""Firebase: whoever signs up with its emulator is let in, and out again, with its own tokens."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.settings import Issuer
from tests.interop import emulating
from tests.interop.emulating import PROJECT, Emulator
from tests.support import client
from tests.support.client import Door, Person
from tests.support.servers import Postgres

FIREBASE = Issuer.model_validate({"firebase": PROJECT, "programme": "north"})
JOIN = """
mutation ($handle: String!) {
  joinProgramme(input: {handle: $handle, name: "Ada"}) {
    __typename ... on JoinProgrammeSuccess { viewer { handle } }
  }
}
"""
WHO = "{ viewer { handle } }"
SIGN_OUT = """
mutation ($everywhere: Boolean!) {
  signOut(input: {everywhere: $everywhere}) { __typename }
}
"""


@pytest.fixture(scope="module")
async def firebase(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Emulator]:
    async with emulating.emulator(tmp_path_factory.mktemp("firebase")) as emulator:
        yield emulator


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres,
    valkey_url: str,
    firebase: Emulator,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Door]:
    """The API, told of the emulator."""
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("door")
    told = {"issuers": (FIREBASE,), "firebase_auth_emulator_host": firebase.host}
    async with client.door(
        database_url=url, valkey_url=valkey_url, folder=folder, **told
    ) as opened:
        await opened.programme("north")
        yield opened


async def test_given_somebody_new_when_they_sign_up_with_firebase_then_they_join_and_are_known(
    firebase: Emulator, door: Door
) -> None:
    ada = Person((await firebase.sign_up("ada@example.com"))["idToken"])

    joined = await door.ask(ada, JOIN, handle="ada")
    known = await door.ask(ada, WHO)

    assert joined["joinProgramme"] == {
        "__typename": "JoinProgrammeSuccess",
        "viewer": {"handle": "ada"},
    }
    assert known == {"viewer": {"handle": "ada"}}


async def test_given_two_devices_when_one_signs_out_then_its_refreshed_tokens_are_refused_too(
    firebase: Emulator, door: Door
) -> None:
    first = await firebase.sign_up("bob@example.com")
    phone = Person(first["idToken"])
    await door.ask(phone, JOIN, handle="bob")

    await door.ask(phone, SIGN_OUT, everywhere=False)
    again = Person(await firebase.refreshed(first["refreshToken"]))

    for token in (phone, again):
        answer = await door.post({"query": WHO}, by=token)
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_given_an_api_without_the_emulator_when_its_token_comes_then_it_is_refused(
    firebase: Emulator, postgres: Postgres, valkey_url: str, tmp_path: Path
) -> None:
    eve = Person((await firebase.sign_up("eve@example.com"))["idToken"])
    url = await postgres.copy()

    async with client.door(
        database_url=url, valkey_url=valkey_url, folder=tmp_path, issuers=(FIREBASE,)
    ) as opened:
        answer = await opened.post({"query": WHO}, by=eve)

    assert answer.status_code == 401
