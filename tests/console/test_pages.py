"""The demonstration over HTTP: there in development, and nowhere else."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from console.pages import Demonstration
from infra.settings import Environment, Settings


def client(**said: Any) -> httpx.AsyncClient:
    """A browser at an app that has the pages alone."""
    app = Starlette(routes=Demonstration(Settings(**said)).routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://laurel")


@pytest.fixture
def browser(tmp_path: Path) -> httpx.AsyncClient:
    key = tmp_path / "development.pem"
    return client(development_key=key, demo_pushes_url="http://127.0.0.1:8100")


async def test_given_production_when_looked_for_then_there_is_no_demonstration() -> None:
    outside = client(environment=Environment.PRODUCTION)

    answers = [await outside.get(path) for path in ("/demo", "/demo/setup.json", "/demo/demo.js")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_given_the_page_when_loaded_then_its_policy_lets_only_its_own_parts_in(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/demo")

    policy = page.headers["content-security-policy"]
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in policy
    assert "connect-src 'self' http://127.0.0.1:8100;" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("path", "kind"),
    [("demo.js", "text/javascript"), ("demo.css", "text/css"), ("laurel.svg", "image/svg+xml")],
)
async def test_given_a_part_of_the_page_when_fetched_then_it_has_its_type(
    browser: httpx.AsyncClient, path: str, kind: str
) -> None:
    answer = await browser.get(f"/demo/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/demo/nothing.js",
        "/demo/..%2fpages.py",
        "/demo/%2e%2e/pages.py",
        "/demo/activities/README.md",
        "/demo/activities/nothing.fit",
        "/demo/activities/..%2f..%2findex.html.fit",
    ],
)
async def test_given_what_is_not_of_the_page_when_fetched_then_there_is_none(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ("2026-11-22T10:00:00Z", 200),
        ("2026-11-22T10:00:00", 400),
        ("yesterday", 400),
        ("1901-01-01T00:00:00Z", 400),
        ("9999-12-31T23:59:59Z", 400),
    ],
)
async def test_given_a_moment_when_an_activity_is_fetched_then_it_ends_then_or_is_refused(
    browser: httpx.AsyncClient, ends: str, status: int
) -> None:
    answer = await browser.get("/demo/activities/ride-12-km.fit", params={"ends": ends})

    assert answer.status_code == status


async def test_given_the_setup_when_fetched_then_it_has_two_tokens_and_where_pushes_are_told(
    browser: httpx.AsyncClient,
) -> None:
    setup = (await browser.get("/demo/setup.json")).json()

    assert [one["handle"] for one in setup["people"]] == ["ada", "bruno"]
    assert len({one["token"] for one in setup["people"]}) == 2
    assert setup["pushes"] == "http://127.0.0.1:8100"
