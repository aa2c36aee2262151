"""Ground of the recommender's benches: a programme with live offers, a model, and the process."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import domain
from bench import api_places
from bench.api_places import Place
from bench.api_serving import Child, free_port
from domain import members, offers, programmes
from domain.interactions import PERSONALISATION
from domain.members import Member
from domain.offers import Offer, OfferKind, Terms
from domain.programmes import Programme
from infra import db, ids

ZONE = "America/New_York"
AT_ONCE = 250
READY_SECONDS = 120.0
ROLE = "laurel_app"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the process listens and where it looks for models."""

    here: Place
    url: str
    models: Path

    @contextmanager
    def recommender(self) -> Iterator[Child]:
        """The process itself, once it has looked at what models there are."""
        with self.here.child("recommender", "-m", "workers.recommending") as child:
            patience = monotonic() + READY_SECONDS
            while "recommender.ready" not in child.log.read_text():
                child.check()
                assert monotonic() < patience, child.log.read_text()[-2_000:]
                sleep(0.05)
            yield child


@contextmanager
def stand() -> Iterator[Stand]:
    """PostgreSQL, Valkey and an address of the bench's own."""
    with api_places.place() as here:
        url, models = f"unix://{here.folder / 'recommender.sock'}", here.folder / "models"
        more = {
            "LAUREL_RECOMMENDER_URL": url,
            "LAUREL_MODELS": str(models),
            "LAUREL_RECOMMENDER_METRICS_PORT": str(free_port()),
        }
        yield Stand(replace(here, environment={**here.environment, **more}), url, models)


def database(stand: Stand) -> AbstractAsyncContextManager[None]:
    """The database of the bench as the application uses it."""
    return db.database(stand.here.url, domain.modules("models"), role=ROLE)


async def founded(*, at: datetime) -> Programme:
    """A programme with nothing in it."""
    async with db.transaction() as tx:
        return await programmes.found(
            "bench", name="Bench", unit="leaves", zone=ZONE, locale="en", at=at, tx=tx
        )


async def admitted(programme: Programme, refs: Sequence[str], *, at: datetime) -> Sequence[Member]:
    """Members by their numbers at the shop, who agree to personalisation; in that order."""
    found: list[Member] = []
    for start in range(0, len(refs), AT_ONCE):
        several = [
            members.Newcomer(
                id=members.newcomer_id(ref, programme=programme.id, at=at),
                external_ref=ref,
                handle=f"member{start + place}",
                name=f"Member {start + place}",
                locale="en",
                zone=ZONE,
                joined_at=at,
            )
            for place, ref in enumerate(refs[start : start + AT_ONCE])
        ]
        async with db.transaction() as tx:
            refused = await members.admit(several, programme=programme, at=at, tx=tx)
            assert not any(refused), refused
            for one in several:
                member = await members.get(one.id, programme=programme.id, tx=tx)
                await members.set_consent(
                    member,
                    purpose=PERSONALISATION,
                    version="1",
                    given=True,
                    channel="BENCH",
                    at=at,
                    tx=tx,
                )
                found.append(member)
    return found


async def offered(
    programme: Programme, about: Mapping[str, str], *, at: datetime, until: datetime, margin: int
) -> Sequence[Offer]:
    """A live offer for each: its name, and the key of the item it is about."""
    live: list[Offer] = []
    named = list(about.items())
    for start in range(0, len(named), AT_ONCE):
        async with db.transaction() as tx:
            for name, key in named[start : start + AT_ONCE]:
                terms = Terms(
                    kind=OfferKind.CONTENT,
                    name=name,
                    valid_from=at,
                    valid_until=until,
                    about=(key,),
                    margin=margin,
                    accept_max=None,
                )
                made = await offers.create(
                    terms, partner=None, programme=programme.id, id=ids.new(at), at=at, tx=tx
                )
                where = {"programme": programme.id, "at": at, "tx": tx}
                await offers.submit(made.id, **where)
                live.append(await offers.approve(made.id, **where))
    return live
