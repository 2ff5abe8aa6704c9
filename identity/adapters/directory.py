"""Look-ups of staff and customers inside a transaction, and the audit log."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from identity.accounts import OWN_KID
from identity.actor import Actor
from identity.adapters import merge_store
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.permissions import may
from identity.ports import Account, Client, KnownVisitor
from identity.service import Identity
from identity.staff import actor as as_actor
from storage.ports import Tx
from texts.addresses import normal_email


class Directory:
    """Call each method inside a transaction, from a unit or a query."""

    def __init__(self, store: SqlStore, customer_store: SqlCustomerStore) -> None:
        self._store = store
        self._customer_store = customer_store
        self.identity = Identity(store)

    def visitor(self, tx: Tx, id: str) -> KnownVisitor | None:
        """The stored visitor; None if the visitor is not stored yet."""
        return self._customer_store.visitor(tx, id)

    def keep_visitor(self, tx: Tx, actor: Actor, now: int) -> None:
        """Store the visitor. If already stored, replace the name and the email address where `actor` has a value, and
        set the account if none is stored."""
        self._customer_store.keep_visitor(tx, KnownVisitor(actor.id, actor.name, actor.email, actor.account), now)

    def correct_visitor(self, tx: Tx, id: str, name: str | None, email: str | None) -> None:
        """Replace the name and the address that a visitor gave."""
        self._customer_store.correct_visitor(tx, id, name, email)

    def together(self, tx: Tx, ids: Collection[str]) -> set[str]:
        """The ids of these customers, and of the customers whom staff merged with them."""
        return merge_store.together(tx, ids) if ids else set()

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        """Names of staff by id, including disabled people."""
        return self.identity.names(tx, ids)

    def staff(self, tx: Tx, id: str) -> Actor | None:
        """A staff member; None if unknown or disabled."""
        return self.identity.staff(tx, id)

    def staff_by_id(self, tx: Tx, ids: Collection[str]) -> dict[str, Actor]:
        """Several staff members, without those who are unknown or disabled. Costs two queries."""
        return {user.id: as_actor(user) for user in self._store.users_of(tx, ids)} if ids else {}

    def able(self, tx: Tx, ids: Collection[str]) -> set[str]:
        """The staff members of `ids` who may handle chats."""
        return {user.id for user in self._store.users_of(tx, ids) if may(as_actor(user), "handle", "chats")}

    def staff_of(self, tx: Tx, team: str) -> list[Actor]:
        """The enabled staff of a team, sorted by name."""
        return self.identity.staff_of(tx, team)

    def all_staff(self, tx: Tx) -> list[Actor]:
        """All enabled staff, sorted by name."""
        return self.identity.all_staff(tx)

    def client_id(self, tx: Tx, name: str) -> str | None:
        """The id of the client with this name, ignoring case; None if there is none."""
        found = self._customer_store.client_by_name(tx, name)
        return found.id if found is not None else None

    def client_names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        return self._customer_store.client_names(tx, ids) if ids else {}

    def vips(self, tx: Tx, ids: Collection[str]) -> frozenset[str]:
        return self._customer_store.vips(tx, ids) if ids else frozenset()

    def client(self, tx: Tx, id: str) -> Client | None:
        return self._customer_store.client(tx, id)

    def account(self, tx: Tx, id: str) -> Account | None:
        """The account with its current client; None if there is none."""
        return self._customer_store.account(tx, id)

    def clients_of(self, tx: Tx, accounts: Collection[str]) -> dict[str, str]:
        """The names of the current clients of these accounts, by the account. Accounts without a client are left
        out."""
        clients = self._customer_store.clients_of(tx, accounts) if accounts else {}
        names = self.client_names(tx, set(clients.values()))
        return {account: names[client] for account, client in clients.items() if client in names}

    def account_by_email(self, tx: Tx, email: str) -> Account | None:
        """The account with this proven email address. Returns None if no account has it.

        If several accounts have the address, returns the one that the customer made at this desk, or None if no such
        account exists.
        """
        found = self._customer_store.accounts_by_email(tx, normal_email(email))
        return found[0] if len(found) == 1 or (found and found[0].kid == OWN_KID) else None

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
    ) -> None:
        """Add an audit line in the same transaction as the action.

        `detail` is JSON without secrets and without text that somebody wrote. `identity.audit` lists all verbs and
        things.
        """
        self._store.record(tx, line(actor, verb, thing, thing_id, detail, now))
