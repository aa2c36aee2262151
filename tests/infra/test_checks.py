"""Checks: each fault says what is wrong and how to mend it."""

import re
import socket
from pathlib import Path

import pytest

from infra import checks, embedded, migrating
from infra.settings import Settings
from tests.support.servers import Postgres

STRONG = "0123456789abcdef0123456789abcdef"
UNSAFE = [
    ({}, "the one everybody knows", "LAUREL_SECRET_KEY"),
    ({"secret_key": "short"}, "weak", "LAUREL_SECRET_KEY"),
    (
        {"secret_key": STRONG, "development_key": Path("key")},
        "any member",
        "LAUREL_DEVELOPMENT_KEY",
    ),
    (
        {"secret_key": STRONG, "firebase_auth_emulator_host": "localhost:9099"},
        "nobody signed",
        "FIREBASE_AUTH_EMULATOR_HOST",
    ),
    ({"secret_key": STRONG, "fcm_ca": Path("ca.pem")}, "stand-in of Firebase", "LAUREL_FCM_CA"),
    (
        {"secret_key": STRONG, "fcm_url": "https://127.0.0.1:8443"},
        "stand-in of Firebase",
        "LAUREL_FCM_URL",
    ),
]


@pytest.mark.parametrize(("changes", "what", "variable"), UNSAFE)
def test_outside_development_it_is_refused(changes, what, variable) -> None:
    (trouble,) = checks.unsafe(Settings(environment="production", **changes))

    assert what in trouble.what
    assert variable in trouble.mend
    assert trouble.fatal


@pytest.mark.parametrize(("changes", "what", "variable"), UNSAFE)
def test_in_development_it_is_allowed(changes, what, variable) -> None:
    assert checks.unsafe(Settings(environment="development", **changes)) == ()


def test_a_sound_production_has_no_trouble() -> None:
    assert not checks.unsafe(Settings(environment="production", secret_key=STRONG))


def test_a_taken_port_is_said_with_the_variable_that_mends_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

        (trouble,) = checks.port("127.0.0.1", number, variable="LAUREL_PORT")

    assert f"port {number}" in trouble.what
    assert "LAUREL_PORT" in trouble.mend
    assert checks.port("127.0.0.1", number, variable="LAUREL_PORT") == ()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush@127.0.0.1:1/laurel",
        "postgresql://me:hush@/laurel?host=/nowhere",
        "postgresql://me:hush@no.such.host.invalid/laurel",
    ],
)
async def test_a_database_that_is_away_is_said_without_its_password(url) -> None:
    (trouble,) = await checks.database(Settings(database_url=url))

    assert "does not answer" in trouble.what
    assert "hush" not in trouble.what + trouble.mend
    assert "DATABASE_URL" in trouble.mend


async def test_a_database_that_does_not_exist_is_said(postgres: Postgres) -> None:
    (trouble,) = await checks.database(Settings(database_url=postgres.url("nowhere")))

    assert "nowhere" in trouble.what


async def test_missing_migrations_are_said_with_the_command_that_mends_it(
    postgres: Postgres,
) -> None:
    url = postgres.url("unmigrated")
    await migrating.create(url)

    (trouble,) = await checks.database(Settings(database_url=url))

    await postgres.drop(url)
    assert re.search(r"lacks \d+ of the migrations, the first is 0001", trouble.what)
    assert "laurel migrate" in trouble.mend


async def test_a_migrated_database_and_a_valkey_have_no_trouble(
    postgres: Postgres, database_url: str, valkey_url: str
) -> None:
    settings = Settings(database_url=database_url, redis_url=valkey_url)

    assert [*await checks.database(settings), *await checks.valkey(settings)] == []


@pytest.mark.parametrize(("url", "fatal"), [("redis://127.0.0.1:%d", False), ("nonsense", True)])
async def test_a_valkey_that_is_away_is_a_note_and_a_wrong_address_a_fault(url, fatal) -> None:
    url = url.replace("%d", str(embedded.free_port()))

    (trouble,) = await checks.valkey(Settings(redis_url=url))

    assert trouble.fatal is fatal
    assert "REDIS_URL" in trouble.what + trouble.mend


def test_given_a_system_without_openmp_then_it_is_said_what_works_and_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "OPENMP", "libgomp-of-nobody.so.1")

    (trouble,) = checks.openmp()

    assert "plain order" in trouble.what
    assert "libgomp1" in trouble.mend
