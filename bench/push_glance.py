"""Bench of the glance: what it costs to tell a watch that nothing has changed.

    python -m bench.push_glance [requests]

One API process, and watches that ask over kept connections, in interleaved slices: each asks for
the whole glance (200), then again with its tag (304). What PostgreSQL was asked is counted by
pg_stat_statements, processor time is the API's own. The last line is one JSON object.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from statistics import median
from typing import Any

import asyncpg
import httpx
import uvloop

import domain
from bench import api_places
from bench.api_serving import Child, free_port
from domain import devices, members, programmes
from domain.devices import About, DeviceKind, Platform, SignIn
from domain.members import Member
from infra import clock, db, issuing
from infra.db import Tx
from tests.support import given

REQUESTS = 400
WATCHES = 20
ROUNDS = 5
BYTES_MAX = 256
SLUG = "wrist"
ABOUT = About(Platform.ANDROID, DeviceKind.WATCH, "1.0", "en")
# Without what the pool says to a connection that comes or goes, and what polls say by the clock.
CALLS = """
SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements AS s
JOIN pg_roles AS r ON r.oid = s.userid
WHERE r.rolname = 'laurel_app' AND s.toplevel AND query ~ '^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)'
"""


async def measure(*, requests: int = REQUESTS) -> dict[str, Any]:
    """The figures, by their names in the JSON line."""
    with api_places.place(shared_preload_libraries="pg_stat_statements") as here:
        await api_places.migrated(here)
        owner = await asyncpg.connect(here.url)
        await owner.execute("CREATE EXTENSION pg_stat_statements")
        async with db.database(here.url, domain.modules("models"), role="laurel_app"):
            tokens = await _watches(WATCHES)
        port = free_port()
        with here.child("api", "-m", "api", port=port) as api:
            await asyncio.to_thread(api.answers, port)
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30
            ) as http:
                told = await _compared(http, api, owner, tokens, requests)
        await owner.close()
    return told


async def _watches(count: int) -> Sequence[str]:
    """The tokens of watches, each of another member with points and a friend's offer."""
    at = clock.now()
    tokens = []
    async with db.transaction() as tx:
        home = await programmes.found(
            SLUG, name="Wrist", unit="leaves", zone="Europe/Vienna", locale="en", at=at, tx=tx
        )
        for number in range(count):
            member = await _joined(home, number, tx)
            tokens.append(await _signed_in(home, member, tx))
    return tokens


async def _joined(home: programmes.Programme, number: int, tx: Tx) -> Member:
    at = clock.now()
    member = await members.join(
        home,
        handle=f"runner{number}",
        name=f"Runner {number}",
        locale="en",
        zone="Europe/Vienna",
        issuer=issuing.ISSUER,
        subject=f"person-{number}",
        at=at,
        tx=tx,
    )
    await given.points(1_000 + number, member, at=at, tx=tx)
    return member


async def _signed_in(home: programmes.Programme, member: Member, tx: Tx) -> str:
    at = clock.now()
    asked = await devices.ask(home, ABOUT, at=at, tx=tx)
    sign_in = SignIn(issuing.ISSUER, f"person-{member.handle.removeprefix('runner')}")
    await devices.approve(asked.user_code, member=member, sign_in=sign_in, at=at, tx=tx)
    token = (await devices.poll(asked.device_code, programme=home, at=at, tx=tx)).token
    assert token is not None, "it was approved"
    return token


async def _compared(
    http: httpx.AsyncClient,
    api: Child,
    owner: asyncpg.Connection,
    tokens: Sequence[str],
    requests: int,
) -> dict[str, Any]:
    tags = {token: (await _ask(http, token)).headers["etag"] for token in tokens}
    bodies = [len((await _ask(http, token)).content) for token in tokens]
    whole, same = [], []
    sql = {200: 0, 304: 0}
    for _ in range(ROUNDS):
        for status, costs, said in ((200, whole, {}), (304, same, tags)):
            before, began = await owner.fetchval(CALLS), api.processor_seconds()
            for n in range(requests):
                token = tokens[n % len(tokens)]
                answer = await _ask(http, token, said.get(token))
                assert answer.status_code == status, answer.text
            costs.append((api.processor_seconds() - began) / requests * 1e6)
            sql[status] += await owner.fetchval(CALLS) - before
    count = ROUNDS * requests
    told = {
        "glance_bytes": max(bodies),
        "glance_200_cpu_us": round(median(whole), 1),
        "glance_304_cpu_us": round(median(same), 1),
        "glance_ratio": round(median(w / s for w, s in zip(whole, same, strict=True)), 1),
        "glance_200_sql": round(sql[200] / count, 2),
        "glance_304_sql": round(sql[304] / count, 4),
    }
    return told | {"glance_ok": max(bodies) <= BYTES_MAX and told["glance_304_sql"] == 0}


async def _ask(http: httpx.AsyncClient, token: str, tag: str | None = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} | ({"if-none-match": tag} if tag else {})
    return await http.get("/glance", headers=headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.push_glance", description=__doc__)
    parser.add_argument("requests", nargs="?", type=int, default=REQUESTS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measure(requests=parser.parse_args().requests))))
