"""Keys of partners: made, rotated with an overlap, revoked; kept only as what checks them."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import partners
from domain.partners import (
    BadExpiry,
    BadScopes,
    Key,
    KeyClosed,
    KeyRefused,
    KeyReplaced,
    Kind,
    Made,
    NoSuchKey,
    NoSuchPartner,
    Partner,
    PartnerSuspended,
    Scope,
    TooManyKeys,
)
from infra import db
from infra.db import PostgresError, Tx, Wall
from infra.errors import Refused
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

NOBODY = UUID(int=0)
DAY = timedelta(days=1)


async def create(partner: Partner, tx: Tx, **said: Any) -> Made:
    told: dict[str, Any] = {"scopes": [Scope.ACTIVITIES_WRITE], "at": NOON} | said
    id = told.pop("id", partner.id)
    return await partners.create_key(id, programme=partner.programme, tx=tx, **told)


async def a_partner(tx: Tx) -> Partner:
    partner, _ = await given.a_partner(await given.a_programme(tx=tx), tx=tx)
    return partner


async def test_given_a_new_key_when_made_then_it_says_what_it_is_and_proves_the_partner(
    tx: Tx,
) -> None:
    partner = await a_partner(tx)

    made = await create(partner, tx)

    known = await partners.bearer(made.secret, at=NOON, tx=tx)
    assert re.fullmatch(r"lk_[a-z2-7]{16}_[a-z2-7]{52}", made.secret)
    assert made.secret.split("_")[1] == made.key.id
    assert known.partner == partner
    assert known.key.scopes == {Scope.ACTIVITIES_WRITE}
    assert made.key.expires_at == NOON + timedelta(days=365)


async def test_given_many_keys_when_made_then_all_differ(tx: Tx) -> None:
    partner = await a_partner(tx)

    made = [await create(partner, tx) for _ in range(10)]

    assert len({one.key.id for one in made} | {one.secret for one in made}) == 20


async def test_given_a_key_when_kept_then_its_secret_is_nowhere_in_its_row(tx: Tx) -> None:
    partner = await a_partner(tx)
    made = await create(partner, tx)

    row = await tx.value("SELECT k::text FROM partner_key AS k WHERE id = $1", made.key.id)

    secret = made.secret.split("_")[2]
    assert secret not in row
    assert secret.encode().hex() not in row


# In the documented order: each case has every fault of the cases after it, too.
REFUSED: list[tuple[type[Refused], dict[str, Any]]] = [
    (BadScopes, {"scopes": [], "expires_at": NOON, "id": NOBODY}),
    (BadScopes, {"scopes": [Scope.VISITS_WRITE] * 2, "expires_at": NOON, "id": NOBODY}),
    (BadExpiry, {"expires_at": NOON, "id": NOBODY}),
    (BadExpiry, {"expires_at": NOON + timedelta(days=732), "id": NOBODY}),
    (NoSuchPartner, {"id": NOBODY}),
    (PartnerSuspended, {}),
]


@pytest.mark.parametrize(("refusal", "said"), REFUSED)
async def test_given_a_fault_when_making_a_key_then_it_is_refused(
    tx: Tx, refusal: type[Refused], said: dict[str, Any]
) -> None:
    partner = await a_partner(tx)
    await partners.suspend(partner.id, programme=partner.programme, tx=tx)

    with pytest.raises(refusal):
        await create(partner, tx, **said)


async def test_given_a_partner_of_another_programme_when_making_a_key_then_it_is_not_there(
    tx: Tx,
) -> None:
    partner, foreign = await a_partner(tx), await a_partner(tx)

    with pytest.raises(NoSuchPartner):
        await create(partner, tx, id=foreign.id)


async def test_given_as_many_keys_as_allowed_when_made_at_once_then_none_is_too_many(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            partner = await a_partner(tx)
            for _ in range(17):
                await create(partner, tx)

        async def one() -> bool:
            try:
                async with db.transaction() as tx:
                    await create(partner, tx)
                return True
            except TooManyKeys:
                return False

        done = await asyncio.gather(*(one() for _ in range(8)))

        async with db.reading() as tx:
            kept = await partners.keys_of(partner.id, programme=partner.programme, tx=tx)
    assert (sum(done), len(kept)) == (2, 20)


async def test_given_ended_keys_when_making_one_then_they_do_not_count(tx: Tx) -> None:
    partner = await a_partner(tx)
    made = [await create(partner, tx, expires_at=NOON + DAY) for _ in range(19)]
    await partners.revoke(made[0].key.id, programme=partner.programme, at=NOON, tx=tx)
    await create(partner, tx)

    with pytest.raises(TooManyKeys):
        await create(partner, tx)
    assert await create(partner, tx, at=NOON + 2 * DAY)


async def rotate(owner: Partner, key: Key, tx: Tx, **said: Any) -> Made:
    told: dict[str, Any] = {"at": NOON} | said
    id = told.pop("id", key.id)
    return await partners.rotate(id, programme=owner.programme, tx=tx, **told)


async def good(secrets: Sequence[str], at: Any, tx: Tx) -> list[bool]:
    found = []
    for secret in secrets:
        try:
            await partners.bearer(secret, at=at, tx=tx)
            found.append(True)
        except KeyRefused:
            found.append(False)
    return found


async def test_given_a_key_when_rotated_then_both_are_good_until_the_old_one_ends(tx: Tx) -> None:
    partner = await a_partner(tx)
    old = await create(partner, tx, scopes=[Scope.VISITS_WRITE, Scope.KEYS_ROTATE])

    new = await rotate(partner, old.key, tx, old_until=NOON + DAY)

    both = [old.secret, new.secret]
    assert new.key.scopes == old.key.scopes
    assert await good(both, NOON + DAY - timedelta(seconds=1), tx) == [True, True]
    assert await good(both, NOON + DAY, tx) == [False, True]
    kept = {one.id: one for one in await partners.keys_of(
        partner.id, programme=partner.programme, tx=tx)}  # fmt: skip
    assert kept[old.key.id].replaced_by == new.key.id


@pytest.mark.parametrize(("old_until", "ends"), [(None, timedelta(days=7)), (NOON, timedelta())])
async def test_given_no_or_no_overlap_when_rotated_then_the_old_one_ends_in_a_week_or_at_once(
    tx: Tx, old_until: Any, ends: timedelta
) -> None:
    partner = await a_partner(tx)
    old = await create(partner, tx)

    await rotate(partner, old.key, tx, old_until=old_until)

    assert await good([old.secret], NOON + ends, tx) == [False]
    assert await good([old.secret], NOON + ends - timedelta(seconds=1), tx) == [True]


async def test_given_a_key_that_ends_soon_when_rotated_then_it_does_not_live_longer(
    tx: Tx,
) -> None:
    partner = await a_partner(tx)
    old = await create(partner, tx, expires_at=NOON + DAY)

    await rotate(partner, old.key, tx, old_until=NOON + 5 * DAY)

    assert await good([old.secret], NOON + DAY, tx) == [False]


# Which key: open, revoked, expired, rotated, of another partner, of another programme, or none.
ROTATIONS: list[tuple[type[Refused], str, dict[str, Any]]] = [
    (BadExpiry, "none", {"old_until": NOON - timedelta(seconds=1)}),
    (BadExpiry, "open", {"old_until": NOON + timedelta(days=91)}),
    (NoSuchKey, "none", {}),
    (NoSuchKey, "odd", {}),
    (NoSuchKey, "another programme's", {}),
    (NoSuchKey, "another partner's", {}),
    (KeyClosed, "revoked", {}),
    (KeyClosed, "expired", {}),
    (KeyReplaced, "rotated", {}),
]


@pytest.mark.parametrize(("refusal", "which", "said"), ROTATIONS)
async def test_given_a_fault_when_rotating_then_it_is_refused(
    tx: Tx, refusal: type[Refused], which: str, said: dict[str, Any]
) -> None:
    programme = await given.a_programme(tx=tx)
    partner, opened = await given.a_partner(programme, tx=tx)
    _, neighbours = await given.a_partner(programme, tx=tx)
    _, foreign = await given.a_partner(await given.a_programme(tx=tx), tx=tx)
    keys = {name: (await create(partner, tx)).key for name in ("revoked", "rotated")}
    keys["expired"] = (await create(partner, tx, at=NOON - DAY, expires_at=NOON)).key
    await partners.revoke(keys["revoked"].id, programme=programme.id, at=NOON, tx=tx)
    await rotate(partner, keys["rotated"], tx)
    keys |= {"another partner's": neighbours.key, "another programme's": foreign.key}
    ids = {name: key.id for name, key in keys.items()}
    ids |= {"open": opened.key.id, "none": "a" * 16, "odd": "a\x00"}

    with pytest.raises(refusal):
        await rotate(partner, opened.key, tx, id=ids[which], partner=partner.id, **said)


async def test_given_a_suspended_partner_when_rotating_then_it_is_refused(tx: Tx) -> None:
    partner = await a_partner(tx)
    made = await create(partner, tx)
    await partners.suspend(partner.id, programme=partner.programme, tx=tx)

    with pytest.raises(PartnerSuspended):
        await rotate(partner, made.key, tx)


async def test_given_a_key_when_rotated_twice_at_once_then_one_new_key_is_made(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            partner = await a_partner(tx)
            key = (await create(partner, tx)).key

        async def one() -> bool:
            try:
                async with db.transaction() as tx:
                    await rotate(partner, key, tx)
                return True
            except KeyReplaced:
                return False

        done = await asyncio.gather(*(one() for _ in range(5)))

    assert sum(done) == 1


async def test_given_a_key_when_revoked_twice_then_the_first_time_stays(tx: Tx) -> None:
    partner = await a_partner(tx)
    made = await create(partner, tx)
    said = {"programme": partner.programme, "tx": tx}

    await partners.revoke(made.key.id, at=NOON, **said)  # type: ignore[arg-type]
    again = await partners.revoke(made.key.id, at=NOON + DAY, **said)  # type: ignore[arg-type]

    assert again.revoked_at == NOON
    for id in ("a" * 16, "", "a\x00"):
        with pytest.raises(NoSuchKey):
            await partners.revoke(id, at=NOON, **said)  # type: ignore[arg-type]


async def test_given_a_key_of_another_programme_when_revoking_then_it_is_not_there(
    tx: Tx,
) -> None:
    partner, foreign = await a_partner(tx), await a_partner(tx)
    made = await create(foreign, tx)

    with pytest.raises(NoSuchKey):
        await partners.revoke(made.key.id, programme=partner.programme, at=NOON, tx=tx)
    assert await good([made.secret], NOON, tx) == [True]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT hash FROM partner_key",
        "SELECT secret FROM partner_key",
        "UPDATE partner_key SET hash = NULL",
        "UPDATE partner_key SET scopes = '{VISITS_WRITE}'",
        "DELETE FROM partner_key",
    ],
)
async def test_given_somebody_behind_the_wall_when_touching_what_proves_a_key_then_refused(
    database: None, sql: str
) -> None:
    async with db.transaction() as tx:
        partner, _ = await given.a_partner(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(PostgresError, match="permission denied"):
        async with db.transaction(wall=Wall(partner.programme, partner.book)) as tx:
            await tx.run(sql)


async def test_given_the_wall_when_making_rotating_and_revoking_then_it_is_allowed(
    database: None,
) -> None:
    async with db.transaction() as tx:
        partner, _ = await given.a_partner(await given.a_programme(tx=tx), tx=tx)

    async with db.transaction(wall=Wall(partner.programme, partner.book)) as tx:
        signing = await create(partner, tx, kind=Kind.SIGNING)
        new = await rotate(partner, signing.key, tx)
        revoked = await partners.revoke(new.key.id, programme=partner.programme, at=NOON, tx=tx)

    assert new.secret.startswith("whsec_")
    assert revoked.revoked_at == NOON
