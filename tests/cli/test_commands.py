"""The commands of an operator: what they answer, and how they refuse."""

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


async def test_migrating_again_applies_nothing(variables) -> None:
    said = await laurel("migrate", "--json", **variables)

    assert (said.code, said.json) == (0, {"applied": []})


async def test_seeding_again_changes_nothing(variables) -> None:
    before = (await laurel("verify", "--json", **variables)).json

    said = await laurel("seed", **variables)

    assert said.code == 0
    assert (await laurel("verify", "--json", **variables)).json == before
    # Fifty members, three partners, the escrows of eleven challenges, two treats, two causes, and
    # seventeen offers.
    assert sum(book["accounts"] for book in before) == 85
    assert all(book["sound"] and book["entries"] > 50 for book in before)


async def test_a_member_joins_and_gets_a_token(variables) -> None:
    joined = await laurel("member", "join", "newcomer", "--name", "New", "--json", **variables)
    token = await laurel("member", "token", "newcomer", **variables)

    assert joined.json["handle"] == "newcomer"
    assert token.answer.strip().count(".") == 2


async def test_a_rule_is_set_and_listed(variables) -> None:
    words = ("rules", "set", "swim", "--measure", "metres", "--points", "3", "--day-max", "90")

    made = await laurel(*words, "--per", "100", "--json", **variables)
    rules = (await laurel("rules", "list", "--json", **variables)).json

    assert made.code == 0
    assert ("SWIM", 3, 100) in {(r["activity"], r["points"], r["per"]) for r in rules}


async def test_a_multiplier_is_set_listed_and_ended(variables) -> None:
    words = ("rules", "multiplier", "set", "Double week", "--percent", "200", "--tier", "GOLD")

    made = await laurel(*words, "--from", "2100-01-01", "--json", **variables)
    number = str(made.json["number"])
    ended = await laurel("rules", "multiplier", "end", number, "--json", **variables)
    listed = (await laurel("rules", "multiplier", "list", "--json", **variables)).json

    assert (made.json["name"], made.json["percent"], made.json["tier"]) == (
        "Double week",
        200,
        "GOLD",
    )
    assert ended.json in listed
    assert ended.json["active_until"] == ended.json["active_from"]


async def test_how_long_points_wait_is_set_and_told(variables) -> None:
    said = await laurel("rules", "maturity", "claimed", "--hours", "48", "--json", **variables)

    assert said.json == {"CLAIMED": 48, "DEVICE": 0, "PARTNER": 0, "VERIFIED": 0}


async def test_the_rules_as_they_are_replay_to_what_was_given(variables) -> None:
    said = await laurel("rules", "replay", "--json", **variables)

    assert said.code == 0, said.people
    assert said.json["judgements"] > 0
    assert (said.json["change"], said.json["gained"], said.json["lost"]) == (0, [], [])
    assert said.json["today"] == said.json["proposed"] > 0


async def test_proposed_rules_are_replayed_and_told_in_words(variables, tmp_path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        "[[rules]]\nactivity = 'RUN'\nmeasure = 'ACTIVITIES'\npoints = 1\nday_max = 1\n"
    )

    said = await laurel("rules", "replay", "--rules", str(file), **variables)

    assert said.code == 0, said.people
    assert "Nothing was written." in said.answer
    assert "Who lost most" in said.answer


async def test_events_are_replayed_and_nothing_changes(variables) -> None:
    queued = await laurel(
        "events", "replay", "points.award", "--since", "2020-01-01", "--json", **variables
    )
    waiting = (await laurel("events", "waiting", "--json", **variables)).json

    assert queued.json["queued"] > 50
    counts = {one["reaction"]: one["waiting"] for one in waiting}
    assert counts["points.award"] == queued.json["queued"]
    assert (await laurel("events", "dead", "--json", **variables)).json == []
    assert (await laurel("events", "revive", "--json", **variables)).json == {"queued": 0}


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("member", "token", "nobody"), 1, "NO_SUCH_MEMBER"),
        (("member", "token", "ada", "--programme", "nowhere"), 1, "NO_SUCH_PROGRAMME"),
        (("member", "join", "ada", "--name", "Ada"), 1, "ALREADY_MEMBER"),
        (("member", "join", "A", "--name", "Ada"), 1, "BAD_HANDLE"),
        (("events", "replay", "no.such", "--since", "2020-01-01"), 2, "points.award"),
        (
            *(("rules", "set", "FLY", "--measure", "METRES", "--points", "1", "--day-max", "9"),),
            *(2, "none of"),
        ),
        (
            *(("rules", "set", "RUN", "--measure", "METRES", "--points", "-1", "--day-max", "9"),),
            *(1, "BAD_RULE"),
        ),
        (("verify", "--seals", "/no/such/file"), 3, "cannot be read"),
    ],
)
async def test_what_cannot_be_done_is_said_plainly(variables, words, code, text) -> None:
    said = await laurel(*words, **variables)

    assert (said.code, text in said.people, "Traceback" in said.people) == (code, True, False)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"DATABASE_URL": "postgresql://me@/x?host=/nowhere"}, "does not answer"),
        ({"LAUREL_PORT": "http"}, "LAUREL_PORT cannot be understood"),
        ({"LAUREL_ENVIRONMENT": "production"}, "DEVELOPMENT_ONLY"),
    ],
)
async def test_a_wrong_environment_is_said_plainly(variables, changes, text) -> None:
    said = await laurel("member", "token", "ada", **(variables | changes))

    assert said.code > 0
    assert text in said.people
    assert "Traceback" not in said.people


@pytest.mark.parametrize("command", ["serve", "work"])
async def test_production_does_not_start_with_what_only_development_may_have(
    variables, command
) -> None:
    said = await laurel(command, **(variables | {"LAUREL_ENVIRONMENT": "production"}))

    assert said.code == 3
    assert "secret key" in said.people
    assert "development issuer" in said.people


async def test_the_books_of_the_demo_add_up(variables) -> None:
    owed = (await laurel("ledger", "liability", **variables)).json
    wrong = await laurel("ledger", "reconcile", **variables)

    assert owed["outstanding"] == owed["issued"] + owed["adjusted"] - owed["redeemed"]
    assert sum(cohort["outstanding"] for cohort in owed["cohorts"]) == owed["outstanding"] > 0
    assert (wrong.code, wrong.json) == (0, [])


async def test_a_balance_explains_itself(variables) -> None:
    told = (await laurel("ledger", "explain", "ada", **variables)).json

    assert sum(r["gained"] - r["lost"] for r in told["reasons"]) == told["balance"]["balance"]
    assert sum(lot["amount"] for lot in told["lots"]) == told["balance"]["balance"]


async def test_a_receipt_that_nobody_gave_is_refused(variables, tmp_path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text("{}")

    unknown = await laurel("ledger", "receipt", "01a20157-25e4-7a48-9c44-cedc8258eb92", **variables)
    checked = await laurel("ledger", "check", str(file), **variables)

    assert (unknown.code, checked.code) == (1, 2)
    assert "NO_SUCH_POSTING" in unknown.people
