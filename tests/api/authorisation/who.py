"""Who may see something, as the rows of the authorisation walk say it.

Ada and Bob are friends and have dealt with each other; Eve is of the same programme and has
nothing to do with them; Finn is of another one; Noah has a good token and has not joined.
"""

from typing import Any, TypeAlias

SELF = frozenset({"ada"})
# Both ends of something between the two friends.
ENDS = frozenset({"ada", "bob"})
FRIENDS = ENDS
PROGRAMME = frozenset({"ada", "bob", "eve"})
# Of a mutation: only who has joined, or also who has not.
MEMBERS = frozenset({"ada", "bob", "eve", "finn"})
NEWCOMERS = MEMBERS | {"noah"}
# Whoever sees the thing that the field stands in.
WITH_PARENT = frozenset({"whoever sees the parent"})

Who: TypeAlias = frozenset[str]


def each(kind: str, fields: str, who: Any) -> dict[str, Any]:
    """One row for each of the fields, written one after the other, of a type."""
    return {f"{kind}.{name}": who for name in fields.split()}
