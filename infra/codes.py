"""Codes: short random texts that a person can read out, and nobody can guess.

Crockford's alphabet in lower case: no i, l, o or u, which look like something else. Each
character has five bits, so twelve have 60 and twenty have 100.
"""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# What people type instead, as Crockford reads it.
READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


def fresh(length: int) -> str:
    """A new random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read(text: str, *, length: int) -> str | None:
    """The code that somebody typed, in its one spelling; None when it is none of that length."""
    if len(text) > 3 * length:
        return None
    plain = text.lower().translate(READ_AS)
    sound = len(plain) == length and set(plain) <= set(ALPHABET)
    return plain if sound else None
