"""The people of the authorisation walk."""

from dataclasses import dataclass

from tests.support.client import Door, Person


@dataclass(frozen=True)
class Cast:
    """Ada and Bob are friends and have dealt with each other; Eve is of the same programme and has
    nothing to do with them; Finn is of another one; Noah has a good token and has not joined."""

    ada: Person
    bob: Person
    eve: Person
    finn: Person
    noah: Person

    def everybody(self) -> dict[str, Person]:
        """All of them, by name."""
        return {name: getattr(self, name) for name in ("ada", "bob", "eve", "finn", "noah")}


async def assemble(door: Door) -> Cast:
    """The people, before anything has happened between them but that two are friends."""
    ada, bob = await door.friends(holding=500)
    return Cast(ada, bob, await door.member(), await door.member("south"), door.stranger())
