"""The second factor of staff: a one-time code of an authenticator app, or a recovery code in its place. Each method is
(part of) the body of one transaction. `tx` is opaque, `now` a moment in ms since the epoch, UTC; refusals are raised.
"""

from __future__ import annotations

from identity import one_time_codes, recovery_codes, tokens
from identity.actor import Actor
from identity.audit import line
from identity.errors import invalid
from identity.ports import Authenticator, Store, Tx
from identity.sealing import Sealer
from refusals import Refused


class SecondFactors:
    """Enrolled, confirmed by a first code, asked for from then on, taken away."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    def is_on(self, tx: Tx, user: str) -> bool:
        """Is a code asked for when this person signs in?"""
        found = self._store.authenticator(tx, user)
        return found is not None and found.confirmed_at is not None

    def begin(self, tx: Tx, user: str, now: int) -> str:
        """A new secret for the person's app, told this once. It counts once it is confirmed."""
        if self.is_on(tx, user):
            raise Refused("conflict", "There is a second factor already. Take it away first, to set up another.")
        secret = tokens.new_authenticator_secret()
        self._store.put_authenticator(
            tx, Authenticator(user=user, secret=self._sealer.seal(user, secret), created_at=now)
        )
        return secret

    def confirm(self, tx: Tx, by: Actor, code: str, session: str, now: int) -> list[str]:
        """Their app shows the right codes: from now on one is asked for, and every other session than `session` ends.
        Their recovery codes, told this once. Raises Refused: `conflict` where nothing was begun, or it is confirmed
        already; `invalid` for a wrong code."""
        found = self._store.authenticator(tx, by.id)
        if found is None or found.confirmed_at is not None:
            raise Refused("conflict", "There is no second factor that waits for its first code.")
        if not self._take(tx, found, code, now):
            raise invalid("totp", self._why_wrong(found, code, now))
        self._store.confirm_authenticator(tx, by.id, now)
        # Who knows the password alone may be signed in elsewhere.
        self._store.revoke_sessions(tx, by.id, now, but=session)
        self._store.record(tx, line(by, "turn_on", "second_factor", by.id, {}, now))
        return self._new_codes(tx, by.id, now)

    def renew_codes(self, tx: Tx, by: Actor, now: int) -> list[str]:
        """New recovery codes in place of the old ones, told this once. Raises Refused(conflict) for who has no second
        factor."""
        if not self.is_on(tx, by.id):
            raise Refused("conflict", "Set up a second factor first. Recovery codes stand in for it.")
        codes = self._new_codes(tx, by.id, now)
        self._store.record(tx, line(by, "renew", "recovery_codes", by.id, {"left": len(codes)}, now))
        return codes

    def codes_left(self, tx: Tx, user: str) -> int | None:
        """How many recovery codes a person has; None for who has no second factor."""
        return self._store.recovery_codes_left(tx, user) if self.is_on(tx, user) else None

    def check(self, tx: Tx, user: str, code: str | None, now: int) -> bool:
        """At sign-in, once the password was right: True where a code was asked for, and this is one, or a recovery
        code. Raises Refused(unauthorized), with the field `totp`, where there is none, or a wrong one, or one that was
        used."""
        found = self._store.authenticator(tx, user)
        if found is None or found.confirmed_at is None:
            return False
        if code is None:
            raise _unauthorized("Give the code that your authenticator app shows as well.")
        if recovery_codes.normal(code) is not None:
            self._use_recovery_code(tx, user, code, now)
        elif not self._take(tx, found, code, now):
            raise _unauthorized("That code is not right, or was used already. Give the next one that your app shows.")
        return True

    def end(self, tx: Tx, user: str, by: Actor, now: int, *, session: str | None = None) -> bool:
        """No code is asked for any more, the recovery codes are gone, and every session but this one ends. False where
        none was asked for."""
        if not self._store.remove_authenticator(tx, user):
            return False
        self._store.revoke_sessions(tx, user, now, but=session)
        self._store.record(tx, line(by, "turn_off", "second_factor", user, {}, now))
        return True

    def _take(self, tx: Tx, found: Authenticator, code: str, now: int) -> bool:
        secret = self._sealer.open(found.user, found.secret)
        if secret is None:
            raise _unauthorized(
                "This second factor was set up under another SECRET. Have it taken away: `switchboard user totp --off`."
            )
        step = one_time_codes.step_of(secret, code, found.last_step, now)
        return step is not None and self._store.use_step(tx, found.user, step)

    def _new_codes(self, tx: Tx, user: str, now: int) -> list[str]:
        codes = recovery_codes.new_codes()
        self._store.put_recovery_codes(tx, user, [recovery_codes.fingerprint(code) for code in codes], now)
        return codes

    def _use_recovery_code(self, tx: Tx, user: str, code: str, now: int) -> None:
        if not self._store.use_recovery_code(tx, user, recovery_codes.fingerprint(code)):
            raise _unauthorized("That recovery code is not right, or was used already. Give another one.")
        left = self._store.recovery_codes_left(tx, user)
        by = Actor(kind="staff", id=user)
        self._store.record(tx, line(by, "use", "recovery_codes", user, {"left": left}, now))

    def _why_wrong(self, found: Authenticator, code: str, now: int) -> str:
        secret = self._sealer.open(found.user, found.secret)
        off = one_time_codes.drift_of(secret, code, now) if secret is not None else None
        if off:
            late = f"{abs(off) * one_time_codes.STEP_S} seconds {'ahead' if off > 0 else 'behind'}"
            return (
                f"This code is about {late}. Give the code that the app shows now. If that does not help, "
                "set your phone's clock to automatic."
            )
        return (
            "This code does not belong to the QR code above. Check that you read it from the new entry in your app, "
            "then give the code that it shows now."
        )


def _unauthorized(sentence: str) -> Refused:
    return Refused("unauthorized", sentence, {"totp": sentence})
