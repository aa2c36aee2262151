"""Founding and amending a programme from the command line."""

from tests.cli.laurels import laurel
from tests.support.servers import Postgres


async def test_given_nothing_when_a_programme_is_founded_and_amended_then_it_says_so(
    postgres: Postgres, valkey_url: str
) -> None:
    variables = {"DATABASE_URL": await postgres.copy(), "REDIS_URL": valkey_url}
    found = ("programme", "found", "alpine", "--name", "Alpine Club", "--json")
    amend = ("programme", "amend", "alpine", "--unit", "peaks", "--offers", "de", "--json")

    founded = await laurel(*found, **variables)
    again = await laurel(*found, **variables)
    amended = await laurel(*amend, **variables)
    nowhere = await laurel("programme", "amend", "nowhere", "--unit", "x", **variables)

    assert (founded.code, founded.json["slug"], founded.json["locales"]) == (0, "alpine", ["en"])
    assert (again.code, "SLUG_TAKEN" in again.people) == (1, True)
    assert (amended.json["unit"], amended.json["locales"]) == ("peaks", ["en", "de"])
    assert (nowhere.code, "NO_SUCH_PROGRAMME" in nowhere.people) == (1, True)
