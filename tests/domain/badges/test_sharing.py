"""Sharing: what others can check of a badge, with the library's own verifier, and how it ends."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, OpenBadgeCredential

from domain import badges, privacy, programmes
from domain.badges import Gift, Issuer, Share
from domain.badges.credentials import LIST_SIZE, where
from domain.members import Member
from infra import clock, db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.badges.shelves import a_badge, level
from tests.support import given

ROOT = "https://laurel.example"
# Earlier than now, whatever the time is: nobody believes what is dated in the future.
AT = clock.now().replace(microsecond=0) - timedelta(days=1)


async def a_holder(*, level: int = 2, tx: Tx, **words: Any) -> tuple[Member, badges.Badge]:
    """A member with that level of a badge, given by hand."""
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, at=AT - timedelta(days=9), tx=tx)
    made = await a_badge(programme.id, tx=tx, **words)
    await bestow(made, ada, level=level, tx=tx)
    return ada, made


async def bestow(badge: badges.Badge, member: Member, *, level: int, tx: Tx) -> badges.Grant:
    gift = Gift(
        badge=badge.id,
        member=member.id,
        level=level,
        reason="Was there.",
        given_at=AT - timedelta(days=1),
        evidence_url="https://laurel.example/photo",
    )
    at, by = AT, ids.new(AT)
    return await badges.bestow(
        gift, operator=by, programme=member.programme, id=ids.new(at), at=at, tx=tx
    )


async def share(badge: badges.Badge, member: Member, *, tx: Tx, **words: Any) -> Share:
    programme = await programmes.by_id(member.programme, tx=tx)
    id = ids.new(AT)
    return await badges.share(
        badge.id, member=member, programme=programme, root=ROOT, id=id, at=AT, tx=tx, **words
    )


class World:
    """What anybody finds at the addresses in a credential, fetched before, as files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    @classmethod
    async def of(cls, member: Member, tx: Tx) -> "World":
        programme = await programmes.by_id(member.programme, tx=tx)
        signer = await badges.public_issuer(programme.slug, root=ROOT, tx=tx)
        status = await badges.public_status(0, issuer=signer, tx=tx)
        token = badges.sign_list(0, status.revoked, signer, at=clock.now())
        home = f"{ROOT}/badges/{programme.slug}"
        return cls(
            {
                f"{home}/did.json": orjson.dumps(badges.did_document(signer)),
                f"{home}/status/0": token.encode(),
            }
        )

    def verify(self, token: str) -> OpenBadgeCredential:
        """What the library says of the token, from the did:web it names to its status."""
        issuer = OB3Verifier._decode_unverified(token)["iss"]
        verifier = OB3Verifier.for_issuer_did(issuer, download=self.files.__getitem__)
        return verifier.verify(token, check_status=True, download=self.files.__getitem__)


async def test_given_a_shared_badge_when_the_librarys_verifier_looks_then_all_of_it_holds(
    tx: Tx,
) -> None:
    ada, far = await a_holder(tx=tx)

    shared = await share(far, ada, tx=tx)
    found = (await World.of(ada, tx)).verify(shared.token)

    slug = (await programmes.by_id(ada.programme, tx=tx)).slug
    home = f"{ROOT}/badges/{slug}"
    assert (found.issuer.id, found.issuer.name) == (
        f"did:web:laurel.example:badges:{slug}",
        "Running Club",
    )
    assert found.id == f"{home}/credentials/{shared.id}"
    assert (found.name, found.achievement.name) == ("The far (Silver)", "The far (Silver)")
    assert found.achievement.id == f"{home}/achievements/far/2"
    assert found.achievement.criteria_narrative == "20 km; counted: activities."
    assert found.issuance_date == AT - timedelta(days=1)
    assert found.evidence_url == "https://laurel.example/photo"
    assert found.identifiers == []
    assert str(ada.id) not in orjson.dumps(found.raw).decode()
    assert ada.name not in orjson.dumps(found.raw).decode()


async def test_given_a_share_when_it_is_changed_in_any_way_then_no_verifier_takes_it(
    tx: Tx,
) -> None:
    ada, far = await a_holder(tx=tx)
    bob, near = await a_holder(tx=tx)
    token = (await share(far, ada, tx=tx)).token
    other = (await share(near, bob, tx=tx)).token
    head, body, signature = token.split(".")
    world = await World.of(ada, tx)

    for forged in (
        f"{head}.{other.split('.')[1]}.{signature}",
        f"{head}.{body}.{other.split('.')[2]}",
        f"{other.split('.')[0]}.{body}.{other.split('.')[2]}",
    ):
        with pytest.raises((OB3VerificationError, KeyError)):
            world.verify(forged)
    assert world.verify(token).id


ENDINGS = ("unshared", "taken away", "erased", "shared otherwise")


@pytest.mark.parametrize("how", ENDINGS)
async def test_given_a_shared_badge_when_it_ends_then_its_credential_verifies_no_longer(
    how: str, tx: Tx
) -> None:
    ada, far = await a_holder(tx=tx)
    bob = await given.a_member(await programmes.by_id(ada.programme, tx=tx), at=AT, tx=tx)
    await bestow(far, bob, level=1, tx=tx)
    shared, other = await share(far, ada, tx=tx), await share(far, bob, tx=tx)
    before = (await World.of(ada, tx)).verify(shared.token)

    match how:
        case "unshared":
            assert await badges.unshare(far.id, member=ada, at=AT, tx=tx) == 1
            assert await badges.unshare(far.id, member=ada, at=AT, tx=tx) == 0
        case "taken away":
            (mine,) = await badges.history(ada.id, programme=ada.programme, limit=5, tx=tx)
            await badges.strip(mine.id, programme=ada.programme, at=AT, tx=tx)
        case "erased":
            home = await programmes.by_id(ada.programme, tx=tx)
            await privacy.erase(ada.id, programme=home.id, actor=None, at=AT, tx=tx)
        case "shared otherwise":
            again = await share(far, ada, named=True, tx=tx)
            assert (await World.of(ada, tx)).verify(again.token).identifiers[0].identity_hash == (
                ada.name
            )

    world = await World.of(ada, tx)
    assert before.id
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        world.verify(shared.token)
    assert world.verify(other.token).id
    signer = await _issuer(ada, tx)
    with pytest.raises(badges.ShareRevoked):
        await badges.public_credential(shared.id, issuer=signer, tx=tx)
    assert await badges.public_credential(other.id, issuer=signer, tx=tx) == other.token


async def _issuer(member: Member, tx: Tx) -> Issuer:
    programme = await programmes.by_id(member.programme, tx=tx)
    return await badges.public_issuer(programme.slug, root=ROOT, tx=tx)


async def test_given_a_lower_level_shared_when_a_higher_one_is_lost_then_the_lower_one_holds(
    tx: Tx,
) -> None:
    ada, far = await a_holder(level=1, tx=tx)
    gold = await bestow(far, ada, level=3, tx=tx)
    low, high = await share(far, ada, level=1, tx=tx), await share(far, ada, tx=tx)

    await badges.strip(gold.id, programme=ada.programme, at=AT, tx=tx)

    world = await World.of(ada, tx)
    assert (await level(ada, tx=tx), high.level) == (1, 3)
    assert world.verify(low.token).achievement.name == "The far (Bronze)"
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        world.verify(high.token)


async def test_given_a_share_when_asked_again_then_it_is_the_same_and_others_are_apart(
    tx: Tx,
) -> None:
    ada, far = await a_holder(tx=tx)

    first, again = await share(far, ada, tx=tx), await share(far, ada, tx=tx)
    other = await share(far, ada, level=1, tx=tx)

    assert (again, other.id == first.id) == (first, False)
    found = await badges.shares([far.id], member=ada, tx=tx)
    assert found == {far.id: [other, first]}
    world = await World.of(ada, tx)
    holders = {world.verify(one.token).recipient_id for one in (first, other)}
    assert len(holders) == 2


async def _unknown(ada: Member, far: badges.Badge, tx: Tx) -> object:
    return await share(badges.Badge(**{**_fields(far), "id": ids.new(AT)}), ada, tx=tx)


async def _secret(ada: Member, far: badges.Badge, tx: Tx) -> object:
    return await share(await a_badge(ada.programme, "hush", secret=True, tx=tx), ada, tx=tx)


async def _not_held(ada: Member, far: badges.Badge, tx: Tx) -> object:
    return await share(await a_badge(ada.programme, "near", tx=tx), ada, tx=tx)


async def _too_high(ada: Member, far: badges.Badge, tx: Tx) -> object:
    return await share(far, ada, level=3, tx=tx)


async def _too_low(ada: Member, far: badges.Badge, tx: Tx) -> object:
    return await share(far, ada, level=-1, tx=tx)


def _fields(badge: badges.Badge) -> dict[str, Any]:
    return {name: getattr(badge, name) for name in badges.Badge.__slots__}


REFUSALS = {
    "an unknown badge": (_unknown, badges.NoSuchBadge),
    "a secret not found": (_secret, badges.NoSuchBadge),
    "one not held": (_not_held, badges.BadgeNotHeld),
    "a level not reached": (_too_high, badges.BadBadgeLevel),
    "a level below the first": (_too_low, badges.BadBadgeLevel),
}


@pytest.mark.parametrize("case", list(REFUSALS))
async def test_given_what_cannot_be_shared_when_shared_then_it_is_refused(
    case: str, tx: Tx
) -> None:
    attempt, refusal = REFUSALS[case]
    ada, far = await a_holder(tx=tx)

    with pytest.raises(Refused) as refused:
        await attempt(ada, far, tx)

    assert type(refused.value) is refusal


async def test_given_a_restless_member_when_they_share_too_often_then_it_is_refused(tx: Tx) -> None:
    ada, far = await a_holder(tx=tx)
    await share(far, ada, tx=tx)
    await tx.run(
        """
        INSERT INTO badge_credential (programme, id, member, badge, level, place, named, shared_at,
                                      revoked_at, revoked_why)
        SELECT programme, gen_random_uuid(), member, badge, level, n, named, shared_at, $3,
               'UNSHARED'
        FROM badge_credential, generate_series(1, 199) AS n WHERE programme = $1 AND member = $2
        """,
        ada.programme,
        ada.id,
        AT,
    )

    with pytest.raises(badges.TooManyShares):
        await share(far, ada, level=1, tx=tx)


def test_every_place_of_a_status_list_has_a_bit_of_its_own() -> None:
    places = [where(place) for place in range(LIST_SIZE, 2 * LIST_SIZE)]

    assert {number for number, _ in places} == {1}
    assert {bit for _, bit in places} == set(range(LIST_SIZE))


async def test_given_an_issuers_key_when_somebody_works_behind_the_wall_then_it_is_out_of_reach(
    tx: Tx,
) -> None:
    ada, far = await a_holder(tx=tx)
    await share(far, ada, tx=tx)

    allowed = await tx.value(
        "SELECT has_table_privilege('laurel_walled', 'badge_issuer', 'SELECT')"
    )
    with pytest.raises(db.PostgresError):
        async with tx.savepoint():
            await tx.run("UPDATE badge_issuer SET seed = seed WHERE programme = $1", ada.programme)

    assert allowed is False
