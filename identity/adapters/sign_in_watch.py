"""Counts all failed sign-ins, and logs and audits a sample of them. If many of them use the address of one person,
notifies this person.

The sample is bounded (`identity.log_sampling`) and saved in the background (`save`). So a failed sign-in never waits
for the database, and its response time does not reveal whether the address is known.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import structlog

from clock import Clock
from identity.adapters.store import SqlStore
from identity.audit import AuditLine
from identity.log_sampling import Sampling
from identity.networks import coarse_network
from identity.ports import FailedSignIns
from storage.ports import Storage, StorageUnavailable, Tx

Reason = Literal["password", "code", "unknown", "disabled", "limited", "busy", "passkey", "passkey_copied"]

NOTIFY_FROM = 10
"""The person is notified from this number of failures within an hour."""
AUDITED_AN_HOUR = 1_000
"""Maximum number of audit lines about failures per hour. They take at most about 4 MB per day."""
LINES_MAX = 1_000
"""Maximum number of audit lines that are kept after a failed `save`."""
HOUR_MS = 3_600_000
_PURPOSE = b"switchboard address in a log\0"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Unsaved:
    """Failures of one person that are not saved yet. `save` stores `first` if the database has no row for failures of
    this person. Otherwise it adds `more` to the count in the row."""

    first: FailedSignIns
    more: int = 1


@dataclass(slots=True)
class SignInWatch:
    """Watches failed sign-ins. Call `failed` for each failed sign-in; `failed` calls `counted` with the reason."""

    storage: Storage
    clock: Clock
    secret: bytes
    counted: Callable[[Reason], object] = lambda reason: None
    _store: SqlStore = field(default_factory=SqlStore)
    _sampling: Sampling = field(default_factory=Sampling)
    _lines: list[AuditLine] = field(default_factory=list)
    _unsaved: dict[str, _Unsaved] = field(default_factory=dict)
    _hour: int = -1
    _audited: int = 0
    """Audit lines added in this hour."""
    _beyond: int = 0
    """Number of failures in this hour that have no audit line."""

    def failed(self, reason: Reason, email: str, user: str | None, place: str, failures: tuple[int, int]) -> None:
        """Note a failed sign-in with the address `email`.

        `user` is the id of the owner of the address, or None. `failures` is a pair: the number of failures within an
        hour, and the start of that hour.
        """
        now, where = self.clock(), coarse_network(place)
        self.counted(reason)
        if self._sampling.is_first(reason, where, now):
            who = self._hashed(email)
            log.info("sign_in_failed", reason=reason, who=who, network=where)
            self._audit(now, user, {"reason": reason, "who": who}, where)
        count, since = failures
        if user is None or count < NOTIFY_FROM or reason not in ("password", "code"):
            return
        unsaved = self._unsaved.get(user)
        if unsaved is None:
            self._unsaved[user] = _Unsaved(FailedSignIns(since, count, now, where))
        else:
            first = replace(unsaved.first, count=unsaved.first.count + 1, last_at=now, last_network=where)
            self._unsaved[user] = _Unsaved(first, unsaved.more + 1)

    async def save(self) -> None:
        """Save everything noted since the last call. If this raises StorageUnavailable, the next call tries again with
        the first LINES_MAX audit lines."""
        now = self.clock()
        for reason, where, many in self._sampling.left_out(now):
            log.info("sign_in_failed", reason=reason, network=where, left_out=many)
            self._audit(now, None, {"reason": reason, "left_out": many}, where)
        lines, self._lines = self._lines, []
        unsaved, self._unsaved = self._unsaved, {}
        if not lines and not unsaved:
            return

        def unit(tx: Tx) -> None:
            for line in lines:
                self._store.record(tx, line)
            for user, one in unsaved.items():
                self._store.add_failed_sign_ins(tx, user, one.first, one.more)

        try:
            await self.storage.write(unit)
        except StorageUnavailable:
            self._lines = [*lines, *self._lines][:LINES_MAX]
            for user, one in unsaved.items():
                later = self._unsaved.get(user)
                self._unsaved[user] = _Unsaved(later.first, one.more + later.more) if later is not None else one
            raise

    def _audit(self, now: int, user: str | None, detail: dict[str, object], where: str | None) -> None:
        """Add an audit line. After AUDITED_AN_HOUR lines in an hour, further failures are only counted, so that an
        attack cannot fill the disk."""
        hour = now // HOUR_MS
        if hour != self._hour:
            if self._beyond:
                self._lines.append(_line(now, None, {"reason": "any", "left_out": self._beyond}, None))
            self._hour, self._audited, self._beyond = hour, 0, 0
        if self._audited >= AUDITED_AN_HOUR:
            left_out = detail.get("left_out", 1)
            self._beyond += left_out if isinstance(left_out, int) else 1
            return
        self._audited += 1
        self._lines.append(_line(now, user, detail, where))

    def _hashed(self, email: str) -> str:
        """A short hash that distinguishes addresses in the log without revealing them."""
        return hmac.digest(self.secret, _PURPOSE + email.encode(errors="replace"), hashlib.sha256).hex()[:12]


def _line(now: int, user: str | None, detail: dict[str, object], where: str | None) -> AuditLine:
    return AuditLine(
        at=now,
        actor_kind="nobody",
        actor=None,
        verb="fail",
        thing="session",
        thing_id=user,
        detail=detail,
        network=where,
    )
