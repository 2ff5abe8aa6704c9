"""Counts hints for training, by client: solvings with the code Training suggested."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import func, literal_column, select
from sqlmodel import col

from reports.adapters.queries import of_steps
from reports.adapters.tables import OF_HINTS, SOLVED, StepFactRow
from reports.asking import Asked
from reports.overview import ClientHints, Hints, ProductHints
from storage.ports import Tx

CLIENTS = 5
"""The most clients in a report."""


def hints_of(
    tx: Tx, asked: Asked, own: Mapping[str, int], names: Callable[[Collection[str]], Mapping[str, str]]
) -> Hints:
    """The hints of a period. `own` has the number of hints for our own people, by product. `names` returns the names of
    clients by id."""
    row = StepFactRow
    query = (
        select(col(row.client), col(row.product), func.count())
        .where(literal_column(OF_HINTS), col(row.code) == "training_suggested", *of_steps(asked))
        .group_by(col(row.client), col(row.product))
    )
    clients: dict[str, Counter[str]] = defaultdict(Counter)
    for client, product, count in tx.session.connection().execute(query):
        if client:
            clients[client][product] += count
    most = sorted(clients, key=lambda client: (-clients[client].total(), client))[:CLIENTS]
    solved, named = _solved(tx, asked, most), names(most)
    return Hints(
        clients=[
            ClientHints(
                client=client,
                name=named.get(client, ""),
                product=_first(clients[client]),
                hints=clients[client].total(),
                solved=solved[client],
            )
            for client in most
        ],
        products=[
            ProductHints(product or None, count)
            for product, count in sorted(own.items(), key=lambda item: (-item[1], item[0]))
        ],
    )


def _first(products: Counter[str]) -> str | None:
    """The most frequent product."""
    return min(products, key=lambda product: (-products[product], product)) or None


def _solved(tx: Tx, asked: Asked, clients: Collection[str]) -> dict[str, int]:
    if not clients:
        return {}
    client = col(StepFactRow.client)
    query = (
        select(client, func.count())
        .where(literal_column(SOLVED), client.in_(clients), *of_steps(asked))
        .group_by(client)
    )
    return {row[0]: row[1] for row in tx.session.connection().execute(query)}
