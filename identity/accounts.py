"""Accounts that customers make for themselves: confirming an address, passwords, sessions.

Each method is the body of one transaction, or part of it. Somebody who asks for a link never learns whether the email
address has an account. With or without an account, a request runs the same queries, writes the same rows and queues one
letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from identity import tokens
from identity.account_ports import AccountLetters, AccountLink, AccountStore, LetterKind, OwnAccount
from identity.actor import Actor
from identity.audit import line, removed_passkeys
from identity.customers import acting
from identity.errors import invalid
from identity.ports import Account, CustomerStore, Session, Store, Tx
from identity.service import NO_DETAIL, wrong_password
from identity.sessions import begun
from refusals import Refused
from texts.visible import fault_of_line

OWN_KID = "own account"
"""`kid` of the accounts that customers make here. No secret of a host site can have this name, because of the space."""
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LINK_MS = DAY_MS
"""Lifetime of a link in a letter."""
SESSION_MS = 90 * DAY_MS
"""Lifetime of a customer's session. Without activity it ends earlier (`identity.sessions.CUSTOMER_IDLE_MS`)."""
LETTER_EVERY_MS = HOUR_MS
"""Minimum time between two letters to one address. A letter that waits for this time to pass answers all requests that
come meanwhile."""
NAME_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A request for a link. `email` is normalized, so it can be compared with stored addresses."""

    email: str
    name: str | None = None
    locale: str | None = None
    timezone: str | None = None
    forgotten: bool = False
    """True if the person says that they forgot the password of their account. The account may not exist."""


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser in which a session begins."""

    user_agent: str | None
    network: str | None
    prefixed: bool
    """True if the cookie is named `__Host-…`."""
    by: str | None = None
    """The credential of the sign-in, for the audit. None for a password."""
    passkey: str | None = None
    """The id of the passkey of the sign-in."""


class Accounts:
    def __init__(self, store: Store, customers: CustomerStore, accounts: AccountStore) -> None:
        self._store = store
        self._customers = customers
        self._accounts = accounts

    # -- links -----------------------------------------------------------------------------

    def ask(self, tx: Tx, wanted: Wanted, letters: AccountLetters, token: str, now: int) -> None:
        """Store a link with `token`, and queue the letter that contains it.

        If the address belongs to a staff member, the letter contains no link. If another letter was sent to the address
        within LETTER_EVERY_MS, the new letter is sent later. If a letter to the address already waits to be sent,
        nothing is stored: the waiting letter answers this request too.
        """
        known, locale = self._accounts.known(tx, wanted.email)
        is_staff = self._store.user_by_email(tx, wanted.email) is not None
        self._accounts.lock_links(tx, wanted.email)
        expires_at = self._accounts.newest_expiry(tx, wanted.email)
        last = expires_at - LINK_MS if expires_at is not None else None
        self._accounts.forget_old_links(tx, now)
        if last is not None and last > now:
            return
        send_at = now if last is None else max(now, last + LETTER_EVERY_MS)
        self._accounts.add_link(
            tx,
            AccountLink(
                hash=tokens.fingerprint(token),
                email=wanted.email,
                name=wanted.name,
                locale=wanted.locale,
                timezone=wanted.timezone,
                created_at=now,
                # The link is valid from the moment at which its letter is sent.
                expires_at=send_at + LINK_MS,
                works=not is_staff,
            ),
        )
        kind = _letter_for(wanted, known=known, is_staff=is_staff)
        # The name is not in the letter: whoever asked may not be the owner of the address.
        letter_token = None if is_staff else token
        letters.queue_account_letter(tx, kind, wanted.email, None, locale or wanted.locale, letter_token, now, send_at)

    def link(self, tx: Tx, token: str, now: int) -> AccountLink | None:
        """The link with this token; None if it was used, has expired, or belongs to a staff member's address. Does not
        use up the link."""
        if not tokens.looks_like_cookie(token):
            return None
        return _usable(self._accounts.link(tx, tokens.fingerprint(token)), now)

    def finish(
        self, tx: Tx, token: str, password_hash: str, name: str | None, new_id: Callable[[], str], now: int
    ) -> OwnAccount:
        """Use up a link. If its address has no account, make one with this password. If the address has an account,
        replace the account's password, remove its passkeys and end its sessions.

        If `name` is None, a new account gets the name that was given with the link. If `name` is empty, a new account
        gets no name. In these two cases an existing account keeps its name. Any other `name` becomes the name of the
        account.

        Raises Refused(not_found) for a link that no longer works, and the errors of `add`.
        """
        found = self.link(tx, token, now)
        if found is None:
            raise old_link()
        self._accounts.lock_links(tx, found.email)
        known = self._accounts.own_account_by_email(tx, found.email)
        if known is not None:
            self._store.lock_credentials(tx, known.id)
        link = _usable(self._accounts.take_link(tx, found.hash), now)
        if link is None or self._store.user_by_email(tx, link.email) is not None:
            raise old_link()
        self._accounts.forget_links(tx, link.email)
        if known is None:
            named = link.name if name is None else name or None
            asked = Wanted(email=link.email, name=named, locale=link.locale, timezone=link.timezone)
            return self.add(tx, asked, password_hash, new_id(), now)
        # Perhaps somebody else than the owner of the address added the passkeys, so none of them stays valid.
        removed = self._store.remove_passkeys(tx, known.id)
        self._set_password(tx, known, password_hash, None, now, removed_passkeys(removed))
        self._accounts.confirm_again(tx, known.id, now)
        if name:
            self._accounts.change_account(tx, known.id, name, known.locale, known.timezone)
        return self._stored(tx, known.id)

    def add(self, tx: Tx, wanted: Wanted, password_hash: str | None, id_: str, now: int) -> OwnAccount:
        """Make an account whose address is confirmed. Raises Refused(conflict) if another account has the address."""
        account = Account(id=id_, kid=OWN_KID, sub=id_, email=wanted.email, name=wanted.name, email_verified=True)
        kept = self._customers.keep_account(tx, account, now)
        own = OwnAccount(
            account=kept,
            password_hash=password_hash,
            locale=wanted.locale,
            timezone=wanted.timezone,
            confirmed_at=now,
        )
        if not self._accounts.add_own_account(tx, own):
            raise Refused("conflict", "This address got an account just now. Sign in.")
        self._store.record(tx, line(acting(id_, kept), "add", "account", id_, {}, now))
        return own

    # -- the signed-in customer ------------------------------------------------------------

    def of_session(self, tx: Tx, session: Session) -> Actor | None:
        """The customer of a session; None if there is no such account."""
        account = self._customers.account(tx, session.user)
        return acting(account.id, account) if account is not None else None

    def own(self, tx: Tx, actor: Actor) -> OwnAccount:
        """The account of a signed-in customer. Raises Refused(forbidden) for an account of a host site."""
        found = self._accounts.own_account(tx, actor.customer)
        if found is None:
            raise Refused("forbidden", "Only an account that was made here can be changed here.")
        return found

    def by_id(self, tx: Tx, id_: str) -> OwnAccount | None:
        return self._accounts.own_account(tx, id_)

    def by_email(self, tx: Tx, email: str) -> OwnAccount | None:
        """The account with this email address; None if there is none. `email` is in the form for comparisons."""
        return self._accounts.own_account_by_email(tx, email) if email.isprintable() else None

    def begin_session(self, tx: Tx, own: OwnAccount, browser: Browser, now: int) -> tuple[str, Session, Actor]:
        """Begin a session. Returns the value of its cookie, the session and the customer. The value is not stored.

        Raises Refused(unauthorized) if the password was changed after the password check.
        """
        self._store.lock_credentials(tx, own.id)
        present = self._accounts.own_account(tx, own.id)
        if present is None or present.password_hash != own.password_hash:
            raise wrong_password()
        cookie, session = begun(
            own.id,
            now,
            SESSION_MS,
            kind="customer",
            user_agent=browser.user_agent,
            network=browser.network,
            prefixed=browser.prefixed,
            passkey=browser.passkey,
        )
        self._store.add_session(tx, session)
        actor = acting(own.id, present.account)
        here = replace(actor, network=browser.network)
        detail = {"by": browser.by} if browser.by is not None else {}
        self._store.record(tx, line(here, "sign_in", "session", own.id, detail, now))
        return cookie, session, actor

    def change(
        self, tx: Tx, actor: Actor, name: str | None, locale: str | None, timezone: str | None, now: int
    ) -> OwnAccount:
        """Replace the name, the language and the time zone. Returns the account. Raises the same errors as `own`."""
        own = self.own(tx, actor)
        self._accounts.change_account(tx, own.id, name, locale, timezone)
        return self._stored(tx, own.id)

    def choose_password(self, tx: Tx, own: OwnAccount, password_hash: str, session: str, now: int) -> None:
        """Set a new password, end all sessions except `session`, and delete the account's links for choosing a
        password.

        Raises Refused(unauthorized) if the stored password has changed since the old password was checked.
        """
        self._accounts.lock_links(tx, own.email)
        self._store.lock_credentials(tx, own.id)
        present = self._accounts.own_account(tx, own.id)
        if present is None or present.password_hash != own.password_hash:
            raise wrong_password()
        self._set_password(tx, own, password_hash, session, now)
        self._accounts.forget_links(tx, own.email)

    def end_others(self, tx: Tx, actor: Actor, session: str, now: int) -> int:
        """End all sessions of a person except `session`. Returns the number of ended sessions.

        If the person is a customer, also revoke the widget's tokens of the account.
        """
        if actor.kind == "customer":
            self._customers.sign_out_account(tx, actor.customer, now)
        count = self._store.revoke_sessions(tx, actor.customer, now, but=session)
        thing = "account" if actor.kind == "customer" else "user"
        self._store.record(tx, line(actor, "sign_out", thing, actor.customer, {"sessions": count}, now))
        return count

    def revoke_widget_tokens(self, tx: Tx, account: str, now: int) -> None:
        """Revoke the widget's tokens of an account, because sessions of the account have ended."""
        self._customers.sign_out_account(tx, account, now)

    def sign_out_widgets(self, tx: Tx, cookie: str, now: int) -> None:
        """If the session of `cookie` is a customer's, revoke the widget's tokens of the account.

        If these tokens stayed valid, the browser would keep access to the account without the session.
        """
        session = self._store.session(tx, tokens.fingerprint(cookie)) if tokens.looks_like_cookie(cookie) else None
        if session is not None and session.kind == "customer":
            self._customers.sign_out_account(tx, session.user, now)

    def _set_password(
        self,
        tx: Tx,
        own: OwnAccount,
        password_hash: str,
        session: str | None,
        now: int,
        detail: Mapping[str, object] = NO_DETAIL,
    ) -> None:
        self._accounts.set_account_password(tx, own.id, password_hash)
        self._store.revoke_sessions(tx, own.id, now, but=session)
        self._customers.sign_out_account(tx, own.id, now)
        self._store.record(tx, line(acting(own.id, own.account), "set_password", "account", own.id, detail, now))

    def _stored(self, tx: Tx, id_: str) -> OwnAccount:
        found = self._accounts.own_account(tx, id_)
        assert found is not None, "it was stored just now"
        return found


def checked_name(name: str | None) -> str | None:
    """A customer's name in the form that is stored; None if it is empty. Raises Refused(invalid) if it has more than
    NAME_MAX characters, or characters that a name may not have."""
    called = " ".join((name or "").split())
    if len(called) > NAME_MAX:
        raise invalid("name", f"A name has at most {NAME_MAX} characters.")
    if fault := fault_of_line(called):
        raise invalid("name", fault)
    return called or None


def old_link() -> Refused:
    """The refusal of a link that does not work. It is the same for a used, an expired and an invented link."""
    sentence = "This link has been used, or is too old. Ask for a new one."
    return Refused("not_found", sentence, {"token": sentence})


def _letter_for(wanted: Wanted, *, known: bool, is_staff: bool) -> LetterKind:
    if is_staff:
        return "account_exists"
    if not known:
        return "confirm_account"
    return "reset_password" if wanted.forgotten else "account_exists"


def _usable(link: AccountLink | None, now: int) -> AccountLink | None:
    return link if link is not None and link.works and now < link.expires_at else None
