"""python -m api: serve GraphQL."""

import uvicorn

from api.app import create_app
from api.frames import FRAME_BYTES_MAX
from infra.settings import Settings


def configuration(settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the app: measured as the fastest of its parts, frames bounded."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES_MAX,
        # Messages are small; a compressor for each socket would cost more memory than it saves.
        ws_per_message_deflate=False,
        lifespan="on",
        access_log=False,
        server_header=False,
        # Logs go where infra.observing sends them all.
        log_config=None,
        timeout_graceful_shutdown=settings.stop_seconds,
    )


if __name__ == "__main__":
    uvicorn.Server(configuration(Settings())).run()
