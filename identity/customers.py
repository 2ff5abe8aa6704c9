"""Customers: their accounts, browsers and companies.

Each method is the body of one transaction, or part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from identity import clients, visitors
from identity.actor import Actor
from identity.errors import invalid
from identity.ports import Account, Client, CustomerStore, KnownVisitor, Tx
from identity.signed_identities import SignedIdentity
from refusals import Refused
from texts.addresses import is_email, normal_email

_FAULTS_TOLD = 5
"""Maximum number of domains about which one refusal says what is wrong."""

SEEN_EVERY_MS = 3_600_000
"""Resolution in ms of the stored time at which a customer was last seen."""

BROWSERS_MAX = 100
"""Tickets of an account are looked for in at most this many of the account's browsers."""

NewId = Callable[[], str]


def acting(visitor: str, account: Account | None, name: str | None = None, email: str | None = None) -> Actor:
    """The customer as an actor.

    `name` and `email` are what the customer typed. Values of the account take precedence. If the account's email
    address is proven, the typed name is never used.
    """
    if account is None:
        return Actor(kind="customer", id=visitor, name=name, email=email)
    proven = account.verified
    return Actor(
        kind="customer",
        id=visitor,
        name=account.name if proven else account.name or name,
        email=account.email or email,
        verified=proven,
        account=account.id,
        client=account.client,
        coordinator=account.coordinator,
    )


class Coordination(NamedTuple):
    """The company that a customer coordinates, or no longer coordinates. `before`: the customer was a coordinator."""

    client: Client
    before: bool


class Customers:
    def __init__(self, store: CustomerStore) -> None:
        self._store = store

    # -- accounts ------------------------------------------------------------------------

    def known(self, tx: Tx, signed: SignedIdentity, now: int) -> Account | None:
        """The account of a signed identity, if it is stored and up to date. None if `prove` must create or update the
        account."""
        found = self._store.account_of(tx, signed.kid, signed.sub)
        if found is None:
            return None
        account, seen_at = found
        kept = (account.email, account.email_verified, account.name)
        fresh = kept == (signed.email, signed.email_verified, signed.name) and now - seen_at < SEEN_EVERY_MS
        return account if fresh else None

    def prove(self, tx: Tx, signed: SignedIdentity, new_id: NewId, now: int) -> Account:
        """Create or update the account of a signed identity."""
        account = Account(
            id=new_id(),
            kid=signed.kid,
            sub=signed.sub,
            email=signed.email,
            name=signed.name,
            email_verified=signed.email_verified,
        )
        return self._store.keep_account(tx, account, now)

    # -- browsers ------------------------------------------------------------------------

    def bind(self, tx: Tx, visitor: str, account: str, now: int) -> bool:
        """Bind a visitor to an account. Returns False if the visitor already belongs to another account."""
        return self._store.bind_visitor(tx, visitor, account, now) == account

    def of_token(self, tx: Tx, token: visitors.Visitor, now: int) -> Actor | None:
        """The customer whose data a visitor token may access over HTTP without a signed identity; None if there is
        none.

        A bound token gives access to its account until `proven_until`. An unbound token gives access to the visitor,
        unless the visitor belongs to an account.
        """
        if token.account is not None:
            account = self._store.account(tx, token.account) if now < token.proven_until else None
            holds = account is not None and visitors.holds(token, account.signed_out_at)
            return acting(token.id, account) if holds else None
        known = self._store.visitor(tx, token.id) or KnownVisitor(token.id, None, None)
        if not visitors.holds(token, known.signed_out_at):
            return None
        return acting(token.id, None, known.name, known.email) if visitors.goes_on(known.account, None) else None

    def browsers_of(self, tx: Tx, account: str) -> Sequence[str]:
        """At most `BROWSERS_MAX` visitors that were proven to belong to an account, most recently seen first."""
        return self._store.visitors_of(tx, account, BROWSERS_MAX)

    def sign_out(self, tx: Tx, token: visitors.Visitor, now: int) -> bool:
        """Revoke all tokens of the visitor, if the token is still valid. If the token is bound to an account, revoke
        all tokens of that account too. Returns False if all of them were revoked already."""
        known = self._store.visitor(tx, token.id)
        if known is None:
            # A visitor without activity is stored too, because every process must know of the sign-out.
            known = KnownVisitor(token.id, None, None)
            self._store.keep_visitor(tx, known, now)
        if held := visitors.holds(token, known.signed_out_at):
            self._store.sign_out_visitor(tx, token.id, now)
        account = self._store.account(tx, token.account) if token.account and now < token.proven_until else None
        if account is not None and visitors.holds(token, account.signed_out_at):
            self._store.sign_out_account(tx, account.id, now)
            return True
        return held

    # -- clients -------------------------------------------------------------------------

    def add_client(
        self,
        tx: Tx,
        *,
        id: str,
        name: str,
        domains: Iterable[str],
        account_team: str | None,
        vip: bool,
        now: int,
        products: Iterable[str] = (),
    ) -> Client:
        """Add a client. `products` are names from the hours file, which the caller has checked.

        Raises Refused: `invalid` for a bad name, domain or address; `conflict` for a name or domain in use.
        """
        client = self._checked(tx, id, name, domains, account_team, vip, products)
        if not self._store.add_client(tx, client, now):
            raise _conflict("name", f"There already is a client {client.name}.")
        return client

    def change_client(
        self,
        tx: Tx,
        before: Client,
        *,
        name: str,
        domains: Iterable[str],
        account_team: str | None,
        vip: bool,
        products: Iterable[str],
    ) -> Client:
        """Change a client. Returns the changed client. Raises the same errors as `add_client`."""
        after = self._checked(tx, before.id, name, domains, account_team, vip, products)
        other = self._store.client_by_name(tx, after.name)
        if other is not None and other.id != before.id:
            raise _conflict("name", f"There already is a client {after.name}.")
        self._store.update_client(tx, after)
        return after

    def _checked(
        self,
        tx: Tx,
        id: str,
        name: str,
        domains: Iterable[str],
        account_team: str | None,
        vip: bool,
        products: Iterable[str],
    ) -> Client:
        owned, faults = set[str](), list[str]()
        for domain in domains:
            try:
                owned.add(clients.checked_domain(domain))
            except Refused as refused:
                faults.append(refused.message)
        client = Client(
            id=id,
            name=clients.checked_name(name),
            domains=frozenset(owned),
            account_team=normal_email(account_team) if account_team is not None else None,
            vip=vip,
            products=frozenset(products),
        )
        if client.account_team is not None and not is_email(client.account_team):
            raise invalid(
                "account_team", f"{account_team!r:.90} is not an email address. Write it like name@company.example."
            )
        others = [(domain, self._store.client_of_domain(tx, domain)) for domain in sorted(client.domains)]
        taken = [
            f"{domain} already belongs to the client {one.name}." for domain, one in others if one and one.id != id
        ]
        if faults:
            raise invalid("domain", " ".join((faults + taken)[:_FAULTS_TOLD]))
        if taken:
            raise _conflict("domain", " ".join(taken[:_FAULTS_TOLD]))
        return client

    def coordinate(self, tx: Tx, address: str, coordinates: bool) -> Coordination:
        """Set whether the accounts with this proven email address may read all requests of their company.

        Accounts with the address that belong to another company stay as they are. The company is that of the first
        account in `CustomerStore.accounts_by_email`. Raises Refused(invalid) if no account has the address,
        or if that account belongs to no known company.
        """
        email = normal_email(address)
        accounts = self._store.accounts_by_email(tx, email)
        if not accounts:
            raise invalid("email", f"No customer has confirmed the address {address!r:.90}. They sign up first.")
        client = self._store.client(tx, accounts[0].client) if accounts[0].client is not None else None
        if client is None:
            raise invalid("email", f"{address!r:.90} belongs to no client. Add the client with the address's domain.")
        return Coordination(client, self._store.set_coordinators(tx, email, client.id, coordinates))


def _conflict(field: str, sentence: str) -> Refused:
    return Refused("conflict", sentence, {field: sentence})
