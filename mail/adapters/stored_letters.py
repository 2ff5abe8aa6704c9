"""Builds `Letters` with its adapters for the database."""

from __future__ import annotations

from collections.abc import Callable

from mail.adapters.healths import SqlHealths
from mail.adapters.store import SqlStore
from mail.addresses import Addresses
from mail.identifiers import Identifiers
from mail.service import Letters


def stored_letters(identifiers: Identifiers, new_name: Callable[[], str], *, limited: bool = True) -> Letters:
    store = SqlStore(identifiers)
    return Letters(store, Addresses(store, SqlHealths(), identifiers), identifiers, new_name, limited=limited)
