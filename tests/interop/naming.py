"""Naming: other people's programs find Google's names on this machine, unmodified.

Debian's libnss-wrapper answers for the system's resolver in whoever preloads it. It changes names
and not ports, so the stand-in listens on 443 of an address of its own in 127.0.0.0/8, which needs
root or a system whose low ports are free to all, as containers usually are.
"""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from fcm_standin import Served
from tests.support import fcm

HERE = Path(__file__).parent
LIBRARIES = sorted(Path("/usr").glob("lib*/**/libnss_wrapper.so"))
NAMES = ("fcm.googleapis.com", "oauth2.googleapis.com")
TRIES = 5
PATIENCE_SECONDS = 120


@asynccontextmanager
async def at_googles_address() -> AsyncIterator[Served]:
    """A stand-in on port 443 of a loopback address that nobody else uses."""
    for left in reversed(range(TRIES)):
        host = f"127.{random.randint(1, 254)}.{random.randint(0, 254)}.{random.randint(1, 254)}"
        try:
            async with fcm.standin(host=host, port=443) as served:
                yield served
            return
        except PermissionError as closed:
            raise AssertionError("port 443 is root's here: run make interop as root") from closed
        except OSError:
            if not left:
                raise


async def run(served: Served, *command: str) -> Any:
    """What a program says in its last line, as JSON; to it the stand-in is Google."""
    assert LIBRARIES, "install Debian's libnss-wrapper (make nss-wrapper does, as root)"
    host = served.url.removeprefix("https://").partition(":")[0]
    hosts = served.standin.folder / "hosts"
    hosts.write_text("".join(f"{host} {name}\n" for name in NAMES))
    authority = str(served.authority)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=HERE,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "HOME": str(served.standin.folder),
            "LD_PRELOAD": str(LIBRARIES[0]),
            "NSS_WRAPPER_HOSTS": str(hosts),
            "REQUESTS_CA_BUNDLE": authority,
            "SSL_CERT_FILE": authority,
            "NODE_EXTRA_CA_CERTS": authority,
            "GOOGLE_APPLICATION_CREDENTIALS": str(served.google_credentials),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, failed = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, failed.decode()[-3_000:]
    return orjson.loads(said.splitlines()[-1])
