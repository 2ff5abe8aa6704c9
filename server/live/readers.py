"""Readers of the help center: the visibilities and products that a person may see."""

from __future__ import annotations

from identity.actor import Actor
from identity.adapters.client_products import products_of
from knowledge.article import Reader
from storage.ports import Tx


def reader_of(tx: Tx, actor: Actor | None) -> Reader:
    """What a person may read. Visitors without an account read what is public."""
    if actor is None:
        return Reader()
    staff = actor.kind == "staff"
    return Reader(signed_in=actor.identified or staff, staff=staff, products=products_of(tx, actor.client))
