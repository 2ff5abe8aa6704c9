"""Counts in a table of PostgreSQL. Each call is one statement.

The moments are those of the database server, so that processes on several machines agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import text

from counters.adapters.digests import digest
from counters.ports import Added, Addition, Charge, Count, Unreachable
from storage.ports import Storage, StorageUnavailable, Tx

T = TypeVar("T")

_NOW = "floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint"

_ADD = text(
    """
WITH given AS (
    SELECT g.*, moment() AS now FROM unnest(
        CAST(:keys AS text[]), CAST(:amounts AS bigint[]), CAST(:windows AS bigint[]), CAST(:most AS bigint[])
    ) AS g(key, amount, size, most)
), known AS (
    SELECT g.*,
        CASE WHEN c.value > 0 AND c.until > now AND c.until <= now + size THEN c.value ELSE 0 END AS value,
        CASE WHEN c.value > 0 AND c.until > now AND c.until <= now + size THEN c.until ELSE now + size END AS until
    FROM given g LEFT JOIN counts c ON c.key = g.key
), added AS (
    INSERT INTO counts AS c (key, value, until)
    SELECT key, amount, now + size FROM known
    WHERE amount <> 0 AND NOT EXISTS (SELECT FROM known WHERE value + amount > most)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        value = CASE WHEN c.value > 0 AND c.until > moment() AND c.until <= excluded.until
            THEN greatest(0, c.value + excluded.value) ELSE excluded.value END,
        until = CASE WHEN c.value > 0 AND c.until > moment() AND c.until <= excluded.until
            THEN c.until ELSE excluded.until END
    RETURNING key, value, until
)
SELECT k.key, greatest(0, coalesce(a.value, k.value)), coalesce(a.until, k.until) - k.now,
    a.key IS NOT NULL OR (k.amount = 0 AND NOT EXISTS (SELECT FROM known WHERE value + amount > most))
FROM known k LEFT JOIN added a ON a.key = k.key
""".replace("moment()", _NOW)
)

_CHARGE = text(
    """
INSERT INTO counts AS c (key, value, until)
SELECT key, most, moment() + least(cost, most) FROM unnest(
    CAST(:keys AS text[]), CAST(:costs AS bigint[]), CAST(:most AS bigint[])
) AS g(key, cost, most)
ORDER BY key
ON CONFLICT (key) DO UPDATE SET
    value = excluded.value,
    until = least(
        least(greatest(c.until, moment()), moment() + excluded.value) + excluded.until - moment(),
        moment() + excluded.value
    )
RETURNING c.key, greatest(0, c.until - moment()) AS debt
""".replace("moment()", _NOW)
)


class PostgresCounters:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def add(self, additions: Sequence[Addition]) -> Added:
        keys = [digest(one.key) for one in additions]
        given = {
            "keys": keys,
            "amounts": [one.amount for one in additions],
            "windows": [one.window_ms for one in additions],
            "most": [one.most for one in additions],
        }

        def unit(tx: Tx) -> dict[str, tuple[Count, bool]]:
            rows = tx.session.connection().execute(_ADD, given)
            return {key: (Count(value, left_ms), added) for key, value, left_ms, added in rows}

        found = await self._write(unit)
        counts = [found[key][0] for key in keys]
        added = all(found[key][1] for key in keys)
        if added and any(
            one.most is not None and one.amount > 0 and count.value > one.most
            for one, count in zip(additions, counts, strict=True)
        ):
            # Simultaneous statements did not see each other.
            await self.add([Addition(one.key, -one.amount, one.window_ms) for one in additions])
            before = zip(additions, counts, strict=True)
            return Added(False, [count._replace(value=count.value - one.amount) for one, count in before])
        return Added(added, counts)

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        keys = [digest(one.key) for one in charges]
        given = {
            "keys": keys,
            "costs": [one.cost_ms for one in charges],
            "most": [one.most_ms for one in charges],
        }

        def unit(tx: Tx) -> dict[str, int]:
            return {row.key: row.debt for row in tx.session.connection().execute(_CHARGE, given)}

        found = await self._write(unit)
        return [found[key] for key in keys]

    async def _write(self, unit: Callable[[Tx], T]) -> T:
        try:
            return await self._storage.write(unit, durable=False)
        except StorageUnavailable as error:
            raise Unreachable(f"PostgreSQL: {error}") from error
