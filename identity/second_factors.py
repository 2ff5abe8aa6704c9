"""The second factor of staff: a one-time code of an authenticator app. Each method is (part of) the body of one
transaction. `tx` is opaque, `now` a moment in ms since the epoch, UTC; refusals are raised.
"""

from __future__ import annotations

from identity import one_time_codes, tokens
from identity.actor import Actor
from identity.audit import line
from identity.errors import Refused, invalid
from identity.ports import Authenticator, Store, Tx
from identity.sealing import Sealer


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

    def confirm(self, tx: Tx, by: Actor, code: str, now: int) -> None:
        """Their app shows the right codes: from now on one is asked for. Raises Refused: `conflict` where nothing was
        begun, or it is confirmed already; `invalid` for a wrong code."""
        found = self._store.authenticator(tx, by.id)
        if found is None or found.confirmed_at is not None:
            raise Refused("conflict", "There is no second factor that waits for its first code.")
        if not self._take(tx, found, code, now):
            raise invalid(
                "totp", "That is not the code that belongs to this secret now. Is the telephone's time right?"
            )
        self._store.confirm_authenticator(tx, by.id, now)
        self._store.record(tx, line(by, "turn_on", "second_factor", by.id, {}, now))

    def check(self, tx: Tx, user: str, code: str | None, now: int) -> bool:
        """At sign-in, once the password was right: True where a code was asked for, and this is one. Raises
        Refused(unauthorized), with the field `totp`, where there is none, or a wrong one, or one that was used."""
        found = self._store.authenticator(tx, user)
        if found is None or found.confirmed_at is None:
            return False
        if code is None:
            raise _unauthorized("Give the code that your authenticator app shows as well.")
        if not self._take(tx, found, code, now):
            raise _unauthorized("That code is not right, or was used already. Give the next one that your app shows.")
        return True

    def end(self, tx: Tx, user: str, by: Actor, now: int) -> bool:
        """No code is asked for any more. False where none was."""
        if not self._store.remove_authenticator(tx, user):
            return False
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


def _unauthorized(sentence: str) -> Refused:
    return Refused("unauthorized", sentence, {"totp": sentence})
