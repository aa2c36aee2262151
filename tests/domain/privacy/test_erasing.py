"""Forgetting a member: nobody is left, every sum is."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain import duplicates, friends, ledger, members, privacy, programmes, transfers
from domain.members import ContactKind, Member, State
from domain.transfers.schedule import JOBS as transfer_jobs
from infra import answers, db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import ISSUER, NOON

NEEDLE = "zebedee"
TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname IN ('public', 'ledger') AND c.relkind = 'r' ORDER BY 1
"""
MEMBER_TABLES = """
SELECT DISTINCT c.relname FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public'
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'member' AND a.attnum > 0
LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.confrelid = 'member'::regclass
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND (a.attname IS NOT NULL OR k.oid IS NOT NULL)
"""


async def test_given_a_member_who_said_much_when_erased_then_no_row_of_any_table_says_it(
    tx: Tx, database_url: str
) -> None:
    ada, bob = await _talkative(tx)

    erased = await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)

    assert erased.points == 75
    found = await members.get(ada.id, programme=ada.programme, tx=tx)
    assert (found.state, found.name, found.is_active) == (State.ERASED, "", False)
    assert found.handle.startswith("former-")
    assert await _said(tx) == []
    assert await friends.listed(bob, after=None, limit=10, tx=tx) == []
    shown = await transfers.listed(bob, before=None, limit=10, tx=tx)
    assert [one.sender for one in shown] == [ada.id]


async def test_given_a_member_when_erased_then_the_ledger_verifies_and_sums_stay(tx: Tx) -> None:
    ada, bob = await _talkative(tx)
    before = await ledger.totals(ada.book, tx=tx)
    promise = ledger.Promise(ids.new(NOON), ada.account, 7)
    await ledger.promise([promise], book=ada.book, at=NOON, tx=tx)

    await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)

    after = await ledger.totals(ada.book, tx=tx)
    assert after[ledger.ISSUANCE] == before[ledger.ISSUANCE]
    assert after[ledger.BREAKAGE].credits == 75
    wallet = await ledger.balance(ada.account, book=ada.book, tx=tx)
    assert (wallet.balance, wallet.held, wallet.pending) == (0, 0, 0)
    assert (await ledger.verify(ada.book, tx=tx)).findings == ()
    assert (await ledger.balance(bob.account, book=bob.book, tx=tx)).balance == 25


async def test_given_an_erased_member_when_erased_again_then_the_same_and_nothing_more(
    tx: Tx,
) -> None:
    ada, _ = await _talkative(tx)
    first = await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)

    later = NOON + timedelta(hours=1)
    second = await privacy.erase(ada.id, programme=ada.programme, at=later, tx=tx)

    assert second == first


async def test_given_an_erased_member_when_the_person_joins_again_then_they_are_somebody_new(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, handle="ada", subject="ada-1", tx=tx)
    await privacy.erase(ada.id, programme=club.id, at=NOON, tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.identified(club.slug, issuer=ISSUER, subject="ada-1", tx=tx)

    again = await given.a_member(club, handle="ada", subject="ada-1", tx=tx)

    assert again.id != ada.id


async def test_given_points_that_land_after_the_erasure_when_swept_then_they_are_given_up(
    tx: Tx,
) -> None:
    ada, _ = await _talkative(tx)
    await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)
    await given.points(5, ada, tx=tx)

    for minute in (1, 2):
        await privacy.sweep(NOON + timedelta(minutes=minute), tx)

    wallet = await ledger.balance(ada.account, book=ada.book, tx=tx)
    assert wallet.balance == 0
    assert (await ledger.totals(ada.book, tx=tx))[ledger.BREAKAGE].credits == 80


async def test_given_answers_kept_for_others_when_swept_then_they_no_longer_name_the_member(
    tx: Tx,
) -> None:
    ada, bob = await _talkative(tx)
    told = {
        "value": {
            "friend": {"id": str(ada.id), "handle": NEEDLE, "name": NEEDLE},
            "gifts": [{"sender": str(ada.id), "memo": NEEDLE}],
            "state": "FRIENDS",
        }
    }
    for owner in (ada, bob):
        claim = answers.Claim(ada.programme, owner.id, ids.new(NOON), bytes(32))
        await answers.claim(claim, at=NOON, tx=tx)
        await answers.keep(claim, told, tx=tx)
    await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)

    await privacy.sweep(NOON + timedelta(minutes=1), tx)

    assert await _said(tx) == []
    kept = await answers.claim(claim, at=NOON, tx=tx)
    assert kept is not None
    assert kept.answer["value"]["state"] == "FRIENDS"


async def test_given_a_merged_pair_when_the_survivor_is_erased_then_both_are(tx: Tx) -> None:
    ada, _ = await _talkative(tx)
    programme = ada.programme
    club = await programmes.by_id(programme, tx=tx)
    stays = await given.a_member(club, holding=1, tx=tx)
    made = await duplicates.merge(
        survivor=stays.id, duplicate=ada.id, programme=programme, id=ids.new(NOON), at=NOON, tx=tx
    )
    with pytest.raises(privacy.MergedAway):
        await privacy.erase(ada.id, programme=programme, at=NOON, tx=tx)

    erased = await privacy.erase(stays.id, programme=programme, at=NOON, tx=tx)

    assert erased.points == 76
    assert await _said(tx) == []
    with pytest.raises(duplicates.MergedFurther):
        await duplicates.unmerge(made.id, programme=programme, at=NOON, tx=tx)


async def test_given_faults_when_erased_then_refused_and_nothing_changes(tx: Tx) -> None:
    ada, _ = await _talkative(tx)
    other = await given.a_programme(tx=tx)
    item = ledger.hold(5, account=ada.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=ada.book, at=NOON, tx=tx))

    for member, programme, refusal in (
        (uuid4(), ada.programme, members.NoSuchMember),
        (ada.id, other.id, members.NoSuchMember),
        (ada.id, ada.programme, privacy.OpenHolds),
    ):
        with pytest.raises(refusal):
            async with tx.savepoint():
                await privacy.erase(member, programme=programme, at=NOON, tx=tx)

    assert await members.get(ada.id, programme=ada.programme, tx=tx) == ada


@pytest.mark.parametrize("turn", range(4))
async def test_given_a_transfer_and_an_erasure_at_once_then_no_point_is_lost(
    turn: int, database: None
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=100, tx=tx)
        if turn % 2:
            await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    gone = ada if turn < 2 else bob

    async def send() -> Any:
        async with db.transaction() as tx:
            return await transfers.send(
                30, sender=ada, receiver=bob.id, id=ids.new(NOON), at=NOON, tx=tx
            )

    async def erase() -> Any:
        async with db.transaction() as tx:
            return await privacy.erase(gone.id, programme=gone.programme, at=NOON, tx=tx)

    await asyncio.gather(_tried(send()), _tried(erase()))

    async with db.transaction() as tx:
        await _returned(NOON + timedelta(days=9), tx)
        await privacy.sweep(NOON + timedelta(days=9), tx)
        both = await ledger.balances([ada.account, bob.account], book=ada.book, tx=tx)
        lost = (await ledger.totals(ada.book, tx=tx)).get(ledger.BREAKAGE, ledger.Total())
        assert sum(one.balance for one in both.values()) + lost.credits == 100
        assert (both[gone.account].balance, both[gone.account].held) == (0, 0)
        assert (await ledger.verify(ada.book, tx=tx)).findings == ()


@pytest.mark.parametrize("end", ["sender", "receiver"])
async def test_given_an_offer_being_made_when_an_end_of_it_is_erased_then_it_goes_back_first(
    end: str, database: None
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=100, tx=tx)
    made = asyncio.Event()

    async def send() -> None:
        async with db.transaction() as tx:
            await transfers.send(30, sender=ada, receiver=bob.id, id=ids.new(NOON), at=NOON, tx=tx)
            made.set()
            await asyncio.sleep(0.5)

    async def erase() -> privacy.Erasure:
        await made.wait()
        async with db.transaction() as tx:
            gone = ada if end == "sender" else bob
            return await privacy.erase(gone.id, programme=ada.programme, at=NOON, tx=tx)

    _, erased = await asyncio.gather(send(), erase())

    async with db.transaction() as tx:
        await _returned(NOON + timedelta(days=9), tx)
        balance = await ledger.balance(ada.account, book=ada.book, tx=tx)
    assert erased.points == (100 if end == "sender" else 0)
    assert (balance.balance, balance.held) == ((0, 0) if end == "sender" else (100, 0))


async def test_given_the_catalogue_then_every_table_about_members_is_told_and_forgotten(
    database_url: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    found = {row["relname"] for row in await connection.fetch(MEMBER_TABLES)}
    await connection.close()

    assert found - privacy.tables() == set()


async def test_given_a_member_when_exported_then_all_of_it_is_told_and_nobody_elses(
    tx: Tx,
) -> None:
    ada, bob = await _talkative(tx)

    told = await privacy.document(ada, at=NOON, tx=tx)

    assert told.count(NEEDLE) >= 6
    assert f'"id":"{ada.id}"' in told
    assert '"statement":[{"seq":1' in told
    assert bob.name not in told


async def _talkative(tx: Tx) -> tuple[Member, Member]:
    """A member of whom every table of today says something with the needle in it; a friend."""
    club = await given.a_programme(tx=tx)
    for field in members.STANDARD:
        await members.define(field, programme=club.id, at=NOON, tx=tx)
    ada = await members.join(
        club,
        handle=NEEDLE,
        name=f"Ada {NEEDLE}",
        locale="en",
        zone="Europe/Vienna",
        issuer=ISSUER,
        subject=NEEDLE,
        external_ref=NEEDLE,
        email=f"{NEEDLE}@x.org",
        at=NOON,
        tx=tx,
    )
    bob = await given.a_member(club, tx=tx)
    await given.points(100, ada, tx=tx)
    await given.friendship(ada, bob, tx=tx)
    await members.link(ada, source="shop:mill", ref=NEEDLE, at=NOON, tx=tx)
    await members.add_contact(
        ada, kind=ContactKind.EMAIL, value=f"{NEEDLE}@y.org", verified=False, at=NOON, tx=tx
    )
    await members.fill(ada, {"residence": NEEDLE, "occupation": NEEDLE}, at=NOON, tx=tx)
    await members.fill(ada, {"residence": "Graz"}, at=NOON, tx=tx)
    await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
    words = {"memo": f"for {NEEDLE}", "at": NOON, "tx": tx}
    await transfers.send(25, sender=ada, receiver=bob.id, id=ids.new(NOON), **words)
    return ada, bob


async def _said(tx: Tx) -> list[str]:
    """The tables in which the needle still stands."""
    found = []
    for table in [row[0] for row in await tx.rows(TABLES)]:
        try:
            async with tx.savepoint():
                sql = f"SELECT EXISTS (SELECT FROM {table} AS t WHERE t::text ILIKE $1)"
                if await tx.value(sql, f"%{NEEDLE}%"):
                    found.append(table)
        except asyncpg.InsufficientPrivilegeError:
            continue
    return found


async def _returned(at: datetime, tx: Tx) -> None:
    (job,) = [job for job in transfer_jobs if job.name == "transfers.return"]
    while await job.body(at, tx):
        pass


async def _tried(wish: Any) -> Any:
    try:
        return await wish
    except Refused as refused:
        return type(refused)
