"""The people that tickets ask about, without the identity package."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from identity.actor import Actor
from storage.ports import Tx


@dataclass(frozen=True)
class KnownVisitor:
    name: str | None
    email: str | None


@dataclass(frozen=True)
class KnownAccount:
    id: str
    name: str | None = None
    email: str | None = None
    client: str | None = None
    verified: bool = True


@dataclass(frozen=True)
class KnownClient:
    """`ticketing.ports.Client`, with its name."""

    name: str
    account_team: str | None = None
    vip: bool = False


@dataclass
class Colleagues:
    """`ticketing.ports.People` over a few people."""

    people: Mapping[str, Actor]
    accounts: dict[str, KnownAccount] = field(default_factory=dict)
    clients: dict[str, KnownClient] = field(default_factory=dict)
    visitors: dict[str, KnownVisitor] = field(default_factory=dict)
    audit: list[tuple[str, str, str | None]] = field(default_factory=list)

    def names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]:
        return {id_: str(self.people[id_].name) for id_ in ids}

    def staff(self, tx: Tx, id: str) -> Actor | None:
        return self.people.get(id)

    def visitor(self, tx: Tx, id: str) -> KnownVisitor | None:
        return self.visitors.get(id)

    def keep_visitor(self, tx: Tx, actor: Actor, now: int) -> None:
        self.visitors[actor.id] = KnownVisitor(actor.name, actor.email)

    def account(self, tx: Tx, id: str) -> KnownAccount | None:
        return self.accounts.get(id)

    def account_by_email(self, tx: Tx, email: str) -> KnownAccount | None:
        found = [account for account in self.accounts.values() if account.email == email]
        return found[0] if len(found) == 1 else None

    def client_id(self, tx: Tx, name: str) -> str | None:
        return next((id_ for id_, client in self.clients.items() if client.name.lower() == name.lower()), None)

    def client_names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]:
        return {id_: self.clients[id_].name for id_ in ids if id_ in self.clients}

    def together(self, tx: Tx, ids: Collection[str]) -> set[str]:
        return set(ids)

    def vips(self, tx: Tx, ids: Collection[str]) -> frozenset[str]:
        return frozenset(id_ for id_ in ids if id_ in self.clients and self.clients[id_].vip)

    def client(self, tx: Tx, id: str) -> KnownClient | None:
        return self.clients.get(id)

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
    ) -> None:
        self.audit.append((verb, thing, thing_id))
