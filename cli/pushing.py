"""Pushing: a stand-in of Firebase beside `laurel up`, unless there are credentials for Firebase."""

import asyncio
import sys
from pathlib import Path

import orjson

from cli import choosing
from cli.supervising import Child
from infra import settings as all_settings
from infra.embedded import free_port
from infra.settings import Environment, Settings

START_SECONDS = 30.0
LOOK_SECONDS = 0.02


def wanted(settings: Settings) -> bool:
    """True in development, unless pushes go to Firebase."""
    return settings.environment is Environment.DEVELOPMENT and settings.fcm_credentials is None


def standin(folder: Path, *, root: Path) -> Child:
    """The stand-in's process: on ports of its own, which it keeps when it is started again."""
    _ready(folder).unlink(missing_ok=True)
    ports = ("--port", str(free_port()), "--control-port", str(free_port()))
    command = (sys.executable, "-m", "fcm_standin", "--folder", str(folder), *ports)
    return Child("fcm", command, root, all_settings.inherited() | {"PYTHONPATH": str(root)})


async def told(settings: Settings, folder: Path) -> Settings:
    """The settings with what the stand-in has written down, once it has. Raises TimeoutError."""
    file = _ready(folder)
    async with asyncio.timeout(START_SECONDS):
        while True:
            if file.exists():
                break
            await asyncio.sleep(LOOK_SECONDS)
    ready = orjson.loads(file.read_bytes())
    return choosing.changed(
        settings,
        fcm_url=ready["url"],
        fcm_ca=Path(ready["ca"]),
        fcm_credentials=Path(ready["credentials"]),
        demo_pushes_url=ready["control_url"],
    )


def _ready(folder: Path) -> Path:
    return folder / "ready.json"
