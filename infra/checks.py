"""Checks: what is wrong with this installation, and how to mend it, before it starts."""

import ctypes
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tortoise.exceptions import DBConnectionError

from infra import db, migrating, signals
from infra.settings import DEVELOPMENT_SECRET, Environment, Settings

SECRET_CHARACTERS_MIN = 32
# The runtime of OpenMP, which no wheel brings along.
OPENMP = "libgomp.so.1"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong, as two plain sentences; `fatal` when nothing can start with it."""

    what: str
    mend: str
    fatal: bool = True


def unsafe(settings: Settings) -> Sequence[Trouble]:
    """What is allowed in development only, where it is not development."""
    if settings.environment is Environment.DEVELOPMENT:
        return ()
    found = []
    secret = settings.secret_key.get_secret_value()
    if secret == DEVELOPMENT_SECRET:
        found.append(Trouble("The secret key is the one everybody knows.", _MEND_SECRET))
    elif len(secret) < SECRET_CHARACTERS_MIN:
        found.append(
            Trouble(
                f"The secret key is weak: it has fewer than {SECRET_CHARACTERS_MIN} characters.",
                _MEND_SECRET,
            )
        )
    if settings.development_key is not None:
        found.append(
            Trouble(
                "The development issuer is on: whoever reads its key file can be any member.",
                "Unset LAUREL_DEVELOPMENT_KEY and name your issuers in LAUREL_ISSUERS.",
            )
        )
    if settings.firebase_auth_emulator_host is not None:
        found.append(
            Trouble(
                "FIREBASE_AUTH_EMULATOR_HOST is set: tokens that nobody signed would be believed.",
                "Unset FIREBASE_AUTH_EMULATOR_HOST.",
            )
        )
    found += _standing_in(settings)
    return found


def _standing_in(settings: Settings) -> Sequence[Trouble]:
    """Whoever answers for Firebase gets to read every push, and Google's tokens."""
    default = Settings.model_fields["fcm_url"].default
    changed = {
        "LAUREL_FCM_CA": settings.fcm_ca is not None,
        "LAUREL_FCM_URL": settings.fcm_url != default,
    }
    what = "Pushes would go to a stand-in of Firebase"
    return [
        Trouble(f"{what}: {variable} is set.", f"Unset {variable}.")
        for variable, is_set in changed.items()
        if is_set
    ]


def port(host: str, number: int, *, variable: str) -> Sequence[Trouble]:
    """Whether `host` lets us listen on that port; 0 means any and always may."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return (
            Trouble(
                f"Cannot listen on {host}, port {number}: {error.strerror or error}.",
                f"Stop what listens there or choose another one in {variable}.",
            ),
        )
    return ()


async def database(settings: Settings) -> Sequence[Trouble]:
    """Whether the database answers, has had every migration and knows the app's role."""
    url = settings.database_url.get_secret_value()
    try:
        async with db.database(url, (), pool=1, name="laurel check"), db.reading() as tx:
            missing = await migrating.missing(tx=tx)
    except (*db.Unavailable, db.PostgresError, DBConnectionError) as error:
        return (
            Trouble(
                f"The database at {_place(url)} does not answer: {_said(error)}.",
                "Start PostgreSQL 18 and set DATABASE_URL to it, or use `laurel up`, "
                "which brings its own.",
            ),
        )
    if missing:
        return (
            Trouble(
                f"The database at {_place(url)} lacks {len(missing)} of the migrations, "
                f"the first is {missing[0]}.",
                "Run `laurel migrate`.",
            ),
        )
    return ()


async def valkey(settings: Settings) -> Sequence[Trouble]:
    """Whether Valkey answers. Without it everything works, only later."""
    url = settings.redis_url.get_secret_value()
    try:
        async with signals.connection(url):
            answers = await signals.reachable()
    except ValueError:
        return (Trouble("REDIS_URL is not an address.", "Give it as redis://host:6379."),)
    if answers:
        return ()
    return (
        Trouble(
            f"Valkey at {_place(url)} does not answer; live updates come late until it does.",
            "Start Valkey or Redis and set REDIS_URL to it.",
            fatal=False,
        ),
    )


_MEND_SECRET = (
    "Set LAUREL_SECRET_KEY to something random, such as the output of `openssl rand -hex 32`."
)


def openmp() -> Sequence[Trouble]:
    """Whether the maths finds the runtime that it is linked with. Without it all else works."""
    try:
        ctypes.CDLL(OPENMP)
    except OSError:
        return (
            Trouble(
                f"{OPENMP} is not on this system, so offers come in their plain order.",
                "Install it, on Debian with `apt-get install libgomp1`.",
            ),
        )
    return ()


def _place(url: str) -> str:
    """Where a URL leads, without the name and the password in it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] or "the local socket"
    return f"{host}{parts.path}"


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().rstrip(".").splitlines()[0]
