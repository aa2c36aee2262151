"""Answering: the recommender process, with its checks before and its end."""

import asyncio

from cli.checking import servers
from cli.telling import USAGE, Stop, stop_at
from infra import checks
from infra.settings import Settings


def answer(settings: Settings) -> None:
    """Run the recommender until told to stop. Raises Stop when a check says it cannot."""
    if settings.recommender_url is None:
        raise Stop("LAUREL_RECOMMENDER_URL says where to listen; it is not set.", code=USAGE)
    stop_at([*checks.unsafe(settings), *checks.openmp()])
    port = settings.recommender_metrics_port
    stop_at(checks.port(settings.host, port, variable="LAUREL_RECOMMENDER_METRICS_PORT"))
    stop_at(asyncio.run(servers(settings)))
    # Only now: nothing else of the command line waits for the maths.
    from workers.recommending import run

    run(settings)
