"""Simulating: members and partners of the demo who use the running API until Ctrl-C."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
from rich.live import Live

from cli.enlivening import remembered
from cli.opening import opened
from cli.operating import mint
from cli.telling import USAGE, Stop, people
from cli.touring import address
from domain import members, partners, programmes
from domain.members import Member
from domain.programmes import Programme
from infra import clock, db, ids, issuing
from infra.issuing import DevelopmentIssuer
from infra.settings import Settings
from simulator import visiting
from simulator.habits import OFTEN
from simulator.people import Person
from simulator.visiting import SPORTS, Done, Visitor

# The partner who tells of the members' sport, made where there is none.
SLUG, NAME = "wristline", "Wristline"
KEY_LIVES = timedelta(days=1)
VISITORS_MAX = 5_000
PAGE = 1_000


async def simulate(settings: Settings, folder: Path, *, rate: float) -> None:
    """Let the demo's members come, `rate` a second on average. Raises Stop."""
    issuer = issuing.development_issuer(settings)
    if issuer is None:
        raise Stop("There is no development issuer here: run `laurel up` first.", code=USAGE)
    url = address(settings)
    await _stop_unless_up(url)
    async with opened(settings):
        visitors = await _visitors(issuer, folder)
    if not visitors:
        raise Stop("There are no members yet: run `laurel seed` first.", code=USAGE)
    people.print(f"{len(visitors)} members, {rate:g} visits a second. Ctrl-C ends it.")
    said = "Nobody came"
    with Live("", console=people, auto_refresh=False, transient=True) as live:

        def told(tally: Counter[Done]) -> None:
            nonlocal said
            said = ", ".join(f"{tally[done]} {done}" for done in Done)
            live.update(said, refresh=True)

        with suppress(asyncio.CancelledError):
            await visiting.visit(url, visitors, rate=rate, dice=random.Random(), told=told)
    people.print(f"{said}.")


async def _stop_unless_up(url: str) -> None:
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            (await http.get(f"{url}/health/ready")).raise_for_status()
    except httpx.HTTPError as error:
        raise Stop(f"The API at {url} is not there: start `laurel up` first.") from error


async def _visitors(issuer: DevelopmentIssuer, folder: Path) -> Sequence[Visitor]:
    known = remembered(folder)
    async with db.reading() as tx:
        every = await programmes.every(tx=tx)
    found: list[Visitor] = []
    for programme in every:
        key = await _key(programme)
        async with db.reading() as tx:
            for member in await _members(programme, tx=tx):
                person = known.get((programme.slug, member.handle))
                token = partial(mint, issuer, member.handle, slug=programme.slug)
                found.append(_visitor(member, person, token, key))
    return [visitor for visitor in found if visitor.weight][:VISITORS_MAX]


async def _members(programme: Programme, *, tx: db.Tx) -> Sequence[Member]:
    found: list[Member] = []
    while True:
        after = found[-1].id if found else None
        page = await members.listed(programme=programme.id, after=after, limit=PAGE, tx=tx)
        found += page
        if len(page) < PAGE or len(found) >= VISITORS_MAX:
            return found


def _visitor(member: Member, person: Person | None, token: Callable[[], str], key: str) -> Visitor:
    now = clock.now()
    sports = [kind for kind in SPORTS if person is None or kind in OFTEN[person.kind]]
    return Visitor(
        token=token,
        ref=member.external_ref,
        key=key,
        source=SLUG,
        sport=random.Random(member.handle).choice(sports or list(SPORTS)),
        weight=1.0 if person is None else person.life.vigour(now.date()) * person.vigour,
        free_at=now - timedelta(hours=1),
    )


async def _key(programme: Programme) -> str:
    """A key for today, of the partner who tells of the members' sport."""
    at = clock.now()
    async with db.transaction() as tx:
        try:
            partner = await partners.by_slug(SLUG, programme=programme.id, tx=tx)
        except partners.NoSuchPartner:
            partner = await partners.register(
                SLUG, programme=programme, name=NAME, id=ids.new(at), at=at, tx=tx
            )
        made = await partners.create_key(
            partner.id,
            programme=programme.id,
            scopes=[partners.Scope.ACTIVITIES_WRITE],
            expires_at=at + KEY_LIVES,
            at=at,
            tx=tx,
        )
    return made.secret
