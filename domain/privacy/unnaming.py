"""Unnaming: what others were answered about a member, without the member in it. Pure."""

from typing import Any


def unnamed(told: Any, member: str) -> Any:
    """Plain JSON with the member nameless wherever they are told, and their memos gone.

    Others' answers are kept for a repeated request; its shape stays, so it can still be read.
    """
    if isinstance(told, list):
        return [unnamed(one, member) for one in told]
    if not isinstance(told, dict):
        return told
    plain = {name: unnamed(value, member) for name, value in told.items()}
    if told.get("id") == member and "handle" in told:
        plain |= {"handle": "former", "name": ""}
    if "memo" in told and member in (told.get("sender"), told.get("asker")):
        plain["memo"] = None
    return plain
