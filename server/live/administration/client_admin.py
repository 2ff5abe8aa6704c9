"""Clients as admins see and change them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from uuid_utils import uuid7

from clock import Clock
from identity.actor import Actor
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.people import People
from identity.client_views import ClientChange, ClientDetail, version_of
from identity.customers import Customers
from identity.errors import Outdated
from identity.permissions import may
from identity.ports import Client
from refusals import Refused
from server.live.administration.last_change import who_changed
from server.live.teams import Teams
from storage.ports import Storage, Tx

_PEOPLE_MAX = 100


class ClientAdmin:
    def __init__(self, storage: Storage, clock: Clock, people: People, teams: Teams) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._store = SqlCustomerStore()
        self._customers = Customers(self._store)

    @property
    def products(self) -> Sequence[str]:
        """The products that a client can get, in the order of the hours file."""
        return self._teams.products

    async def clients(self, by: Actor) -> list[Client]:
        """All clients by name. Raises Refused(forbidden) if `by` is not an admin, and StorageUnavailable."""
        _check(by)
        return await self._storage.read(self._store.clients, "heavy")

    async def client(self, by: Actor, id_: str) -> ClientDetail:
        """One client with its people. Raises Refused(not_found) for an unknown `id_`, and the errors of `clients`."""
        _check(by)
        return await self._storage.read(lambda tx: self._detail(tx, self._known(tx, id_)), "heavy")

    async def add(self, by: Actor, wanted: ClientChange) -> Client:
        """Add a client. Raises Refused: `forbidden` if `by` is not an admin, and the refusals of
        `Customers.add_client`."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> Client:
            added = self._customers.add_client(
                tx,
                id=str(uuid7()),
                name=wanted.name,
                domains=wanted.domains,
                account_team=wanted.account_team or None,
                vip=wanted.vip,
                products=self._checked(wanted.products),
                now=now,
            )
            detail = {"domains": sorted(added.domains), "vip": added.vip, "products": sorted(added.products)}
            self._people.record(tx, by, "add", "client", added.id, detail, now)
            return added

        return await self._storage.write(unit)

    async def change(self, by: Actor, id_: str, wanted: ClientChange, versions: Collection[int] | None) -> ClientDetail:
        """Change a client. `versions` are the versions that the caller accepts, None for any.

        Raises Outdated if the client has another version. Raises Refused: `not_found` for an unknown `id_`, and the
        refusals of `add`.
        """
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> ClientDetail:
            before = self._known(tx, id_)
            if versions is not None and version_of(before) not in versions:
                who = who_changed(tx, self._people, "client", id_, now)
                raise Outdated(f"{who} changed {before.name} while you looked. Nothing was saved.")
            after = self._customers.change_client(
                tx,
                before,
                name=wanted.name,
                domains=wanted.domains,
                account_team=wanted.account_team or None,
                vip=wanted.vip,
                products=self._checked(wanted.products, before.products),
            )
            if after != before:
                self._people.record(tx, by, "change", "client", id_, _changes(before, after), now)
            return self._detail(tx, after)

        return await self._storage.write(unit)

    async def coordinate(self, by: Actor, id_: str, email: str, coordinates: bool) -> None:
        """Set whether a customer may read all requests of their company, the client `id_`. Raises Refused: `forbidden`
        if `by` is not an admin; `invalid` if nobody of this client has the address `email`."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            client, before = self._customers.coordinate(tx, email, coordinates)
            if client.id != id_:
                sentence = f"This customer belongs to {client.name}."
                raise Refused("invalid", sentence, {"email": sentence})
            detail = {"coordinates": coordinates, "was_coordinates": before}
            self._people.record(tx, by, "coordinate", "client", id_, detail, now)

        await self._storage.write(unit)

    def _checked(self, wanted: Collection[str], kept: Collection[str] = ()) -> Collection[str]:
        """Raises Refused(invalid) if one of the products is neither in the hours file nor one of `kept`."""
        unknown = sorted(set(wanted) - set(self._teams.products) - set(kept))
        if unknown:
            sentence = f"There is no product {unknown[0][:40]!r}. There are: {', '.join(self._teams.products)}."
            raise Refused("invalid", sentence, {"products": sentence})
        return wanted

    def _known(self, tx: Tx, id_: str) -> Client:
        client = self._store.client(tx, id_)
        if client is None:
            raise Refused("not_found", "There is no such client.")
        return client

    def _detail(self, tx: Tx, client: Client) -> ClientDetail:
        people = self._store.people_of(tx, client, _PEOPLE_MAX)
        return ClientDetail(client=client, people=people, version=version_of(client))


def _changes(before: Client, after: Client) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for name in ("name", "domains", "account_team", "vip", "products"):
        was, became = getattr(before, name), getattr(after, name)
        if was != became:
            found |= {name: _listed(became), f"was_{name}": _listed(was)}
    return found


def _listed(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _check(by: Actor) -> None:
    if not may(by, "change", "clients"):
        raise Refused("forbidden", "Only admins manage clients.")
