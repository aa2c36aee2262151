"""Operators and partners from the command line: let in, given keys, stopped, written down."""

import pytest

from tests.cli.laurels import laurel
from tests.support.servers import Postgres


@pytest.fixture(scope="module")
async def variables(postgres: Postgres, valkey_url: str, tmp_path_factory) -> dict[str, str]:
    """A migrated installation with the demo."""
    key = tmp_path_factory.mktemp("keys") / "key.pem"
    found = {
        "DATABASE_URL": await postgres.copy(),
        "REDIS_URL": valkey_url,
        "LAUREL_DEVELOPMENT_KEY": str(key),
    }
    assert (await laurel("migrate", **found)).code == 0
    assert (await laurel("seed", **found)).code == 0
    return found


async def test_an_operator_is_invited_listed_and_gets_a_token(variables) -> None:
    words = ("operator", "invite", "Bo@Example.com", "--name", "Bo")

    invited = await laurel(*words, "--role", "admin", "--role", "rep", "--json", **variables)
    listed = await laurel("operator", "list", "--json", **variables)
    token = await laurel("operator", "token", "bo@example.com", **variables)
    again = await laurel(*words, "--role", "admin", **variables)

    assert invited.json["roles"] == ["ADMIN", "REP"]
    assert [(o["email"], o["state"]) for o in listed.json] == [("bo@example.com", "INVITED")]
    assert token.answer.strip().count(".") == 2
    assert (again.code, again.people.split(":")[0]) == (1, "ALREADY_OPERATOR")


async def test_a_partner_is_registered_and_its_key_is_made_shown_once_and_revoked(
    variables,
) -> None:
    made = await laurel("partner", "register", "garmin", "--name", "Garmin", "--json", **variables)
    key = ("partner", "key", "garmin", "--scope", "activities_write")
    bearer = (await laurel(*key, "--json", **variables)).json
    signing = await laurel(*key, "--signing", **variables)
    listed = (await laurel("partner", "list", "--json", **variables)).json
    revoked = await laurel("partner", "revoke", bearer["secret"], "--json", **variables)
    unknown = await laurel("partner", "revoke", "a" * 16, **variables)

    assert bearer["secret"].startswith(f"lk_{bearer['id']}_")
    assert signing.answer.startswith("whsec_")
    assert [one for one in listed if one["slug"] == "garmin"] == [
        {"id": made.json["id"], "slug": "garmin", "name": "Garmin", "state": "ACTIVE"}
    ]
    assert revoked.json["id"] == bearer["id"]
    assert (unknown.code, unknown.people.split(":")[0]) == (1, "NO_SUCH_KEY")


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("operator", "invite", "x", "--name", "X", "--role", "ADMIN"), 1, "BAD_EMAIL"),
        (("operator", "invite", "x@y.z", "--name", "X", "--role", "KING"), 2, "ANALYST"),
        (("operator", "token", "x"), 1, "BAD_EMAIL"),
        (("operator", "token", "x@y.z", "--programme", "nowhere"), 1, "NO_SUCH_PROGRAMME"),
        (("partner", "register", "X", "--name", "X"), 1, "BAD_SLUG"),
        (("partner", "register", "x1", "--name", "X", "--reason", " "), 1, "BAD_REASON"),
        (("partner", "key", "nobody", "--scope", "VISITS_WRITE"), 1, "NO_SUCH_PARTNER"),
        (("partner", "key", "nobody", "--scope", "ALL"), 2, "ACTIVITIES_WRITE"),
    ],
)
async def test_a_fault_is_said_in_a_sentence(variables, words, code, text) -> None:
    said = await laurel(*words, **variables)

    assert said.code == code
    assert text in said.people
    assert "Traceback" not in said.people
