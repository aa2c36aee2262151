"""FCM: the stand-in within a test's own event loop.

`standin()` gives one that nobody else uses, with ports of its own. Other loops and processes can
talk to it as long as this loop runs.
"""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fcm_standin import Served, StandIn, serving


@asynccontextmanager
async def standin(
    folder: Path | None = None, *, host: str = "127.0.0.1", port: int = 0, **options: Any
) -> AsyncIterator[Served]:
    """A stand-in for the length of the block; `options` are StandIn's, such as `adopting=True`.

    folder -- keeps the keys, which take half a second to make; None: new ones.
    """
    with tempfile.TemporaryDirectory(prefix="fcm-standin-") as own:
        async with serving(StandIn(folder or Path(own), **options), host=host, port=port) as served:
            yield served
