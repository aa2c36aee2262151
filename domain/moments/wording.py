"""Wording: what a treat says in a member's language. Pure."""

from domain.moments.records import Terms, Text


def text_of(terms: Terms, *, locale: str) -> Text:
    """The text of the locale, or of its language, or else the treat's name.

    The longest tag that fits wins, as in the lookup of RFC 4647, section 3.4.
    """
    tags = locale.split("-")
    for count in range(len(tags), 0, -1):
        found = terms.texts.get("-".join(tags[:count]))
        if found is not None:
            return found
    return Text(terms.name)
