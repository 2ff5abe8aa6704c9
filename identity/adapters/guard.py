"""Checks passwords and codes. Limits failed tries, queues the hashing, and logs failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from clock import Clock
from counters.adapters.memory import MemoryCounters
from counters.ports import Counters
from identity import devices
from identity.account_ports import OwnAccount
from identity.accounts import Accounts
from identity.actor import Actor
from identity.adapters.attempts import PAIR_LIMIT, Attempt, Attempts
from identity.adapters.hashing_queue import HashingQueue
from identity.adapters.sign_in_watch import Reason, SignInWatch
from identity.networks import coarse_network
from identity.passkeys import PasskeyFault
from identity.passwords import LENGTH_MAX, Passwords
from identity.ports import User
from identity.service import Identity, wrong_password
from refusals import Refused
from storage.ports import Storage, Tx
from texts.addresses import normal_email

EMAIL_MAX = 254
TOO_MANY = "Too many tries. Wait a few minutes and try again."

Holder = User | OwnAccount
"""Somebody with a password: a staff member, or a customer with an account of their own."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A try with the right password. The try counts as a failure until `Guard.succeeded` is called, because the
    one-time code may still be wrong."""

    user: Holder
    place: str
    attempt: Attempt
    share: str


_Find = Callable[[Tx, str], Holder | None]


class Guard:
    """Checks passwords and codes. A process has one guard only, because the guard has the queue for hashing."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        identity: Identity,
        accounts: Accounts,
        passwords: Passwords,
        watch: SignInWatch,
        counters: Counters | None = None,
    ) -> None:
        """`counters` are those of all processes. None if there is only one."""
        self._storage = storage
        self._clock = clock
        self._secret = secret
        self._identity = identity
        self._accounts = accounts
        self._passwords = passwords
        self._watch = watch
        own = MemoryCounters(clock)
        self._attempts = Attempts(counters or own, own)
        self.queue = HashingQueue()

    # -- passwords -------------------------------------------------------------------------

    async def password(self, email: str, password: str, place: str, device: str | None = None) -> Passed:
        """Check the password of `email`.

        `place` is the network of the request. `device` is the value of the device cookie.

        A request that is cancelled before its turn to hash does not count as a try. Raises Refused(unauthorized) for a
        wrong password, an unknown address or a disabled person; all three take the same time. Raises
        Refused(rate_limited) after many failures, Refused(unavailable) if the hashing queue is full, and
        StorageUnavailable.
        """
        address = normal_email(email)[:EMAIL_MAX]
        known = devices.open(self._secret, device, address, self._clock()) if device is not None else None
        return await self._checked(self._to_sign_in, address, password, place, known)

    async def own_password(self, actor: Actor, password: str, place: str) -> Passed:
        """Check the password of a person who is signed in. Raises the same errors as `password`."""
        find = self._own_account if actor.kind == "customer" else self._staff
        return await self._checked(find, actor.email or "", password, place, f"signed in {actor.id}")

    async def hashed(self, password: str, passed: Passed) -> str:
        """Hash a new password and return the hash. `passed` is the result of checking the old password. Raises
        Refused(unavailable) if the hashing queue is full."""
        try:
            with self.queue.enter(passed.share):
                return await self.queue.turn(passed.share, 0, lambda: self._passwords.start_hash(password))
        except Refused:
            await self._attempts.withdrawn(passed.attempt)
            raise

    async def hashed_first(self, password: str, place: str) -> str:
        """Hash the password of a person who has not signed in. Raises Refused(unavailable) if the hashing queue is
        full."""
        rank = await self._attempts.asked(place) + await self._attempts.at(place)
        with self.queue.enter(place):
            return await self.queue.turn(place, rank, lambda: self._passwords.start_hash(password))

    async def succeeded(self, passed: Passed) -> None:
        """Forget this try, and the person's earlier failures from the same place or device. These tries no longer count
        towards the limits."""
        await self._attempts.succeeded(passed.attempt)

    def new_device(self, email: str) -> str:
        """A device cookie for a browser in which `email` has just signed in."""
        return devices.issue(self._secret, normal_email(email), uuid4(), self._clock())

    # -- codes -----------------------------------------------------------------------------

    @asynccontextmanager
    async def codes(self, passed: Passed, code: str | None) -> AsyncIterator[None]:
        """A context manager around the check of `code`. Logs a failure if the check refuses the code. `passed` is the
        result of the earlier password check."""
        try:
            yield
        except Refused as refused:
            if code is not None and "totp" in (refused.fields or {}):
                self._failed("code", passed.user.email, passed.user.id, passed.place, passed.attempt)
            raise

    @asynccontextmanager
    async def code_alone(self, user: User, place: str) -> AsyncIterator[None]:
        """A context manager around the check of a one-time code, for a person who signed in at a provider. Counts a
        failure only if the check refuses the code.

        Raises Refused(rate_limited) after many wrong codes.
        """
        attempt = await self._begin(user.email, place, f"proven {user.id}")
        try:
            yield
        except BaseException as error:
            if isinstance(error, Refused) and "totp" in (error.fields or {}):
                self._failed("code", user.email, user.id, place, attempt)
            else:
                await self._attempts.withdrawn(attempt)
            raise
        await self._attempts.succeeded(attempt)

    @asynccontextmanager
    async def confirming(self, actor: Actor, place: str) -> AsyncIterator[None]:
        """A context manager around the check of the first code of a new second factor. Counts a failure only if the
        check raises Refused(invalid).

        Raises Refused(rate_limited) after many wrong codes.
        """
        attempt = await self._begin(actor.email or "", place, f"confirming {actor.id}")
        try:
            yield
        except BaseException as error:
            if isinstance(error, Refused) and error.code == "invalid":
                self._failed("code", actor.email or "", actor.id, place, attempt)
            else:
                await self._attempts.withdrawn(attempt)
            raise
        await self._attempts.succeeded(attempt)

    # -- passkeys --------------------------------------------------------------------------

    @asynccontextmanager
    async def passkey(self, place: str) -> AsyncIterator[None]:
        """A context manager around the check of a passkey's signature. `place` is the network of the request. If the
        check raises PasskeyFault, counts a failure and raises Refused(unauthorized) instead.

        Raises Refused(rate_limited) after many failures.
        """
        attempt = await self._attempts.begin_unnamed(place)
        if attempt.wait_ms:
            self._failed("limited", "", None, place, attempt)
            raise Refused("rate_limited", TOO_MANY, retry_after_s=attempt.wait_ms / 1000)
        try:
            yield
        except PasskeyFault as fault:
            self._failed(fault.reason, "", fault.user, place, attempt)
            raise fault.refused() from None
        except BaseException:
            await self._attempts.withdrawn(attempt)
            raise
        await self._attempts.withdrawn(attempt)

    # --------------------------------------------------------------------------------------

    async def _begin(self, address: str, place: str, device: str | None) -> Attempt:
        attempt = await self._attempts.begin(address, place, device)
        if attempt.wait_ms:
            self._failed("limited", address, None, place, attempt)
            sentence = TOO_MANY
            if attempt.over == "account":
                sentence = (
                    "Too many failed sign-ins with this address. Use a browser where you have signed in before, "
                    "or wait and try again later."
                )
            raise Refused("rate_limited", sentence, retry_after_s=attempt.wait_ms / 1000)
        return attempt

    async def _checked(self, find: _Find, address: str, password: str, place: str, device: str | None) -> Passed:
        asked = await self._attempts.asked(place)
        attempt = await self._begin(address, place, device)
        # People who share one network address do not wait for each other if their browsers are known devices.
        share = f"device {device}" if attempt.trusted else place
        begun = False

        def start(hash: str | None) -> asyncio.Future[bool]:
            nonlocal begun
            begun = True
            return self._passwords.start_match(password[: LENGTH_MAX + 1], hash)

        try:
            with self.queue.enter(share):
                user, here_before = await self._storage.read(lambda tx: self._found(tx, find, address, place))
                able = user if user is not None and user.disabled_at is None else None
                rank = asked + attempt.at_place
                if attempt.trusted or (here_before and attempt.at_place <= PAIR_LIMIT):
                    rank = 0
                hash = able.password_hash if able is not None else None
                right = await self.queue.turn(share, rank, lambda: start(hash))
        except BaseException as error:
            if not begun:
                await self._attempts.withdrawn(attempt)
            if isinstance(error, Refused):
                self._failed("busy", address, None, place, attempt)
            raise
        if able is not None and right:
            return Passed(able, place, attempt, share)
        reason: Reason = "unknown" if user is None else "disabled" if able is None else "password"
        self._failed(reason, address, user.id if user is not None else None, place, attempt)
        raise wrong_password()

    def _to_sign_in(self, tx: Tx, address: str) -> Holder | None:
        # Staff and customers are queried in any case, so that the response time reveals nothing. Staff take precedence.
        staff, own = self._staff(tx, address), self._own_account(tx, address)
        return staff or own

    def _staff(self, tx: Tx, address: str) -> Holder | None:
        return self._identity.user_to_sign_in(tx, address)

    def _own_account(self, tx: Tx, address: str) -> Holder | None:
        return self._accounts.by_email(tx, address)

    def _found(self, tx: Tx, find: _Find, address: str, place: str) -> tuple[Holder | None, bool]:
        user = find(tx, address)
        # Queried for unknown people too, so that the response time reveals nothing.
        here_before = self._identity.signed_in_from(tx, user.id if user is not None else "", coarse_network(place))
        return user, here_before

    def _failed(self, reason: Reason, address: str, user: str | None, place: str, attempt: Attempt) -> None:
        count, ago_ms = attempt.failures
        self._watch.failed(reason, address, user, place, (count, self._clock() - ago_ms))
