"""Merging a duplicate, and undoing it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from domain import duplicates, friends, ledger, members, transfers
from domain.members import ContactKind, State
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.duplicates.pairs import Pair, a_pair, again, available, lots
from tests.support import given
from tests.support.given import ISSUER, NOON


async def test_given_a_duplicate_when_merged_then_its_points_and_lots_are_the_survivors(
    tx: Tx,
) -> None:
    pair = await a_pair(holding=(100, 0), tx=tx)
    soon, later = ledger.month_of(NOON) + 1, ledger.month_of(NOON) + 5
    for amount, month in ((30, soon), (10, later)):
        item = ledger.issue(amount, account=pair.goes.account, id=ids.new(NOON), month=month)
        ledger.require(await ledger.post_one(item, book=pair.goes.book, at=NOON, tx=tx))

    merge = await pair.merged(tx=tx)

    assert (merge.points, await pair.available(tx=tx)) == (40, (140, 0))
    assert set(await lots(pair.stays, tx=tx)) == {
        ledger.Lot(soon, 30),
        ledger.Lot(later, 10),
        ledger.Lot(ledger.NEVER, 100),
    }
    goes = await again(pair.goes, tx=tx)
    assert (goes.state, goes.merged_into) == (State.MERGED, pair.stays.id)
    assert tx.staged[-1] == duplicates.Merged(
        programme=pair.programme.id,
        subject=pair.stays.id,
        object=merge.id,
        at=NOON,
        duplicate=pair.goes.id,
        points=40,
    )


async def test_given_a_duplicate_without_points_when_merged_then_nothing_is_posted(tx: Tx) -> None:
    pair = await a_pair(holding=(100, 0), tx=tx)

    merge = await pair.merged(tx=tx)

    assert (merge.points, merge.posting) == (0, None)


async def test_given_a_duplicate_when_merged_then_whatever_named_it_finds_the_survivor(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    stays = await given.a_member(programme, tx=tx)
    goes = await given.a_member(programme, subject="twice", tx=tx)
    await members.link(goes, source="shop:mill", ref="c-1", at=NOON, tx=tx)
    pair = Pair(programme, stays, goes)

    await pair.merged(tx=tx)

    slug, number = programme.slug, programme.id
    signed_in = await members.identified(slug, issuer=ISSUER, subject="twice", tx=tx)
    assert signed_in.id == stays.id
    assert (await members.by_handle(goes.handle, programme=number, tx=tx)).id == stays.id
    refs = ["c-1", goes.external_ref, stays.external_ref]
    referred = await members.referred(refs, source="shop:mill", programme=number, tx=tx)
    assert {ref: member.id for ref, member in referred.items()} == dict.fromkeys(refs, stays.id)


async def test_given_friends_of_both_when_merged_and_undone_then_each_has_their_own_again(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx)
    both, only = [await given.a_member(pair.programme, tx=tx) for _ in range(2)]
    for one, other in ((pair.stays, both), (pair.goes, both), (pair.goes, only)):
        await given.friendship(one, other, tx=tx)
    await given.friendship(pair.stays, pair.goes, tx=tx)
    asked = await given.a_member(pair.programme, tx=tx)
    await friends.request(pair.goes, friend=asked.id, at=NOON, tx=tx)
    before = await _ties(tx)

    merge = await pair.merged(tx=tx)

    assert await _friends(pair.stays, tx) == {both.id, only.id}
    assert await _friends(pair.goes, tx) == set()
    assert await _friends(both, tx) == {pair.stays.id}
    await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)
    assert await _ties(tx) == before


async def test_given_a_merge_when_undone_then_points_lots_and_names_are_what_they_were(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx, expiry_months=6)
    await members.add_contact(
        pair.goes, kind=ContactKind.EMAIL, value="ada@x.org", verified=True, at=NOON, tx=tx
    )
    before = [await lots(one, tx=tx) for one in (pair.stays, pair.goes)]
    contacts = await members.contacts(pair.goes, tx=tx)
    merge = await pair.merged(tx=tx)
    assert [one.value for one in await members.contacts(pair.stays, tx=tx)] == ["ada@x.org"]

    undone = await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)

    assert undone.undone_at == NOON
    assert [await lots(one, tx=tx) for one in (pair.stays, pair.goes)] == before
    assert await again(pair.goes, tx=tx) == pair.goes
    assert await members.contacts(pair.goes, tx=tx) == contacts
    assert await members.contacts(pair.stays, tx=tx) == []


async def test_given_a_merge_when_undone_twice_then_once_and_it_may_be_made_again(tx: Tx) -> None:
    pair = await a_pair(tx=tx)
    merge = await pair.merged(tx=tx)

    first = await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)
    second = await duplicates.unmerge(
        merge.id, programme=pair.programme.id, at=NOON + timedelta(hours=1), tx=tx
    )
    once_more = await pair.merged(tx=tx)

    assert second == first
    assert (once_more.points, await pair.available(tx=tx)) == (40, (140, 0))


async def test_given_a_merge_when_repeated_with_its_id_then_it_is_the_first(tx: Tx) -> None:
    pair = await a_pair(tx=tx)
    id = ids.new(NOON)
    first = await pair.merged(id=id, tx=tx)

    second = await pair.merged(id=id, tx=tx)

    assert second == first
    assert await pair.available(tx=tx) == (140, 0)


async def test_given_the_points_are_spent_when_undone_then_refused_with_what_is_missing(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx)
    merge = await pair.merged(tx=tx)
    await _spend(125, pair, tx)

    with pytest.raises(duplicates.PointsSpent) as refused:
        async with tx.savepoint():
            await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)

    assert refused.value.missing == 25
    assert await pair.available(tx=tx) == (15, 0)
    assert (await again(pair.goes, tx=tx)).state is State.MERGED


async def test_given_a_chain_of_merges_when_the_first_is_undone_then_the_last_comes_first(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx)
    last = await given.a_member(pair.programme, holding=1, tx=tx)
    first = await pair.merged(tx=tx)
    second = await Pair(pair.programme, last, pair.stays).merged(tx=tx)
    assert (await again(pair.goes, tx=tx)).merged_into == last.id

    with pytest.raises(duplicates.MergedFurther):
        await duplicates.unmerge(first.id, programme=pair.programme.id, at=NOON, tx=tx)
    await duplicates.unmerge(second.id, programme=pair.programme.id, at=NOON, tx=tx)
    await duplicates.unmerge(first.id, programme=pair.programme.id, at=NOON, tx=tx)

    assert await pair.available(tx=tx) == (100, 40)
    assert await available(last, tx=tx) == 1


async def test_given_a_promise_when_it_matures_after_the_merge_then_it_is_forwarded_once(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx)
    promise = ledger.Promise(ids.new(NOON), pair.goes.account, 7)
    await ledger.promise([promise], book=pair.goes.book, at=NOON, tx=tx)
    merge = await pair.merged(tx=tx)
    await ledger.mature([promise.id], book=pair.goes.book, at=NOON, tx=tx)

    await duplicates.forward(NOON + timedelta(minutes=1), tx)
    await duplicates.forward(NOON + timedelta(minutes=2), tx)

    assert await pair.available(tx=tx) == (147, 0)
    await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)
    assert await pair.available(tx=tx) == (100, 47)


async def test_given_a_merge_and_its_undoing_then_the_ledger_verifies(tx: Tx) -> None:
    pair = await a_pair(tx=tx)
    merge = await pair.merged(tx=tx)
    await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)

    verdict = await ledger.verify(pair.programme.book, tx=tx)

    assert verdict.findings == ()


async def test_given_fields_of_both_when_merged_then_the_newer_counts_and_undoing_restores(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx)
    for field in members.STANDARD:
        await members.define(field, programme=pair.programme.id, at=NOON, tx=tx)
    later = NOON + timedelta(minutes=1)
    await members.fill(pair.stays, {"residence": "Linz", "gender": "female"}, at=NOON, tx=tx)
    told = {"residence": "Graz", "household_size": 3}
    await members.fill(pair.goes, told, at=later, tx=tx)
    before = await members.profile(pair.stays, tx=tx)

    merge = await pair.merged(tx=tx)

    merged = await members.profile(pair.stays, tx=tx)
    assert {key: value.plain for key, value in merged.items()} == told | {"gender": "female"}
    await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)
    assert await members.profile(pair.stays, tx=tx) == before


Fault = Callable[[Pair, Tx], Awaitable[Pair]]


async def _itself(pair: Pair, tx: Tx) -> Pair:
    return Pair(pair.programme, pair.stays, pair.stays)


async def _of_another_programme(pair: Pair, tx: Tx) -> Pair:
    other = await given.a_programme(tx=tx)
    return Pair(pair.programme, pair.stays, await given.a_member(other, tx=tx))


async def _duplicate_merged(pair: Pair, tx: Tx) -> Pair:
    await pair.merged(tx=tx)
    return pair


async def _survivor_merged(pair: Pair, tx: Tx) -> Pair:
    await pair.merged(tx=tx)
    return Pair(pair.programme, pair.goes, await given.a_member(pair.programme, tx=tx))


async def _survivor_left(pair: Pair, tx: Tx) -> Pair:
    await members.leave(pair.stays, at=NOON, tx=tx)
    return pair


async def _offered(pair: Pair, tx: Tx) -> Pair:
    other = await given.a_member(pair.programme, tx=tx)
    await given.friendship(pair.goes, other, tx=tx)
    await transfers.send(5, sender=pair.goes, receiver=other.id, id=ids.new(NOON), at=NOON, tx=tx)
    return pair


async def _was_offered(pair: Pair, tx: Tx) -> Pair:
    await given.friendship(pair.goes, pair.stays, tx=tx)
    await transfers.send(
        5, sender=pair.stays, receiver=pair.goes.id, id=ids.new(NOON), at=NOON, tx=tx
    )
    return pair


async def _held(pair: Pair, tx: Tx) -> Pair:
    item = ledger.hold(5, account=pair.goes.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=pair.goes.book, at=NOON, tx=tx))
    return pair


async def _in_debt(pair: Pair, tx: Tx) -> Pair:
    earn = ledger.issue(60, account=pair.goes.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(earn, book=pair.goes.book, at=NOON, tx=tx))
    spend = ledger.spend(100, account=pair.goes.account, id=ids.new(NOON))
    back = ledger.reverse(original=earn.id, id=ids.new(NOON))
    for item in (spend, back):
        ledger.require(await ledger.post_one(item, book=pair.goes.book, at=NOON, tx=tx))
    return pair


FAULTS = [
    (_itself, duplicates.SelfMerge),
    (_of_another_programme, members.NoSuchMember),
    (_duplicate_merged, duplicates.AlreadyMerged),
    (_survivor_merged, duplicates.AlreadyMerged),
    (_survivor_left, duplicates.NotMergeable),
    (_offered, duplicates.OpenTransfers),
    (_was_offered, duplicates.OpenTransfers),
    (_held, duplicates.OpenHolds),
    (_in_debt, duplicates.InDebt),
]


@pytest.mark.parametrize(("fault", "refusal"), FAULTS)
async def test_given_a_fault_when_merged_then_refused_and_nothing_changes(
    fault: Fault, refusal: type[Refused], tx: Tx
) -> None:
    pair = await a_pair(tx=tx, return_policy=ledger.ReturnPolicy.NEGATIVE_ALLOWED)
    faulty = await fault(pair, tx)
    before = await _everything(tx)

    with pytest.raises(refusal):
        await faulty.merged(tx=tx)

    assert await _everything(tx) == before


async def test_given_an_id_of_another_merge_when_merged_then_refused(tx: Tx) -> None:
    pair = await a_pair(tx=tx)
    merge = await pair.merged(tx=tx)
    other = await given.a_member(pair.programme, tx=tx)

    with pytest.raises(ledger.KeyReused):
        await Pair(pair.programme, pair.stays, other).merged(id=merge.id, tx=tx)


async def test_given_no_such_merge_or_a_foreign_one_when_undone_then_refused(tx: Tx) -> None:
    pair, other = await a_pair(tx=tx), await given.a_programme(tx=tx)
    merge = await pair.merged(tx=tx)

    for id, programme in ((uuid4(), pair.programme.id), (merge.id, other.id)):
        with pytest.raises(duplicates.NoSuchMerge):
            await duplicates.unmerge(id, programme=programme, at=NOON, tx=tx)


async def _spend(points: int, pair: Pair, tx: Tx) -> None:
    item = ledger.spend(points, account=pair.stays.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=pair.stays.book, at=NOON, tx=tx))


async def _friends(member: members.Member, tx: Tx) -> set[object]:
    listed = await friends.listed(member, after=None, limit=100, tx=tx)
    return {tie.friend.id for tie in listed}


async def _ties(tx: Tx) -> list[object]:
    friendships = await tx.rows("SELECT member, friend, since FROM friendship")
    requests = await tx.rows("SELECT sender, receiver, hidden, at FROM friend_request")
    return sorted(map(str, [*friendships, *requests]))


async def _everything(tx: Tx) -> list[object]:
    tables = (
        "SELECT id, state, merged_into FROM member ORDER BY id",
        "SELECT issuer, subject, member FROM member_identity ORDER BY 1, 2, 3",
        "SELECT member, friend, since FROM friendship ORDER BY 1, 2",
        "SELECT id, undone_at FROM merge ORDER BY id",
        "SELECT id, balance, held, lots FROM ledger.account ORDER BY id",
    )
    return [[tuple(row.values()) for row in await tx.rows(sql)] for sql in tables]
