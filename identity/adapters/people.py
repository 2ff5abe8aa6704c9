"""Sign-in, sessions and tokens for the running server. Sessions and tokens that were checked are cached for a short
time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from pwdlib.hashers import HasherProtocol

from clock import Clock
from counters.ports import Counters
from identity import tokens
from identity.account_ports import OwnAccount
from identity.accounts import Accounts, Browser
from identity.actor import Actor, Role
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.directory import Directory
from identity.adapters.factors import Factors
from identity.adapters.guard import Guard
from identity.adapters.known_actors import KnownActors
from identity.adapters.recognition import Visits
from identity.adapters.session_use import SessionUse
from identity.adapters.sign_in_watch import SignInWatch
from identity.adapters.sign_on_store import SqlSignOnStore
from identity.adapters.sql_accounts import SqlAccountStore
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.adapters.store import SqlStore
from identity.customers import Customers
from identity.errors import invalid
from identity.networks import coarse_network
from identity.passkeys import Passkeys
from identity.passwords import Passwords, words_of
from identity.passwords import check as check_password
from identity.permissions import may_sign_out
from identity.ports import FailedSignIns, Session, User
from identity.sealing import Sealer
from identity.second_factors import SecondFactors
from identity.service import NO_DETAIL, SEEN_EVERY_MS
from identity.sessions import Sessions
from identity.sign_on import SignOn
from identity.staff import actor as as_actor
from identity.staff_sign_on import StaffSignOn
from identity.tokens import Scope
from identity.visitors import Visitor
from refusals import Refused
from storage.ports import Storage, StorageUnavailable, Tx

REMEMBER_MS = 1_000
"""Time in ms for which a session or token is trusted without another query. A revocation takes effect within this
time."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `cookie` and `device` are the values of the session and device cookies, available only now."""

    actor: Actor
    cookie: str
    expires_at: int
    second_factor: bool
    """True if the sign-in required a code."""
    device: str
    failed: FailedSignIns | None
    """Failed sign-ins that the person has not seen yet."""
    recovery_codes: int | None
    """The number of unused recovery codes; None without a second factor."""
    replaced: str | None
    """The earlier session of this browser, which has ended; None if there was none."""


class People(Directory):
    """Sign-in, sessions and tokens. The inherited methods of `Directory` are for use inside transactions."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        *,
        watch: SignInWatch | None = None,
        counters: Counters | None = None,
        hasher: HasherProtocol | None = None,
        words: Collection[str] = (),
        second_factor: Collection[Role] = (),
    ) -> None:
        """`words` come from the desk's name and host. A new password that is little more than these words is refused.
        People with a role in `second_factor` must have a second factor."""
        super().__init__(SqlStore(), SqlCustomerStore())
        self.second_factors = SecondFactors(self._store, sealer(secret))
        self.passkeys = Passkeys(self._store, self._store)
        self.customers = Customers(self._customer_store)
        self.passwords = Passwords(hasher)
        self.watch = watch or SignInWatch(storage, clock, secret)
        own_accounts = SqlAccountStore(self._customer_store)
        self.accounts = Accounts(self._store, self._customer_store, own_accounts)
        self.sign_on = SignOn(self._store, self.accounts, own_accounts, SqlSignOnStore())
        self.staff_sign_on = StaffSignOn(self._store, SqlStaffLinkStore())
        self.guard = Guard(storage, clock, secret, self.identity, self.accounts, self.passwords, self.watch, counters)
        self._words = frozenset(words)
        self._needs_factor = frozenset(second_factor)
        self._storage, self._clock = storage, clock
        self._ends = Sessions(self._store)
        self.known = KnownActors()
        self._sessions, self._tokens = self.known.sessions, self.known.tokens
        self.visits = Visits(storage, clock, self.customers)
        self.use = SessionUse(storage, clock, self._sessions.forget)
        self.factors = Factors(storage, clock, self.second_factors, self.passkeys, self.guard, self._sessions.forget)

    # -- actors ----------------------------------------------------------------------

    async def actor_of_session(self, cookie: str) -> Actor | None:
        """The owner of a session; None if the session has ended or the owner is disabled. Raises StorageUnavailable."""
        now, key = self._clock(), tokens.fingerprint(cookie)
        if (known := self._sessions.get(key, now)) is not None:
            return known

        def look(tx: Tx) -> tuple[Session, Actor] | None:
            session = self.identity.valid_session(tx, cookie, now, self.use.last(key))
            owner = self.owner(tx, session) if session is not None else None
            return (session, owner) if session is not None and owner is not None else None

        found = await self._storage.read(look)
        if found is None:
            return None
        session, actor = found
        self._sessions.put(key, actor, min(now + REMEMBER_MS, session.expires_at), now)
        return actor

    async def actor_of_token(self, bearer: str) -> tuple[Actor, frozenset[Scope]] | None:
        """The owner and scopes of a token; None if the token is no longer valid or the owner is disabled.

        Raises StorageUnavailable.
        """
        now, key = self._clock(), tokens.fingerprint(bearer)
        if (known := self._tokens.get(key, now)) is not None:
            return known
        found = await self._storage.read(lambda tx: self.identity.token(tx, bearer, now))
        if found is None:
            return None
        token, actor, scopes = found
        if token.last_used_at is None or now - token.last_used_at >= SEEN_EVERY_MS:
            await self._note(lambda tx: self.identity.token_used(tx, token, now))
        self._tokens.put(key, (actor, scopes), min(now + REMEMBER_MS, token.expires_at), now)
        return actor, scopes

    def owner(self, tx: Tx, session: Session) -> Actor | None:
        """The owner of a session; None if the person is disabled or unknown."""
        if session.kind == "customer":
            return self.accounts.of_session(tx, session)
        person = self.identity.staff(tx, session.user)
        return self._as_signed_in(tx, person, session) if person is not None else None

    def _as_signed_in(self, tx: Tx, actor: Actor, session: Session) -> Actor:
        shown = session.factor_shown or not self.needs_second_factor(actor)
        lacks = not shown and not self.second_factors.is_on(tx, actor.id)
        return replace(actor, limited=True) if lacks else actor

    def needs_second_factor(self, actor: Actor) -> bool:
        return not self._needs_factor.isdisjoint(actor.roles)

    async def sign_in(
        self,
        email: str,
        password: str,
        place: str,
        user_agent: str | None,
        totp: str | None = None,
        device: str | None = None,
        *,
        before: str | None = None,
        prefixed: bool = False,
    ) -> SignedIn:
        """Sign in with a password, and with a code if the person has a second factor.

        `place` is the network of the request. `device` is the device cookie. `before` is the browser's current session
        cookie, whose session ends. `prefixed` is passed to `Identity.begin_session`.

        Raises the same errors as `Guard.password`. If the password is right but the code is missing or wrong, raises
        Refused(unauthorized) with the field `totp`, and the try counts as a failure.
        """
        passed = await self.guard.password(email, password, place, device)
        user, now = passed.user, self._clock()
        browser = Browser(user_agent, coarse_network(place), prefixed)

        def unit(tx: Tx) -> SignedIn:
            if isinstance(user, OwnAccount):
                return self.begun(tx, user, browser, before, now)
            asked = self.second_factors.check(tx, user.id, totp, now)
            return self.begun_staff(tx, user, browser, before, now, asked=asked)

        async with self.guard.codes(passed, totp):
            signed_in = await self._storage.write(unit)
        await self.guard.succeeded(passed)
        if signed_in.replaced is not None:
            self._sessions.forget(signed_in.replaced)
        return signed_in

    def begun(self, tx: Tx, own: OwnAccount, browser: Browser, before: str | None, now: int) -> SignedIn:
        """Begin a session of a customer, in place of the browser's earlier session with the cookie `before`."""
        cookie, session, actor = self.accounts.begin_session(tx, own, browser, now)
        replaced = self._ends.replace(tx, before, now) if before is not None else None
        return SignedIn(
            actor=actor,
            cookie=cookie,
            expires_at=session.expires_at,
            second_factor=False,
            device=self.guard.new_device(own.email),
            failed=self._store.failed_sign_ins(tx, own.id),
            recovery_codes=None,
            replaced=replaced,
        )

    def begun_staff(
        self,
        tx: Tx,
        user: User,
        browser: Browser,
        before: str | None,
        now: int,
        *,
        asked: bool,
        factor_shown: bool = False,
        detail: Mapping[str, object] = NO_DETAIL,
    ) -> SignedIn:
        """Begin a session of a member of staff, in place of the browser's earlier session with the cookie `before`.

        `asked` is true if a code was asked for. `factor_shown` and `detail` are passed to `Identity.begin_session`,
        which may raise Refused.
        """
        begin = partial(self.identity.begin_session, factor_shown=factor_shown, passkey=browser.passkey, detail=detail)
        cookie, session, actor = begin(tx, user, browser.user_agent, now, browser.network, prefixed=browser.prefixed)
        replaced = self._ends.replace(tx, before, now) if before is not None else None
        return SignedIn(
            actor=self._as_signed_in(tx, actor, session),
            cookie=cookie,
            expires_at=session.expires_at,
            second_factor=asked,
            device=self.guard.new_device(user.email),
            failed=self._store.failed_sign_ins(tx, user.id),
            recovery_codes=self.second_factors.codes_left(tx, user.id),
            replaced=replaced,
        )

    async def failed_sign_ins(self, actor: Actor) -> FailedSignIns | None:
        """Failed sign-ins that the person has not seen yet. Raises StorageUnavailable."""
        return await self._storage.read(lambda tx: self._store.failed_sign_ins(tx, actor.id))

    async def failed_sign_ins_seen(self, actor: Actor) -> None:
        """Clear the notice of failed sign-ins. Raises StorageUnavailable."""
        await self._storage.write(lambda tx: self._store.forget_failed_sign_ins(tx, actor.id))

    async def sessions(self, actor: Actor) -> Sequence[Session]:
        """The person's valid sessions, most recently used first. Raises StorageUnavailable."""
        now = self._clock()
        return await self._storage.read(lambda tx: self.identity.sessions(tx, actor.id, now))

    async def sign_out_elsewhere(self, actor: Actor, session: str) -> None:
        """End the session `session` of this person, for example in another browser.

        If the person is a customer, also revoke the widget's tokens of the account. Raises Refused(not_found) if the
        person has no such session.
        """
        now = self._clock()

        def unit(tx: Tx) -> None:
            self.identity.end_session_elsewhere(tx, actor, session, now)
            if actor.kind == "customer":
                # The desk does not know which token the widget in the other browser has, so it revokes all.
                self._customer_store.sign_out_account(tx, actor.customer, now)

        await self._storage.write(unit)
        self.forget_sessions()

    async def sign_out_everywhere_else(self, actor: Actor, session: str) -> int:
        """End all sessions of the person except `session`, and revoke the widget's tokens of a customer's account.
        Returns the number of ended sessions. Raises StorageUnavailable."""
        now = self._clock()
        count = await self._storage.write(lambda tx: self.accounts.end_others(tx, actor, session, now))
        self.forget_sessions()
        return count

    def forget_sessions(self) -> None:
        self.known.forget_sessions()

    def forget_everybody(self) -> None:
        self.known.forget_everybody()

    async def sign_out_person(self, by: Actor, id: str, *, and_tokens: bool) -> int:
        """End all sessions of a staff member and return their number.

        With `and_tokens`, also end the person's bearer tokens. Raises Refused(not_found) if the person is unknown, or
        if `by` may not sign the person out. Raises StorageUnavailable.
        """
        now = self._clock()

        def unit(tx: Tx) -> int:
            person = self.identity.staff(tx, id)
            if person is None or not may_sign_out(by, person):
                raise Refused("not_found", "There is no such person, or you can't sign them out.")
            return self._ends.end_all(tx, person, now, and_tokens=and_tokens, by=by)

        count = await self._storage.write(unit)
        self.forget_everybody()
        return count

    async def choose_password(
        self, actor: Actor, old: str, new: str, session: str, place: str, field: str = "new_password"
    ) -> None:
        """Check the old password, set the new one, and end all sessions except `session`. `field` is the name of the
        new password in the request.

        Raises the same errors as `Guard.own_password`, and Refused(invalid) if the new password is weak or equals the
        old one.
        """
        check_password(new, field, words=self._words | words_of(actor.name, actor.email))
        if new == old:
            raise invalid(field, "This is your current password. Choose another one.")
        passed = await self.guard.own_password(actor, old, place)
        hashed, now, holder = await self.guard.hashed(new, passed), self._clock(), passed.user

        def unit(tx: Tx) -> None:
            if isinstance(holder, OwnAccount):
                self.accounts.choose_password(tx, holder, hashed, session, now)
            else:
                self.identity.choose_password(tx, holder, hashed, session, now, coarse_network(place))

        await self._storage.write(unit)
        self.forget_sessions()
        await self.guard.succeeded(passed)

    async def sign_out(self, cookie: str | None, visitor: Visitor | None = None) -> None:
        """End the session of `cookie` and the tokens of `visitor`, in one transaction. Either may be None. If one of
        them belongs to a customer's account, the account's tokens of the widget end too. Unknown ones are ignored.

        Raises StorageUnavailable.
        """
        now = self._clock()

        def unit(tx: Tx) -> bool:
            ended = False
            if cookie is not None:
                self.accounts.sign_out_widgets(tx, cookie, now)
                ended = self.identity.end_session(tx, cookie, now)
                tx.after_commit(partial(self._sessions.forget, tokens.fingerprint(cookie)))
            return (visitor is not None and self.visits.sign_out(tx, visitor, now)) or ended

        # Anybody can ask to sign out, and the others would read all their sessions again.
        if (cookie is not None or visitor is not None) and await self._storage.write(unit):
            self.known.changed()

    def close(self) -> None:
        """End the threads that check passwords."""
        self.passwords.close()

    async def changed(self, known: Collection[tuple[str, Actor]]) -> dict[str, Actor | None]:
        """Find sessions and tokens whose actor has changed. `known` has pairs: the fingerprint of a session or token,
        and its last known actor. Returns the new actors by fingerprint. None means that access has ended.

        Raises StorageUnavailable.
        """
        now = self._clock()

        def look(tx: Tx) -> dict[str, Actor | None]:
            changed = self._store.changed(tx, known, now)
            holders = self._store.holders(tx, changed, now) if changed else {}
            return {one: as_actor(holders[one]) if one in holders else None for one in changed}

        changed = await self._storage.read(look)
        for fingerprint, actor in known:
            self._correct(fingerprint, changed.get(fingerprint, actor), now)
        return changed

    async def ended_sessions(self, sessions: Collection[str]) -> set[str]:
        """The fingerprints of customers' sessions, among `sessions`, that have ended. Raises StorageUnavailable."""
        now = self._clock()
        return await self._storage.read(lambda tx: self._store.ended_sessions(tx, sessions, now))

    def _correct(self, fingerprint: str, present: Actor | None, now: int) -> None:
        """Drop the cache entries of this fingerprint if their actor differs from `present`."""
        if self._sessions.get(fingerprint, now) != present:
            self._sessions.forget(fingerprint)
        known = self._tokens.get(fingerprint, now)
        if known is not None and known[0] != present:
            self._tokens.forget(fingerprint)

    async def _note(self, unit: Callable[[Tx], None]) -> None:
        """Run a unit that saves the last use of a session or token. A database outage is ignored, because it must not
        block access."""
        with suppress(StorageUnavailable):
            await self._storage.write(unit)


def sealer(secret: bytes) -> Sealer:
    """A sealer for the secrets of second factors."""
    return Sealer(secret, "second factor")
