"""Ranking: sorted sets on Valkey, which say at once who is where among a million.

Of equal scores the one that was reached first stands higher: the set's score is minus the score,
and its member is when the score was reached and then the id, as bytes, by which Valkey orders
what is equal. The truth is kept elsewhere, in rows with a version. A set that is not whole (never
built, flushed, evicted) says so, is read by nobody, and is filled again from the rows.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from redis.asyncio import Redis

from infra import ids, signals
from infra.ids import EPOCH, MILLISECOND

MICROSECOND = MILLISECOND / 1000
# Doubles hold whole numbers exactly up to here.
SCORE_MAX = 2**53 - 1
MARKS_OF_A_CALL = 1_000
BUILD_SECONDS = 600
TRIES = 5

# A set of two keys: the order, and for each id where it stands in it, with the version of its
# row. How many stand in the order is noted in the second, so that the loss of either shows.
SOUND = """
local noted = redis.call('HGET', KEYS[2], '#')
if not noted or tonumber(noted) ~= redis.call('ZCARD', KEYS[1]) then return nil end
"""
# Each mark: id, version, score, and eight bytes of time; an id comes once. An older version
# changes nothing, so it does not matter in which order those who committed come here. Each
# command is called once for all of them: a call costs more than what it does.
MARK = """
local ids, gone, here, held = {}, {}, {}, {}
for i = first, #ARGV, 4 do ids[#ids + 1] = ARGV[i] end
local olds = #ids > 0 and redis.call('HMGET', KEYS[2], unpack(ids)) or {}
for n, id in ipairs(ids) do
    local place = first + 4 * (n - 1)
    local version, score, reached = ARGV[place + 1], ARGV[place + 2], ARGV[place + 3]
    local old = olds[n]
    if not old or tonumber(string.sub(old, 9)) < tonumber(version) then
        if old then gone[#gone + 1] = string.sub(old, 1, 8) .. id end
        if score ~= '0' then
            here[#here + 1] = '-' .. score
            here[#here + 1] = reached .. id
        end
        held[#held + 1] = id
        held[#held + 1] = reached .. version
    end
end
if #gone > 0 then redis.call('ZREM', KEYS[1], unpack(gone)) end
if #here > 0 then redis.call('ZADD', KEYS[1], unpack(here)) end
if #held > 0 then redis.call('HSET', KEYS[2], unpack(held)) end
"""
PUT = f"""
local first = 1
{SOUND}
{MARK}
redis.call('HSET', KEYS[2], '#', redis.call('ZCARD', KEYS[1]))
return 1
"""
# Whoever builds claims the set, and so ends what others began to build: only from here on are
# changes refused until the set is whole, and a build reads the rows after that.
CLAIM = """
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[2])
"""
# Built under names of its own, which nobody reads.
ADD = f"""
local first = 3
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
{MARK}
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[2])
return 1
"""
# The claim goes with everything else when somebody flushes, and another build takes it.
FINISH = """
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
if redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], '#', redis.call('ZCARD', KEYS[1]))
redis.call('PERSIST', KEYS[2])
redis.call('RENAME', KEYS[2], KEYS[5])
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('PERSIST', KEYS[1])
    redis.call('RENAME', KEYS[1], KEYS[4])
end
redis.call('DEL', KEYS[3])
return 1
"""
# Where somebody stands (-1: nowhere), how many there are, and a stretch of the order: from a
# place, or around somebody, moved so that it is full where it can be.
READ = f"""
{SOUND}
local id, from, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local all, place = tonumber(noted), false
if id ~= '' then
    local held = redis.call('HGET', KEYS[2], id)
    place = held and redis.call('ZRANK', KEYS[1], string.sub(held, 1, 8) .. id)
    if from < 0 then
        if not place then count = 0 end
        from = math.max(0, math.min((place or 0) - math.floor(count / 2), all - count))
    end
end
local stretch = count > 0
    and redis.call('ZRANGE', KEYS[1], from, from + count - 1, 'WITHSCORES') or {{}}
return {{place or -1, all, from, stretch}}
"""
# Where each of several stands (-1: nowhere), and how many there are.
PLACES = f"""
{SOUND}
local found = {{tonumber(noted)}}
local held = #ARGV > 0 and redis.call('HMGET', KEYS[2], unpack(ARGV)) or {{}}
for n, id in ipairs(ARGV) do
    local at = held[n] and redis.call('ZRANK', KEYS[1], string.sub(held[n], 1, 8) .. id)
    found[#found + 1] = at or -1
end
return found
"""

Scripted: TypeAlias = list[Any] | int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where one id is to stand.

    score   -- 0 to 2^53 - 1; 0: nowhere.
    version -- of the row; a larger one is newer.
    """

    id: UUID
    score: int
    reached_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One place of the order, counted from 1."""

    place: int
    id: UUID
    score: int
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the order.

    place -- of whom it was asked for; None: they stand nowhere.
    all   -- how many stand in the whole order.
    """

    place: int | None
    all: int
    seats: Sequence[Seat]


async def put(name: str, marks: Sequence[Mark]) -> bool:
    """Bring the set up to these marks; False when it is not whole, or Valkey is away."""
    done = True
    for start in range(0, len(marks), MARKS_OF_A_CALL):
        some = marks[start : start + MARKS_OF_A_CALL]
        done = await _run(PUT, _keys(name), *_flat(some)) is not None and done
    return done


async def stretch(name: str, *, around: UUID | None, count: int, start: int = 0) -> Stretch | None:
    """`count` seats around somebody, or from the place `start`, counted from 0, on.

    None when the set is not whole, or Valkey is away: ask the rows. Who stands nowhere has
    nobody around.
    """
    id, first = (b"", start) if around is None else (around.bytes, -1)
    return _read(await _run(READ, _keys(name), id, first, count))


async def leading(name: str, *, count: int, start: int = 0, asker: UUID) -> Stretch | None:
    """`count` seats from the place `start`, counted from 0, on, and where `asker` stands.

    None as for `stretch`.
    """
    return _read(await _run(READ, _keys(name), asker.bytes, start, count))


async def places(name: str, several: Sequence[UUID]) -> Mapping[UUID, int] | None:
    """Where each of these stands, from 1; who stands nowhere is left out. None as for `stretch`."""
    found: dict[UUID, int] = {}
    for start in range(0, len(several), MARKS_OF_A_CALL):
        some = several[start : start + MARKS_OF_A_CALL]
        answer = await _run(PLACES, _keys(name), *[one.bytes for one in some])
        if not isinstance(answer, list):
            return None
        placed = zip(some, answer[1:], strict=True)
        found |= {one: place + 1 for one, place in placed if place >= 0}
    return found


async def whole(name: str) -> bool:
    """True when the set can be read."""
    return await stretch(name, around=None, count=0) is not None


async def build(name: str, batches: AsyncIterator[Sequence[Mark]]) -> bool:
    """Fill the set anew; False when it did not come to that: Valkey is away, was flushed
    meanwhile, or somebody else builds it too.

    batches -- every row, read after this was called. What changes meanwhile is refused by `put`,
    so whoever changes it must come again.
    """
    token, rows = ids.new(EPOCH).bytes.hex(), 0
    keys = _keys(name)
    fresh = [f"{key}:{token}" for key in keys]
    claim = f"{keys[0]}:claim"
    if await _run(CLAIM, [*keys, claim], token, BUILD_SECONDS, empty=1) is None:
        return False
    async for batch in batches:
        rows += len(batch)
        for start in range(0, len(batch), MARKS_OF_A_CALL):
            some = _flat(batch[start : start + MARKS_OF_A_CALL])
            if not await _insist(ADD, [*fresh, claim], token, BUILD_SECONDS, *some):
                return False
    return await _insist(FINISH, [*fresh, claim, *keys], token, rows)


async def drop(name: str) -> None:
    """Forget the set; it is not whole from now on."""
    await _run(CLAIM, [*_keys(name), f"{_keys(name)[0]}:claim"], "dropped", 1)


def place_key(reached_at: datetime, id: UUID) -> bytes:
    """By this equal scores are ordered: microseconds since 1970 in eight bytes, then the id."""
    return _bytes_of(reached_at) + id.bytes


async def _insist(script: str, keys: Sequence[str], *args: Any) -> bool:
    """Whether the script did it: a Valkey that is away for a moment does not undo a long build,
    and what it did without our hearing of it does no harm when it is asked for again."""
    for _ in range(TRIES):
        answer = await _run(script, keys, *args)
        if answer is not None:
            return bool(answer)
        await asyncio.sleep(signals.RECONNECT_SECONDS)
    return False


async def _run(script: str, keys: Sequence[str], *args: Any, empty: Scripted = None) -> Scripted:
    """What the script answers, `empty` for nothing; None when Valkey is away."""
    async with signals.present() as client:
        if client is None:
            return None
        answer: Scripted = await _scripts(client, script)(keys=list(keys), args=list(args))
        return empty if answer is None else answer
    return None


def _scripts(client: Redis, script: str) -> Any:
    return client.register_script(script)


def _keys(name: str) -> list[str]:
    # In braces, so that all keys of a set are on one machine of a cluster.
    return [f"laurel:rank:{{{name}}}", f"laurel:rank:{{{name}}}:of"]


def _flat(marks: Sequence[Mark]) -> list[Any]:
    said: list[Any] = []
    for mark in marks:
        assert 0 <= mark.score <= SCORE_MAX, "a score is a whole number that a double holds"
        said += (mark.id.bytes, mark.version, mark.score, _bytes_of(mark.reached_at))
    return said


def _read(answer: Scripted) -> Stretch | None:
    if not isinstance(answer, list):
        return None
    place, everybody, start, flat = answer
    seats = []
    for number in range(0, len(flat), 2):
        key, score = flat[number], flat[number + 1]
        at = EPOCH + int.from_bytes(key[:8], "big") * MICROSECOND
        seats.append(Seat(start + number // 2 + 1, UUID(bytes=key[8:]), -int(score), at))
    return Stretch(None if place < 0 else place + 1, everybody, seats)


def _bytes_of(at: datetime) -> bytes:
    return ((at - EPOCH) // MICROSECOND).to_bytes(8, "big")
