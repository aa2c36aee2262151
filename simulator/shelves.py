"""Shelves: what a demo's members can have for points, from a drink to a ticket for a draw."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from domain import giving, raffles, rewards, vouchers
from domain.outlets import Outlet
from domain.programmes import Programme
from domain.raffles import Prize, PrizeKind
from domain.rewards import Owner, RewardKind, Terms, Text
from infra import ids
from infra.db import Tx

LASTS = timedelta(days=365)
# The draw comes after all that a demo tells of the past.
DRAWN_AFTER = timedelta(days=60)
CODES = 200
GRAND_PRIZE = 500


@dataclass(frozen=True, slots=True)
class Article:
    """One reward as the demo tells of it; texts by language: title and body."""

    kind: RewardKind
    code: str
    price: int
    name: str
    body: str
    texts: Mapping[str, tuple[str, str]]
    stock: int | None = None


ARTICLES: Sequence[Article] = (
    Article(
        RewardKind.PRODUCT,
        "cold_brew",
        30,
        "A cold brew",
        "At the counter of the bar, for the code on your phone.",
        {
            "pl": ("Kawa na zimno", "Przy barze, za kod z telefonu."),
            "sv": ("En kallbryggd kaffe", "Vid disken, mot koden i din telefon."),
            "sr": ("Hladna kafa", "Za šankom, uz kod sa telefona."),
        },
        stock=100,
    ),
    Article(
        RewardKind.EXPERIENCE,
        "running_lesson",
        90,
        "A running lesson",
        "An hour with a coach, in a group of eight.",
        {
            "pl": ("Lekcja biegania", "Godzina z trenerem, w grupie ośmiu osób."),
            "sv": ("En löplektion", "En timme med en tränare, i en grupp om åtta."),
            "sr": ("Čas trčanja", "Sat sa trenerom, u grupi od osam."),
        },
        stock=24,
    ),
    Article(
        RewardKind.VOUCHER,
        "book",
        50,
        "A book for 5 euros less",
        "A code for the bookshop in the Lindengasse.",
        {
            "pl": ("Książka o 5 euro taniej", "Kod do księgarni przy Lindengasse."),
            "sv": ("En bok för 5 euro mindre", "En kod till bokhandeln i Lindengasse."),
            "sr": ("Knjiga 5 evra jeftinije", "Kod za knjižaru u Lindengasse."),
        },
    ),
    Article(
        RewardKind.DONATION,
        "tree",
        40,
        "A tree for the floodplain",
        "Planted in spring, in your name or nobody's.",
        {
            "pl": ("Drzewo dla łęgu", "Sadzone wiosną, w Twoim imieniu lub niczyim."),
            "sv": ("Ett träd till strandängen", "Planteras i vår, i ditt namn eller ingens."),
            "sr": ("Drvo za plavnu šumu", "Sadi se u proleće, u tvoje ime ili ničije."),
        },
    ),
    Article(
        RewardKind.RAFFLE,
        "ticket",
        5,
        "A ticket for the draw",
        "Anybody can check who won, and that nobody could have known before.",
        {
            "pl": ("Los na losowanie", "Każdy może sprawdzić, kto wygrał."),
            "sv": ("En lott i dragningen", "Vem som helst kan kontrollera vem som vann."),
            "sr": ("Srećka za izvlačenje", "Svako može da proveri ko je dobio."),
        },
    ),
)


async def fill(
    programme: Programme, bar: Outlet | None, *, at: datetime, tx: Tx
) -> Mapping[str, UUID]:
    """Put the demo's rewards on the shelves; their ids by code.

    bar -- where products are handed over; None: there is nowhere, so there are none of those.
    """
    cause = await _cause(programme, at=at, tx=tx)
    made = {}
    for article in ARTICLES:
        if article.kind in rewards.HANDED_OVER and bar is None:
            continue
        made[article.code] = await _stocked(article, bar, cause, programme, at, tx)
    prizes = [Prize(PrizeKind.POINTS, points=GRAND_PRIZE), Prize(PrizeKind.POINTS, 5, points=50)]
    await raffles.open(
        made["ticket"],
        prizes=prizes,
        closes_at=at + DRAWN_AFTER,
        programme=programme.id,
        at=at,
        tx=tx,
    )
    return made


async def print_codes(reward: UUID, *, programme: Programme, at: datetime) -> None:
    """Have the bookshop send codes for its vouchers, as a file."""
    with tempfile.TemporaryDirectory(prefix="laurel-codes-") as folder:
        file = Path(folder) / "codes.csv"
        codes = (ids.derived(at, "simulated code", reward, number) for number in range(CODES))
        file.write_text("code\n" + "".join(f"BOOK-{code.hex[-10:].upper()}\n" for code in codes))
        await vouchers.upload(file, reward=reward, programme=programme, at=at)


async def _cause(programme: Programme, *, at: datetime, tx: Tx) -> UUID:
    id = ids.derived(at, "simulated cause", programme.id)
    draft = giving.Draft(
        name="Trees for the floodplain",
        description="A tree for 40 points.",
        url="https://example.org/trees",
        active_from=at,
    )
    return (await giving.create(draft, programme=programme.id, id=id, at=at, tx=tx)).id


async def _stocked(
    article: Article,
    bar: Outlet | None,
    cause: UUID,
    programme: Programme,
    at: datetime,
    tx: Tx,
) -> UUID:
    """One reward, as far as a member who wants it."""
    home, id = programme.id, ids.derived(at, "simulated reward", programme.id, article.code)
    terms = Terms(
        kind=article.kind,
        name=article.name,
        code=article.code,
        price=article.price,
        valid_from=at,
        valid_until=at + LASTS,
        texts={
            "en": Text(article.name, article.body),
            **{language: Text(*words) for language, words in article.texts.items()},
        },
    )
    if article.kind is RewardKind.DONATION:
        terms = replace(terms, cause=cause)
    if article.kind in rewards.HANDED_OVER and bar is not None:
        terms = replace(terms, outlets=frozenset({bar.id}))
    firm = bar.partner if bar is not None and article.kind in rewards.HANDED_OVER else None
    await rewards.create(
        terms, owner=Owner.PROGRAMME, partner=firm, programme=home, id=id, at=at, tx=tx
    )
    if article.stock is not None:
        await rewards.set_stock(id, article.stock, programme=home, tx=tx)
    await rewards.submit(id, programme=home, at=at, tx=tx)
    await rewards.approve(id, programme=home, at=at, tx=tx)
    return id
