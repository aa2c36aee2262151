"""Register a cause."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from domain import ledger, programmes
from domain.giving.errors import BadCause
from domain.giving.reading import several
from domain.giving.records import Cause
from infra.db import Tx

NAME_CHARACTERS_MAX = 80
DESCRIPTION_CHARACTERS_MAX = 1_000
URL_CHARACTERS_MAX = 500
POINTS_MAX = 2**53 - 1

ADD = """
INSERT INTO cause (programme, id, name, description, url, goal, book, account, active_from,
                   active_until, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an operator says about a cause; the words are as for Cause."""

    name: str
    description: str
    url: str
    goal: int | None = None
    active_from: datetime
    active_until: datetime | None = None


async def create(draft: Draft, *, programme: int, id: UUID, at: datetime, tx: Tx) -> Cause:
    """A new cause with an empty account.

    id -- the same id again with the same words answers the same.
    Refuses, in this order: BadCause (name, description, url, goal, activeUntil),
    programmes.NoSuchProgramme, ledger.KeyReused.
    """
    draft = _sound(draft)
    home = await programmes.by_id(programme, tx=tx)
    first = (await several([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if Draft(**{name: getattr(first, name) for name in Draft.__slots__}) != draft:
            raise ledger.KeyReused
        return first
    account = await ledger.open_account(
        book=home.book, account_class=ledger.AccountClass.ESCROW, tx=tx
    )
    words, wallet = (draft.name, draft.description, draft.url, draft.goal), (home.book, account)
    period = (draft.active_from, draft.active_until)
    await tx.run(ADD, programme, id, *words, *wallet, *period, at)
    return Cause(id, programme, *words, *wallet, *period, None, 0, 0, 0)


def _sound(draft: Draft) -> Draft:
    name = _text("name", draft.name, longest=NAME_CHARACTERS_MAX)
    description = _text("description", draft.description, longest=DESCRIPTION_CHARACTERS_MAX)
    if not _is_web_address(draft.url):
        raise BadCause("url", "a url is an https address of 500 characters at most")
    if draft.goal is not None and not 0 < draft.goal <= POINTS_MAX:
        raise BadCause("goal", f"a goal is 1 to {POINTS_MAX} points")
    if draft.active_until is not None and draft.active_until <= draft.active_from:
        raise BadCause("active_until", "a cause must end after it begins")
    return Draft(
        name=name,
        description=description,
        url=draft.url,
        goal=draft.goal,
        active_from=draft.active_from,
        active_until=draft.active_until,
    )


def _text(field: str, text: str, *, longest: int) -> str:
    plain = programmes.plain(text, longest=longest)
    if not plain:
        raise BadCause(field, f"a {field} is 1 to {longest} characters of plain text")
    return plain


def _is_web_address(text: str) -> bool:
    """True for an https address with a host and nobody's name in it (RFC 3986)."""
    if len(text) > URL_CHARACTERS_MAX or not text.isascii() or not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
