"""The second factor of staff: a one-time code from an authenticator app, or a recovery code.

Each method is the body of one transaction, or part of it.
"""

from __future__ import annotations

from identity import one_time_codes, recovery_codes, tokens
from identity.actor import Actor
from identity.audit import line
from identity.errors import invalid
from identity.ports import Authenticator, Store, Tx
from identity.sealing import Sealer
from refusals import Refused

SETUP_MS = 900_000
"""Time in ms within which a new authenticator app must be confirmed."""


class SecondFactors:
    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    def is_on(self, tx: Tx, user: str) -> bool:
        """True if this person has a confirmed authenticator app. Sign-in with a password then needs a code."""
        found = self._store.authenticator(tx, user)
        return found is not None and found.confirmed_at is not None

    def begin(self, tx: Tx, user: str, now: int) -> str:
        """Create a secret for the authenticator app and return it. The secret cannot be shown again. The second factor
        is on only after `confirm`. Raises Refused(conflict) if it is on already."""
        if self.is_on(tx, user):
            raise Refused("conflict", "Two-step verification is already on. Turn it off before you set it up again.")
        secret = tokens.new_authenticator_secret()
        self._store.put_authenticator(
            tx, Authenticator(user=user, secret=self._sealer.seal(user, secret), created_at=now)
        )
        return secret

    def confirm(self, tx: Tx, by: Actor, code: str, session: str, now: int) -> list[str]:
        """Check the first code, turn the second factor on, and end all sessions except `session`.

        Returns recovery codes, which cannot be shown again. Raises Refused: `unauthorized` if the session has ended,
        `conflict` if there is nothing to confirm, `invalid` for a wrong code.
        """
        self._store.lock_credentials(tx, by.id)
        if self._store.session(tx, session) is None:
            # The session was revoked after the request looked it up, perhaps by a reset of the password.
            raise Refused("unauthorized", "Sign in again. Your sign-in has ended.")
        found = self._store.authenticator(tx, by.id)
        if found is None or found.confirmed_at is not None or now - found.created_at >= SETUP_MS:
            raise Refused("conflict", "There is no setup to confirm. Start again.")
        if not self._take(tx, found, code, now):
            raise invalid("totp", self._why_wrong(found, code, now))
        self._store.confirm_authenticator(tx, by.id, now)
        # Somebody who knows only the password may be signed in elsewhere.
        self._store.revoke_sessions(tx, by.id, now, but=session)
        self._store.record(tx, line(by, "turn_on", "second_factor", by.id, {}, now))
        return self._new_codes(tx, by.id, now)

    def renew_codes(self, tx: Tx, by: Actor, now: int) -> list[str]:
        """Replace the recovery codes and return the new ones, which cannot be shown again.

        Raises Refused(conflict) without a second factor.
        """
        if not self.is_on(tx, by.id):
            raise Refused("conflict", "Turn on two-step verification first.")
        codes = self._new_codes(tx, by.id, now)
        self._store.record(tx, line(by, "renew", "recovery_codes", by.id, {"left": len(codes)}, now))
        return codes

    def codes_left(self, tx: Tx, user: str) -> int | None:
        """The number of unused recovery codes; None without a second factor."""
        return self._store.recovery_codes_left(tx, user) if self.is_on(tx, user) else None

    def check(self, tx: Tx, user: str, code: str | None, now: int) -> bool:
        """Check the code at sign-in, after the password. Returns True if the code is right, and False if the person has
        no second factor.

        Raises Refused(unauthorized) with the field `totp` for a missing, wrong or used code.
        """
        found = self._store.authenticator(tx, user)
        if found is None or found.confirmed_at is None:
            return False
        if code is None:
            raise _unauthorized("Also enter the code from your authenticator app.")
        if recovery_codes.normal(code) is not None:
            self._use_recovery_code(tx, user, code, now)
        elif not self._take(tx, found, code, now):
            raise _unauthorized("This code is wrong or already used. Enter the next code from your app.")
        return True

    def end(self, tx: Tx, user: str, by: Actor, now: int, *, session: str | None = None) -> bool:
        """Remove the second factor and the recovery codes, and end all sessions except `session`.

        Returns False if the second factor was not on.
        """
        if not self._store.remove_authenticator(tx, user):
            return False
        self._store.revoke_sessions(tx, user, now, but=session)
        self._store.record(tx, line(by, "turn_off", "second_factor", user, {}, now))
        return True

    def _take(self, tx: Tx, found: Authenticator, code: str, now: int) -> bool:
        secret = self._sealer.open(found.user, found.secret)
        if secret is None:
            raise _unauthorized(
                "Two-step verification was set up with another SECRET. Ask an operator to remove it with "
                "`switchboard user totp --off`."
            )
        step = one_time_codes.step_of(secret, code, found.last_step, now)
        return step is not None and self._store.use_step(tx, found.user, step)

    def _new_codes(self, tx: Tx, user: str, now: int) -> list[str]:
        codes = recovery_codes.new_codes()
        self._store.put_recovery_codes(tx, user, [recovery_codes.fingerprint(code) for code in codes], now)
        return codes

    def _use_recovery_code(self, tx: Tx, user: str, code: str, now: int) -> None:
        if not self._store.use_recovery_code(tx, user, recovery_codes.fingerprint(code)):
            raise _unauthorized("This recovery code is wrong or already used. Enter another one.")
        left = self._store.recovery_codes_left(tx, user)
        by = Actor(kind="staff", id=user)
        self._store.record(tx, line(by, "use", "recovery_codes", user, {"left": left}, now))

    def _why_wrong(self, found: Authenticator, code: str, now: int) -> str:
        secret = self._sealer.open(found.user, found.secret)
        off = one_time_codes.drift_of(secret, code, now) if secret is not None else None
        if off:
            late = f"{abs(off) * one_time_codes.STEP_S} seconds {'ahead' if off > 0 else 'behind'}"
            return (
                f"This code is about {late}. Enter the code that the app shows now. If that does not help, "
                "set your phone's clock to automatic."
            )
        return (
            "This code does not belong to the QR code above. Check that you read it from the new entry in your app, "
            "then enter the code that it shows now."
        )


def _unauthorized(sentence: str) -> Refused:
    return Refused("unauthorized", sentence, {"totp": sentence})
