"""Glance changes: what this process has told watches is no longer remembered once it is another.

It hears the hints of what was committed to a member's points, inbox and challenges. Members whose
watch has not asked lately cost the look into a dictionary. A lost hint costs minutes, not more:
see `domain.glances.remembering`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.lasting import for_ever
from domain import challenges, glances, inbox, ledger
from domain.devices import Place
from domain.members import Member
from infra import signals

CHANNELS = ("laurel:account:*", "laurel:inbox:*", "laurel:challenges:*")
WATCHED_MAX = 100_000


class GlanceChanges:
    """The members whose glances this process has told lately, by where their changes are hinted."""

    def __init__(self) -> None:
        self._places: OrderedDict[str, Place] = OrderedDict()

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["GlanceChanges"]:
        """Listens for the length of the block."""
        changes = cls()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(for_ever(changes._listen))
            try:
                yield changes
            finally:
                task.cancel()

    def watch(self, member: Member) -> None:
        """Hear of what changes for the member from now on. Whoever asked longest ago is forgotten
        when there are very many."""
        place = member.programme, member.id
        for channel in (
            ledger.channel(member.book, member.account),
            inbox.channel(member.id, programme=member.programme),
            challenges.channel(member.id, programme=member.programme),
        ):
            self._places[channel] = place
            self._places.move_to_end(channel)
        while len(self._places) > len(CHANNELS) * WATCHED_MAX:
            self._places.popitem(last=False)

    async def _listen(self) -> None:
        async for channel, _ in signals.hear(*CHANNELS):
            if not channel:
                # Connected again: who knows what was missed.
                await glances.changed(set(self._places.values()))
            elif (place := self._places.get(channel)) is not None:
                await glances.changed([place])
