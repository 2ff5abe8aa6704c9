"""Counts in Redis or Valkey. Each call is one script, which Redis runs atomically.

The server that has the keys measures their times, so that processes on several machines agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from counters.adapters.digests import digest
from counters.ports import Added, Addition, Charge, Count, Unreachable

_ADD = """
local found, over = {}, false
for place, key in ipairs(KEYS) do
    local amount, size = tonumber(ARGV[3 * place - 2]), tonumber(ARGV[3 * place - 1])
    local most = tonumber(ARGV[3 * place])
    local value, left = tonumber(redis.call('GET', key) or '0'), redis.call('PTTL', key)
    if value <= 0 or left <= 0 or left > size then value, left = 0, size end
    if most >= 0 and value + amount > most then over = true end
    found[place] = {value, left}
end
if over then return {0, found} end
for place, key in ipairs(KEYS) do
    local amount, one = tonumber(ARGV[3 * place - 2]), found[place]
    if amount ~= 0 then
        one[1] = math.max(0, one[1] + amount)
        if one[1] > 0 then redis.call('SET', key, one[1], 'PX', one[2]) else redis.call('DEL', key) end
    end
end
return {1, found}
"""

_CHARGE = """
local debts = {}
for place, key in ipairs(KEYS) do
    local cost, most = tonumber(ARGV[2 * place - 1]), tonumber(ARGV[2 * place])
    local debt = math.max(0, math.min(math.max(0, math.min(redis.call('PTTL', key), most)) + cost, most))
    if cost ~= 0 then
        if debt > 0 then redis.call('SET', key, '', 'PX', debt) else redis.call('DEL', key) end
    end
    debts[place] = debt
end
return debts
"""


class RedisCounters:
    def __init__(self, redis: Redis, prefix: str) -> None:
        """`prefix` begins the names of all keys."""
        self._prefix = f"{prefix}limit:"
        self._add = redis.register_script(_ADD)
        self._charge = redis.register_script(_CHARGE)

    async def add(self, additions: Sequence[Addition]) -> Added:
        given = [
            number for one in additions for number in (one.amount, one.window_ms, -1 if one.most is None else one.most)
        ]
        try:
            added, counts = await self._add([self._key(one.key) for one in additions], given)
        except (OSError, RedisError) as error:
            raise Unreachable(f"Redis: {error}") from error
        return Added(bool(added), [Count(*count) for count in counts])

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        given = [number for one in charges for number in (one.cost_ms, one.most_ms)]
        try:
            return list(await self._charge([self._key(one.key) for one in charges], given))
        except (OSError, RedisError) as error:
            raise Unreachable(f"Redis: {error}") from error

    def _key(self, key: str) -> str:
        return self._prefix + digest(key)
