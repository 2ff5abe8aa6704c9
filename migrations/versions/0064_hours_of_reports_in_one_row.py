"""The chats of all hours of a week are in one tally. Before, each hour had a tally of its own."""

from __future__ import annotations

import zlib
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"

_BITS = 64
_HOURS = "dimension = 'hour'"
_cells = sa.table(
    "report_cells", *(sa.column(name) for name in ("grain", "dimension", "period", "team", "key", "tally"))
)


def upgrade() -> None:
    """From 0063 to 0064."""
    connection = op.get_bind()
    found: dict[tuple[str, int, str], int] = defaultdict(int)
    rows = sa.select(_cells).where(sa.text(_HOURS))
    for grain, _, period, team, hour, tally in connection.execute(rows):
        # The first two counters of a tally: the chats offered, and the chats answered.
        counters = int.from_bytes(zlib.decompressobj().decompress(tally, 2 * _BITS // 8), "little")
        found[grain, period, team] += counters << (2 * _BITS * int(hour))
    op.execute(sa.delete(_cells).where(sa.text(_HOURS)))
    made = [
        {"grain": grain, "dimension": "hour", "period": period, "team": team, "key": "", "tally": _packed(tally)}
        for (grain, period, team), tally in found.items()
        if tally
    ]
    if made:
        connection.execute(sa.insert(_cells), made)


def _packed(tally: int) -> bytes:
    return zlib.compress(tally.to_bytes((tally.bit_length() + 7) // 8, "little"), 1)
