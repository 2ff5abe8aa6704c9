"""The products of clients in the database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import col, select

from identity.adapters.tables import ClientProductRow
from storage.ports import Tx


def products_of(tx: Tx, client: str | None) -> frozenset[str]:
    """The names of a client's products, as in the hours file. `client` is the client of an account (`Actor.client`).
    Empty for None."""
    if client is None:
        return frozenset()
    return frozenset(tx.session.exec(select(ClientProductRow.product).where(ClientProductRow.client == client)))


def products_by_client(tx: Tx) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in tx.session.exec(select(ClientProductRow)):
        found.setdefault(row.client, set()).add(row.product)
    return found


def put_products(tx: Tx, client: str, products: Collection[str]) -> None:
    """Replace the products of a client."""
    tx.session.execute(delete(ClientProductRow).where(col(ClientProductRow.client) == client))
    tx.session.add_all(ClientProductRow(client=client, product=product) for product in sorted(products))
    tx.session.flush()
