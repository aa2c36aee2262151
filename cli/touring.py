"""Touring: what a newcomer can do with the programme that has just come alive."""

import shlex
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from api import globalids
from api.globalids import Kind
from cli.opening import opened
from cli.operating import mint
from cli.people import VERDE
from cli.telling import answers, people
from domain import activities, members, programmes
from domain.members import Member
from infra import clock, db, ids, issuing
from infra.settings import Settings

WHO = (
    "{ viewer { name points { available pending } "
    "friends(first: 3) { nodes { id member { name } } } } }"
)
UPLOAD = (
    "mutation ($file: Upload!) { uploadActivity(input: {file: $file}) { __typename "
    "... on UploadActivitySuccess { activity { id state } } ... on UserError { code message } } }"
)
SEND = (
    'mutation {{ sendPoints(input: {{friendId: "{friend}", points: 5, memo: "From the tour"}}) '
    '@idempotent(key: "{key}") {{ __typename '
    "... on SendPointsSuccess {{ transfer {{ state }} viewer {{ points {{ available }} }} }} "
    "... on UserError {{ code message }} }} }}"
)
SAMPLE_METRES = 5_000
SAMPLE_AGO = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Guide:
    """Two friends and their tokens."""

    one: Member
    other: Member
    token: str
    other_token: str


def address(settings: Settings) -> str:
    """Where the API is reached from this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"http://{host}:{settings.port}"


async def show(settings: Settings, folder: Path, *, seconds: float) -> None:
    """Say what is up, and print what to try first."""
    people.print(f"Laurel is up after {seconds:.1f} s. Ctrl-C stops it.\n")
    url = address(settings)
    _line("API", f"{url}/graphql (open it in a browser for GraphiQL)")
    _line("Phone and watch", f"{url}/demo")
    _line("Health", f"{url}/health/ready")
    _line("Metrics", f"http://{settings.host}:{settings.metrics_port}/metrics")
    _line("Workers' metrics", f"http://{settings.host}:{settings.worker_metrics_port}/metrics")
    _line("Data and logs", str(folder))
    guide = await _guide(settings)
    if guide is None:
        return
    _line(f"Token of {guide.one.name}", guide.token)
    _line(f"Token of {guide.other.name}", guide.other_token)
    people.print("\nThree requests to paste into another terminal:\n")
    for title, command in requests(settings, guide, _sample(folder)):
        people.print(f"# {title}", markup=False)
        answers.print(command + "\n", markup=False, soft_wrap=True)


def requests(settings: Settings, guide: Guide, sample: Path) -> list[tuple[str, str]]:
    """The first three requests, each with what it does."""
    asking = f'curl -s {address(settings)}/graphql -H "Authorization: Bearer {guide.token}"'
    friend = globalids.of(Kind.FRIEND, guide.other.id)
    send = SEND.format(friend=friend, key=ids.new(clock.now()))
    return [
        (f"{guide.one.name}, her points and her friends", f"{asking} --json {_body(WHO)}"),
        (
            "A run of five kilometres; its points arrive within seconds",
            f"{asking} -F operations={_body(UPLOAD, file=True)} "
            f'-F map=\'{{"0": ["variables.file"]}}\' -F 0=@{shlex.quote(str(sample))}',
        ),
        (f"Five points for {guide.other.name}", f"{asking} --json {_body(send)}"),
    ]


async def _guide(settings: Settings) -> Guide | None:
    """The first two of the demo, who are friends; None where there is no demo."""
    issuer = issuing.development_issuer(settings)
    if issuer is None:
        return None
    handles = [name.split()[0].lower() for name in VERDE.people[:2]]
    async with opened(settings), db.reading() as tx:
        try:
            programme = await programmes.by_slug(VERDE.slug, tx=tx)
            one, other = [
                await members.by_handle(handle, programme=programme.id, tx=tx) for handle in handles
            ]
        except (programmes.NoSuchProgramme, members.NoSuchMember):
            return None
    tokens = [mint(issuer, handle, slug=VERDE.slug) for handle in handles]
    return Guide(one, other, *tokens)


def _sample(folder: Path) -> Path:
    """A run that ended just now, which the ledger's rules have not seen yet."""
    start = clock.now() - SAMPLE_AGO
    file = folder / "run.gpx"
    number = int(start.timestamp())
    file.write_bytes(activities.run_gpx(start, distance_m=SAMPLE_METRES, seed=number))
    return file


def _body(query: str, *, file: bool = False) -> str:
    """The JSON of a request, quoted for a shell."""
    variables = {"variables": {"file": None}} if file else {}
    return shlex.quote(orjson.dumps({"query": query} | variables).decode())


def _line(name: str, value: str) -> None:
    people.print(f"{name + ':':<24}{value}", markup=False, soft_wrap=True)
