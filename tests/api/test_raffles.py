"""Raffles and codes through the doors: from an operator's file to a draw that anybody checks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from api import globalids
from api.globalids import Kind
from domain import raffles, vouchers
from domain.operators import Role
from domain.programmes import Programme
from domain.raffles.closing import close_due
from domain.rewards import RewardKind
from infra import clock, ids
from infra.db import Tx
from tests.domain.vouchers import making
from tests.support.client import Door, Person

ERROR = "... on UserError { code path }"
OPEN = f"""mutation ($input: OpenRaffleInput!) {{ openRaffle(input: $input) {{ __typename
  ... on OpenRaffleSuccess {{ raffle {{ id state commitment seed waits }} }} {ERROR} }} }}"""
DRAW = f"""mutation ($input: DrawRaffleInput!, $key: ID!) {{
  drawRaffle(input: $input) @idempotent(key: $key) {{ __typename
  ... on DrawRaffleSuccess {{ raffle {{ state publicValue
    winners {{ nodes {{ place payout memberId prize {{ kind points }} }} }} }} }} {ERROR} }} }}"""
WARN = f"""mutation ($input: SetVoucherWarningInput!) {{ setVoucherWarning(input: $input) {{
  __typename ... on SetVoucherWarningSuccess {{ pool {{ warnBelow low }} }} {ERROR} }} }}"""
MINE = """query ($id: ID!) { viewer { raffles { nodes { id } } raffle(id: $id) {
  name state commitment seed tickets myTickets { nodes { number ticket givenBack } }
  winners { nodes { place number yours prize { points } } } } } }"""
POOL = """query ($id: ID!) { voucherPool(rewardId: $id) { warnBelow tally { loaded left given }
  uploads { nodes { name state rows loaded inFile faults { nodes { row why first } } } } } }"""
CLOSES = clock.now() + timedelta(hours=1)


async def a_reward(door: Door, kind: RewardKind) -> tuple[Programme, UUID, str]:
    home = await door.programme()
    reward = await door.given(lambda tx: making.a_reward(home, kind, tx=tx))
    return home, reward, globalids.of(Kind.REWARD, reward)


async def says(door: Door, by: Person, query: str, **said: Any) -> Mapping[str, Any]:
    key = {"key": str(ids.new(clock.now()))} if "$key" in query else {}
    (answer,) = (await door.ask(by, query, input={**said, "reason": "spring"}, **key)).values()
    return answer


async def send(
    door: Door, by: Person, content: bytes, *, kind: str = "text/csv", **query: str
) -> httpx.Response:
    headers = {**by.headers, "content-type": kind}
    words = {"reason": "spring", **query}
    return await door.http.post(
        door.at("/ops/vouchers"), content=content, headers=headers, params=words
    )


async def opened(door: Door, staff: Person) -> tuple[str, UUID, Mapping[str, Any]]:
    """A raffle for 70 points that waits for a public value, with its closing; and what was told."""
    _, reward, id = await a_reward(door, RewardKind.RAFFLE)
    terms = {"rewardId": id, "closesAt": CLOSES.isoformat(), "publicSource": "WIG20"}
    told = await says(door, staff, OPEN, **terms, prizes=[{"kind": "POINTS", "points": 70}] * 5)
    other = await says(door, staff, OPEN, **terms, prizes=[{"kind": "POINTS", "points": 1}])
    assert (told["raffle"]["state"], told["raffle"]["seed"]) == ("OPEN", None)
    assert other["code"] == "RAFFLE_OPENED"
    return told["raffle"]["id"], reward, told["raffle"]


async def entered(door: Door, by: Person, reward: UUID) -> None:
    """They have two tickets, and its time is over."""
    programme = by.me.programme

    async def act(tx: Tx) -> None:
        words = {"quantity": 2, "programme": programme, "at": clock.now(), "tx": tx}
        await raffles.enter(reward, member=by.me.id, redemption=ids.new(clock.now()), **words)
        await close_due(CLOSES, tx)

    await door.given(act)


async def test_given_a_raffle_when_it_is_run_from_its_promise_then_anybody_can_check_the_draw(
    door: Door,
) -> None:
    staff, ada = await door.operator(), await door.member()
    raffle, reward, promised = await opened(door, staff)
    early = await says(door, staff, DRAW, raffleId=raffle, publicValue="1")
    unfixed = await door.http.get(door.at(f"/raffles/north/{reward}"))
    await entered(door, ada, reward)

    drawn = await says(door, staff, DRAW, raffleId=raffle, publicValue="2345.67")
    evidence = await door.http.get(door.at(f"/raffles/north/{reward}"))
    elsewhere = await door.http.get(door.at(f"/raffles/south/{reward}"))

    told = raffles.read_evidence(evidence.content)
    raffles.check(told)
    assert early["code"] == "RAFFLE_STILL_OPEN"
    assert (unfixed.status_code, evidence.status_code, elsewhere.status_code) == (404, 200, 404)
    assert [one["payout"] for one in drawn["raffle"]["winners"]["nodes"]] == ["PAID", "PAID"]
    assert told.commitment.hex() == promised["commitment"]
    assert (told.value, sorted(told.winners), len(told.entries)) == ("2345.67", [1, 2], 2)


async def test_given_a_raffle_that_was_drawn_when_members_look_then_each_sees_their_own_tickets(
    door: Door,
) -> None:
    staff, ada, bob = await door.operator(), await door.member(), await door.member()
    raffle, reward, _ = await opened(door, staff)
    await entered(door, ada, reward)
    await says(door, staff, DRAW, raffleId=raffle, publicValue="2345.67")
    told = raffles.read_evidence((await door.http.get(door.at(f"/raffles/north/{reward}"))).content)

    hers, his = [(await door.ask(one, MINE, id=raffle))["viewer"] for one in (ada, bob)]

    tickets = hers["raffle"]["myTickets"]["nodes"]
    assert raffle in [one["id"] for one in hers["raffles"]["nodes"]]
    assert {one["number"]: UUID(one["ticket"]) for one in tickets} == told.entries
    assert hers["raffle"]["seed"] == told.seed.hex()
    assert [one["yours"] for one in hers["raffle"]["winners"]["nodes"]] == [True, True]
    assert his["raffle"]["myTickets"]["nodes"] == []
    assert [one["yours"] for one in his["raffle"]["winners"]["nodes"]] == [False, False]


async def test_given_a_file_of_codes_when_an_operator_sends_it_then_the_pool_has_them_once(
    door: Door,
) -> None:
    staff, reader = await door.operator(), await door.operator(Role.SUPPORT)
    _, reward, id = await a_reward(door, RewardKind.VOUCHER)
    _, _, raffle = await a_reward(door, RewardKind.RAFFLE)
    codes = b"code\nSECRET-A\nSECRET-B\nSECRET-A\n"

    refused = [
        await send(door, reader, codes, reward=id),
        await send(door, staff, codes, reward=id, kind="application/json"),
        await send(door, staff, codes, reward=id, reason=""),
        await send(door, staff, codes, reward=raffle),
        await send(door, staff, b"pin\n1\n", reward=id),
        await send(door, await door.member(), codes, reward=id),
    ]
    first = await send(door, staff, codes, reward=id, name="spring.csv")
    again = await send(door, staff, codes, reward=id, name="spring.csv")
    warned = await says(door, staff, WARN, rewardId=id, warnBelow=9)
    wrong = await says(door, staff, WARN, rewardId=id, warnBelow=-1)
    pool = (await door.ask(staff, POOL, id=id))["voucherPool"]

    assert [one.status_code for one in refused] == [403, 415, 422, 422, 422, 401]
    codes_told = [one.json()["refused"]["code"] for one in refused if one.status_code == 422]
    assert codes_told == ["BAD_REASON", "NOT_A_VOUCHER_REWARD", "BAD_VOUCHER_FILE"]
    assert first.json() == again.json()
    assert (first.json()["loaded"], first.json()["in_file"]) == (2, 1)
    assert warned["pool"] == {"warnBelow": 9, "low": False}
    assert (wrong["code"], wrong["path"]) == ("BAD_VOUCHER_WARNING", ["input", "warnBelow"])
    assert pool["tally"] == {"loaded": 2, "left": 2, "given": 0}
    (upload,) = pool["uploads"]["nodes"]
    assert (upload["name"], upload["state"], upload["rows"]) == ("spring.csv", "DONE", 3)
    assert upload["faults"]["nodes"] == [{"row": 3, "why": "IN_FILE", "first": 1}]
    left = {"programme": (await door.programme()).id, "at": clock.now()}
    assert await door.given(lambda tx: vouchers.left([reward], tx=tx, **left)) == {reward: 2}
    assert "SECRET" not in "".join(one.text for one in (*refused, first))
