"""People as the running server needs them: who asks, by cookie or token, without paying for it every time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from clock import Clock
from identity import tokens
from identity.actor import Actor, Role
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.factors import Factors
from identity.adapters.guard import Guard
from identity.adapters.remembered import Remembered
from identity.adapters.session_use import SessionUse
from identity.adapters.sign_in_watch import SignInWatch
from identity.adapters.store import SqlStore
from identity.adapters.visits import Visits
from identity.audit import line
from identity.customers import Customers
from identity.errors import invalid
from identity.networks import network
from identity.passwords import Passwords, words_of
from identity.passwords import check as check_password
from identity.permissions import may, may_sign_out
from identity.ports import Account, Client, FailedSignIns, KnownVisitor, Session
from identity.sealing import Sealer
from identity.second_factors import SecondFactors
from identity.service import SEEN_EVERY_MS, Identity
from identity.service import actor as as_actor
from identity.sessions import Sessions
from identity.tokens import Scope
from refusals import Refused
from storage.ports import Storage, StorageUnavailable, Tx
from texts.addresses import normal_email

REMEMBER_MS = 1_000
"""For so long somebody counts as known without a look at the database; revoking takes effect within it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the value for the cookie, told this once, and until when it holds (ms since the epoch, UTC).
    `second_factor` says whether a one-time code was asked for, `device` is the value for the device cookie, and
    `failed` what the person has not yet seen of failed sign-ins."""

    actor: Actor
    cookie: str
    expires_at: int
    second_factor: bool
    device: str
    failed: FailedSignIns | None
    recovery_codes: int | None
    """How many are left; None without a second factor."""
    replaced: str | None
    """The session that this browser had before, which has ended."""


class People:
    """Sessions, tokens and sign-in over a storage; and `identity` for use inside transactions."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        *,
        watch: SignInWatch | None = None,
        passwords: Passwords | None = None,
        words: Collection[str] = (),
        second_factor: Collection[Role] = (),
    ) -> None:
        """`secret` is SECRET: what must be had back is sealed with a key that comes from it. `watch` is told of failed
        sign-ins; `words` are those of the desk's name and host, which no password may consist of; `second_factor` the
        roles that must have one."""
        self.identity = Identity(SqlStore())
        self.second_factors = SecondFactors(SqlStore(), sealer(secret))
        self.customers = Customers(SqlCustomerStore())
        self.passwords = passwords or Passwords()
        self.watch = watch or SignInWatch(storage, clock, secret)
        self.guard = Guard(storage, clock, secret, self.identity, self.passwords, self.watch)
        self._words = frozenset(words)
        self._needs_factor = frozenset(second_factor)
        self._storage = storage
        self._clock = clock
        self._ends = Sessions(SqlStore())
        self._store = SqlStore()
        self._customer_store = SqlCustomerStore()
        self._sessions: Remembered[Actor] = Remembered()
        self._tokens: Remembered[tuple[Actor, frozenset[Scope]]] = Remembered()
        self.visits = Visits(storage, clock, self.customers)
        self.use = SessionUse(storage, clock, self._sessions.forget)
        self.factors = Factors(storage, clock, self.second_factors, self.guard, self._sessions.forget)

    # -- who asks ----------------------------------------------------------------------

    async def actor_of_session(self, cookie: str) -> Actor | None:
        """Whose session this cookie is; None where there is none, it is over, or its person is disabled.
        Raises StorageUnavailable."""
        now, key = self._clock(), tokens.fingerprint(cookie)
        if (known := self._sessions.get(key, now)) is not None:
            return known

        def look(tx: Tx) -> tuple[Session, Actor] | None:
            found = self.identity.session(tx, cookie, now, self.use.last(key))
            return found and (found[0], self._as_signed_in(tx, found[1]))

        found = await self._storage.read(look)
        if found is None:
            return None
        session, actor = found
        self._sessions.put(key, actor, min(now + REMEMBER_MS, session.expires_at), now)
        return actor

    async def actor_of_token(self, bearer: str) -> tuple[Actor, frozenset[Scope]] | None:
        """Whose bearer token this is, and what it is good for; None as above. Raises StorageUnavailable."""
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

    def _as_signed_in(self, tx: Tx, actor: Actor) -> Actor:
        lacks = self.needs_second_factor(actor) and not self.second_factors.is_on(tx, actor.id)
        return replace(actor, limited=True) if lacks else actor

    def needs_second_factor(self, actor: Actor) -> bool:
        """Must people of this role have a second factor?"""
        return actor.role in self._needs_factor

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
        """A session for who knows the password, and has the code where one is asked for. `place` is the network
        address that it comes from, `device` the value of the device cookie, `before` that of the session that the
        browser has: it ends. `prefixed` is of the new cookie's name, as to `Identity.begin_session`.

        Raises Refused as `Guard.password` does; once the password was right, `unauthorized` with the field `totp` where
        a code is missing or wrong, which counts as a failure too. Raises StorageUnavailable.
        """
        passed = await self.guard.password(email, password, place, device)
        user, now = passed.user, self._clock()

        def unit(tx: Tx) -> SignedIn:
            asked = self.second_factors.check(tx, user.id, totp, now)
            cookie, session, actor = self.identity.begin_session(
                tx, user, user_agent, now, network(place), prefixed=prefixed
            )
            return SignedIn(
                actor=self._as_signed_in(tx, actor),
                cookie=cookie,
                expires_at=session.expires_at,
                second_factor=asked,
                device=self.guard.new_device(user.email),
                failed=self._store.failed_sign_ins(tx, user.id),
                recovery_codes=self.second_factors.codes_left(tx, user.id),
                replaced=self._ends.replace(tx, before, now) if before is not None else None,
            )

        with self.guard.codes(passed, totp):
            signed_in = await self._storage.write(unit)
        self.guard.succeeded(passed)
        if signed_in.replaced is not None:
            self._sessions.forget(signed_in.replaced)
        return signed_in

    async def failed_sign_ins(self, actor: Actor) -> FailedSignIns | None:
        """What a person has not yet seen of failed sign-ins with their address. Raises StorageUnavailable."""
        return await self._storage.read(lambda tx: self._store.failed_sign_ins(tx, actor.id))

    async def failed_sign_ins_seen(self, actor: Actor) -> None:
        """They have seen it. Raises StorageUnavailable."""
        await self._storage.write(lambda tx: self._store.forget_failed_sign_ins(tx, actor.id))

    async def sessions(self, actor: Actor) -> Sequence[Session]:
        """Where somebody is signed in, the last used first. Raises StorageUnavailable."""
        now = self._clock()
        return await self._storage.read(lambda tx: self.identity.sessions(tx, actor.id, now))

    async def sign_out_elsewhere(self, actor: Actor, session: str, password: str, place: str) -> None:
        """Sign out one of one's devices, for who gives their password again. Raises Refused, as `sign_in` does, and
        `not_found`; StorageUnavailable."""
        passed, now = await self.guard.own_password(actor, password, place), self._clock()
        self.guard.succeeded(passed)
        await self._storage.write(lambda tx: self.identity.end_session_elsewhere(tx, actor, session, now))
        self._sessions.forget(session)

    async def sign_out_person(self, by: Actor, id: str, *, and_tokens: bool) -> int:
        """Sign a person of staff out everywhere; how many sessions ended. Raises Refused: `not_found` for whom `by` may
        not sign out, as for who is not there; StorageUnavailable."""
        now = self._clock()

        def unit(tx: Tx) -> int:
            person = self.identity.staff(tx, id)
            if person is None or not may_sign_out(by, person):
                raise Refused("not_found", "There is no such person whom you may sign out.")
            return self._ends.end_all(tx, person, now, and_tokens=and_tokens, by=by)

        count = await self._storage.write(unit)
        # Their sessions are not known here by person; each is looked up again.
        self._sessions.clear()
        self._tokens.clear()
        return count

    async def choose_password(self, actor: Actor, old: str, new: str, session: str, place: str) -> None:
        """Another password for who knows the old one; they stay signed in here (`session`) and nowhere else. Raises
        Refused as `sign_in` does, `invalid` where the new one is no good; StorageUnavailable."""
        check_password(new, "new_password", words=self._words | words_of(actor.name, actor.email))
        if new == old:
            raise invalid("new_password", "That is the password you have now. Choose another one.")
        passed = await self.guard.own_password(actor, old, place)
        hashed, now = await self.guard.hashed(new, passed), self._clock()
        await self._storage.write(
            lambda tx: self.identity.choose_password(tx, passed.user, hashed, session, now, network(place))
        )
        self.guard.succeeded(passed)

    async def sign_out(self, cookie: str) -> None:
        """End a session. Nothing happens where there is none. Raises StorageUnavailable."""
        now = self._clock()
        await self._storage.write(lambda tx: self.identity.end_session(tx, cookie, now))
        self._sessions.forget(tokens.fingerprint(cookie))

    def close(self) -> None:
        """Let go of the threads that check passwords."""
        self.passwords.close()

    async def changed(self, known: Collection[tuple[str, Actor]]) -> dict[str, Actor | None]:
        """Of those who have let themselves in by these sessions and tokens (by `tokens.fingerprint`), known as these
        actors: who is another by now, and None where it lets nobody in any more. Raises StorageUnavailable."""
        now = self._clock()

        def look(tx: Tx) -> dict[str, Actor | None]:
            changed = self._store.changed(tx, known, now)
            holders = self._store.holders(tx, changed, now) if changed else {}
            return {one: as_actor(holders[one]) if one in holders else None for one in changed}

        changed = await self._storage.read(look)
        for fingerprint, actor in known:
            self._correct(fingerprint, changed.get(fingerprint, actor), now)
        return changed

    def _correct(self, fingerprint: str, present: Actor | None, now: int) -> None:
        """Remember nothing of somebody who is not what they were."""
        if self._sessions.get(fingerprint, now) != present:
            self._sessions.forget(fingerprint)
        known = self._tokens.get(fingerprint, now)
        if known is not None and known[0] != present:
            self._tokens.forget(fingerprint)

    async def _note(self, unit: Callable[[Tx], None]) -> None:
        """Write down a last use; not being able to keeps nobody out."""
        with suppress(StorageUnavailable):
            await self._storage.write(unit)

    # -- inside a transaction ------------------------------------------------------------

    def visitor(self, tx: Tx, id: str) -> KnownVisitor | None:
        """What is known of a visitor, if they ever did something worth storing."""
        return self._customer_store.visitor(tx, id)

    def keep_visitor(self, tx: Tx, actor: Actor, now: int) -> None:
        """Store the visitor, or what they newly said of themself."""
        self._customer_store.keep_visitor(tx, KnownVisitor(actor.id, actor.name, actor.email, actor.account), now)

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        """The public names of staff by id, of the disabled too."""
        return self.identity.names(tx, ids)

    def staff(self, tx: Tx, id: str) -> Actor | None:
        """A person of staff who can work; None for the unknown and the disabled."""
        return self.identity.staff(tx, id)

    def able(self, tx: Tx, ids: Collection[str]) -> set[str]:
        """Those of these people of staff who can still be somebody's agent."""
        return {user.id for user in self._store.users_of(tx, ids) if may(as_actor(user), "handle", "chats")}

    def staff_of(self, tx: Tx, team: str) -> list[Actor]:
        """Who can work on a team, by name."""
        return self.identity.staff_of(tx, team)

    def all_staff(self, tx: Tx) -> list[Actor]:
        """Everybody of staff who can work, by name."""
        return self.identity.all_staff(tx)

    def client_id(self, tx: Tx, name: str) -> str | None:
        """The id of the client of that name, no matter the case."""
        found = self._customer_store.client_by_name(tx, name)
        return found.id if found is not None else None

    def client_names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        """The names of clients by id."""
        return self._customer_store.client_names(tx, ids) if ids else {}

    def client(self, tx: Tx, id: str) -> Client | None:
        """A company whose people are customers."""
        return self._customer_store.client(tx, id)

    def account(self, tx: Tx, id: str) -> Account | None:
        """A customer whom a host site knows, with the client that they belong to by now."""
        return self._customer_store.account(tx, id)

    def account_by_email(self, tx: Tx, email: str) -> Account | None:
        """Whose proven address this is; None where it is nobody's, or that of more than one account."""
        found = self._customer_store.accounts_by_email(tx, normal_email(email))
        return found[0] if len(found) == 1 else None

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
    ) -> None:
        """Write down who did what, in the transaction in which it is done. `detail` is JSON, without secrets
        and without texts that somebody wrote. The words are those of `identity.audit`."""
        self._store.record(tx, line(actor, verb, thing, thing_id, detail, now))


def sealer(secret: bytes) -> Sealer:
    """What seals the secrets of second factors under this SECRET."""
    return Sealer(secret, "second factor")
