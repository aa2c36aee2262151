"""Wording: what an offer says in a member's language. Pure."""

from domain.offers.records import Creative, Terms


def creative_of(terms: Terms, *, locale: str) -> Creative:
    """The creative of the locale, or of its language, or else one with the offer's name.

    The longest tag that fits wins, as in the lookup of RFC 4647, section 3.4.
    """
    tags = locale.split("-")
    for count in range(len(tags), 0, -1):
        found = terms.creatives.get("-".join(tags[:count]))
        if found is not None:
            return found
    return Creative(terms.name)
