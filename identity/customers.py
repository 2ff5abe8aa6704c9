"""Customers: their accounts, their browsers, and the companies they work for. Each method is (part of) the body of
one transaction. `tx` is opaque, `now` a moment in ms since the epoch, UTC; refusals are raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from identity import clients, visitors
from identity.actor import Actor
from identity.errors import invalid
from identity.ports import Account, Client, CustomerStore, KnownVisitor, Tx
from identity.signed_identities import SignedIdentity
from refusals import Refused
from texts.addresses import is_email, normal_email

SEEN_EVERY_MS = 3_600_000
"""How fine it is kept when a customer was last seen."""

NewId = Callable[[], str]


def acting(visitor: str, account: Account | None, name: str | None = None, email: str | None = None) -> Actor:
    """A customer as they act: `name` and `email` are what they say of themself, which counts only as long as the
    site that knows them does not say what their address is."""
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


class Customers:
    """Who is who among customers, over the store that keeps them."""

    def __init__(self, store: CustomerStore) -> None:
        self._store = store

    # -- accounts ------------------------------------------------------------------------

    def known(self, tx: Tx, signed: SignedIdentity, now: int) -> Account | None:
        """The account of a signed identity, where it is there and says the same: nothing is to be stored."""
        found = self._store.account_of(tx, signed.kid, signed.sub)
        if found is None:
            return None
        account, seen_at = found
        kept = (account.email, account.email_verified, account.name)
        fresh = kept == (signed.email, signed.email_verified, signed.name) and now - seen_at < SEEN_EVERY_MS
        return account if fresh else None

    def prove(self, tx: Tx, signed: SignedIdentity, new_id: NewId, now: int) -> Account:
        """The account of a signed identity, made where it is new, with the address and the name that it says."""
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
        """Make a visitor of whom a token goes about that names no account that of an account. False where another
        account has them: somebody else used this browser."""
        return self._store.bind_visitor(tx, visitor, account, now) == account

    def of_token(self, tx: Tx, token: visitors.Visitor, now: int) -> Actor | None:
        """Who acts by a visitor's token alone, over HTTP: the account, for as long as the proof under which the
        token was issued counts; the visitor, where nobody ever proved to be theirs; else nobody."""
        if token.account is not None:
            account = self._store.account(tx, token.account) if now < token.proven_until else None
            holds = account is not None and visitors.holds(token, account.signed_out_at)
            return acting(token.id, account) if holds else None
        known = self._store.visitor(tx, token.id) or KnownVisitor(token.id, None, None)
        if not visitors.holds(token, known.signed_out_at):
            return None
        return acting(token.id, None, known.name, known.email) if visitors.goes_on(known.account, None) else None

    def sign_out(self, tx: Tx, token: visitors.Visitor, now: int) -> None:
        """End a visitor's token, with all that were issued for that visitor; and, where it stands for an account, all
        that stand for that account. Nothing happens where it holds no more."""
        known = self._store.visitor(tx, token.id)
        if known is not None and visitors.holds(token, known.signed_out_at):
            self._store.sign_out_visitor(tx, token.id, now)
        account = self._store.account(tx, token.account) if token.account and now < token.proven_until else None
        if account is not None and visitors.holds(token, account.signed_out_at):
            self._store.sign_out_account(tx, account.id, now)

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
    ) -> Client:
        """A new client. Raises Refused: `invalid` for a bad name, domain or address, a public domain among
        them; `conflict` for a name or a domain that another client has."""
        client = Client(
            id=id,
            name=clients.checked_name(name),
            domains=frozenset(clients.checked_domain(domain) for domain in domains),
            account_team=normal_email(account_team) if account_team is not None else None,
            vip=vip,
        )
        if client.account_team is not None and not is_email(client.account_team):
            raise invalid(
                "account_team", f"{account_team!r:.90} is not a mail address. Write it like name@company.example."
            )
        for domain in sorted(client.domains):
            other = self._store.client_of_domain(tx, domain)
            if other is not None:
                raise _conflict("domain", f"{domain} belongs to the client {other.name} already.")
        if not self._store.add_client(tx, client, now):
            raise _conflict("name", f"There is a client {client.name} already.")
        return client


def _conflict(field: str, sentence: str) -> Refused:
    return Refused("conflict", sentence, {field: sentence})
