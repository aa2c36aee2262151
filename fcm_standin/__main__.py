"""The stand-in as a process of its own, until it is told to end."""

import argparse
import asyncio
import gc
import ipaddress
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from fcm_standin.serving import HOST, serving
from fcm_standin.standin import KEEP, PROJECT, StandIn

OWN = ipaddress.ip_network("127.0.0.0/8")
EPILOG = """\
Files in the folder: ca.pem (for clients), service-account.json (credentials whose token endpoint
is here), service-account-google.json (the same with Google's address), ready.json (where everything
is; written when it can be used, removed at the end). All about it: docs/fcm-standin.md.
"""


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    asked = _arguments().parse_args()
    with asyncio.Runner(loop_factory=_quick_loop()) as runner:
        try:
            runner.run(_serve(asked))
        except OSError as wrong:
            sys.exit(f"fcm_standin: {wrong}")


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed: a tenth of the time of each request."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(asked: argparse.Namespace) -> None:
    standin = StandIn(
        asked.folder, project=asked.project, seed=asked.seed, keep=asked.keep, adopting=asked.adopt
    )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    places = {"host": asked.host, "port": asked.port, "control_port": asked.control_port}
    async with serving(standin, **places) as served:
        sys.stdout.write(
            f"FCM stand-in for {asked.project}\n"
            f"  FCM          {served.url}\n"
            f"  control      {served.control_url}\n"
            f"  credentials  {served.credentials}\n"
            f"  authority    {served.authority}\n"
        )
        sys.stdout.flush()
        # What was loaded stays; the collector need not look at it again and again.
        gc.freeze()
        await ended.wait()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fcm_standin",
        description="Firebase Cloud Messaging's HTTP v1 API on this machine, for tests and demos.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--folder", type=Path, required=True, help="where its keys and ready.json are kept")
    add("--host", type=_own, default=HOST, help=f"an address in 127.0.0.0/8 (default: {HOST})")
    add("--port", type=int, default=0, help="of FCM, over TLS (default: a free one)")
    add("--control-port", type=int, default=0, help="of the control API (default: a free one)")
    add("--project", default=PROJECT, help=f"the Firebase project (default: {PROJECT})")
    add("--seed", type=int, help="the same FIDs in every run (default: new ones)")
    add("--keep", type=int, default=KEEP, help=f"deliveries to remember (default: {KEEP})")
    add("--adopt", action="store_true", help="take every well-formed target for an installed app")
    return parser


def _own(text: str) -> str:
    """Whoever reaches the stand-in may do anything with it: so nobody from elsewhere does."""
    if ipaddress.ip_address(text) not in OWN:
        raise ValueError(text)
    return text


if __name__ == "__main__":
    main()
