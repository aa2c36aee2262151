"""Noting: small values on Valkey that hold for a while; losing one loses nothing.

Whoever reads a note can also find out without it, so Valkey may be away or flushed at any moment:
then nothing is noted, and nothing is known.
"""

from collections.abc import Mapping, Sequence

from infra import signals


async def note(key: str, value: bytes, *, seconds: int, anew: bool = False) -> None:
    """Keep a value for that long. anew -- only where nothing is noted."""
    async with signals.present() as client:
        if client is not None:
            await client.set(key, value, ex=seconds, nx=anew)


async def note_all(values: Mapping[str, bytes], *, seconds: int) -> None:
    """Keep some values for that long, whatever was noted before."""
    async with signals.present() as client:
        if client is None or not values:
            return
        async with client.pipeline(transaction=False) as pipe:
            for key, value in values.items():
                pipe.set(key, value, ex=seconds)
            await pipe.execute()


async def noted(key: str) -> bytes | None:
    """What is noted; None: nothing, or nobody knows."""
    found = await noted_all([key])
    return None if found is None else found[0]


async def noted_all(keys: Sequence[str]) -> Sequence[bytes | None] | None:
    """What is noted under each key at one moment; None: nobody knows."""
    async with signals.present() as client:
        if client is not None:
            return [
                one.encode() if isinstance(one, str) else one for one in await client.mget(keys)
            ]
    return None
