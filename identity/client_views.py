"""Clients as admins see and change them. Pure values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from identity.ports import Account, Client


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChange:
    """The values of a client that an admin can change. `account_team` is an email address, empty for none. `products`
    are names from the hours file."""

    name: str
    domains: Sequence[str]
    account_team: str
    vip: bool
    products: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDetail:
    """A client with its people: at most 100, coordinators first, then sorted by address."""

    client: Client
    people: Sequence[Account]
    version: int


def version_of(client: Client) -> int:
    """A number that changes whenever a value of `ClientChange` changes."""
    said = (client.name, sorted(client.domains), client.account_team, client.vip, sorted(client.products))
    return int.from_bytes(hashlib.sha256(repr(said).encode()).digest()[:6])
