"""Facts about this store, kept in it."""

from __future__ import annotations

import secrets

from storage.ports import Tx
from storage.tables import MetaRow


def epoch(tx: Tx) -> str:
    """Changes when the store was restored or imported; made at first use."""
    row = tx.session.get(MetaRow, "epoch")
    if row is None:
        row = MetaRow(key="epoch", value=secrets.token_hex(8))
        tx.session.add(row)
        tx.session.flush()
    return row.value
