"""Failed sign-ins: each is counted, some are logged and audited, and the person is told once there are many.

What is written is bounded (`identity.sampling`), and written in the background (`keep`): who fails never waits for it,
so that the time of the answer says nothing either.
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
from identity.networks import network
from identity.ports import FailedSignIns
from identity.sampling import Sampling
from storage.ports import Storage, StorageUnavailable, Tx

Reason = Literal["password", "code", "unknown", "disabled", "limited", "busy"]

TOLD_FROM = 10
"""So many failures within an hour, and the person is told."""
AUDITED_AN_HOUR = 1_000
"""Lines of the audit about failures: some 4 MB a day at most."""
LINES_MAX = 1_000
"""Lines that wait for a store that is away."""
HOUR_MS = 3_600_000
_PURPOSE = b"switchboard address in a log\0"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Untold:
    """What is to be stored for one person: `first` where nothing is stored yet, `more` where something is."""

    first: FailedSignIns
    more: int = 1


@dataclass(slots=True)
class SignInWatch:
    """What of failed sign-ins is written down. `counted` is told the reason of each."""

    storage: Storage
    clock: Clock
    secret: bytes
    counted: Callable[[Reason], object] = lambda reason: None
    _store: SqlStore = field(default_factory=SqlStore)
    _sampling: Sampling = field(default_factory=Sampling)
    _lines: list[AuditLine] = field(default_factory=list)
    _untold: dict[str, _Untold] = field(default_factory=dict)
    _hour: int = -1
    _audited: int = 0
    """Lines of this hour."""
    _beyond: int = 0
    """Failures of this hour that have no line."""

    def failed(self, reason: Reason, email: str, user: str | None, place: str, failures: tuple[int, int]) -> None:
        """Somebody did not come in as `email`. `user`: whose address it is, by id, if anybody's. `failures`: how many
        there are within an hour, and since when."""
        now, where = self.clock(), network(place)
        self.counted(reason)
        if self._sampling.is_first(reason, where, now):
            who = self._hashed(email)
            log.info("sign_in_failed", reason=reason, who=who, network=where)
            self._audit(now, user, {"reason": reason, "who": who}, where)
        count, since = failures
        if user is None or count < TOLD_FROM or reason not in ("password", "code"):
            return
        untold = self._untold.get(user)
        if untold is None:
            self._untold[user] = _Untold(FailedSignIns(since, count, now, where))
        else:
            first = replace(untold.first, count=untold.first.count + 1, last_at=now, last_network=where)
            self._untold[user] = _Untold(first, untold.more + 1)

    async def keep(self) -> None:
        """Store what came up since the last time. Where that fails it stays for the next. Raises StorageUnavailable."""
        now = self.clock()
        for reason, where, many in self._sampling.left_out(now):
            log.info("sign_in_failed", reason=reason, network=where, left_out=many)
            self._audit(now, None, {"reason": reason, "left_out": many}, where)
        lines, self._lines = self._lines, []
        untold, self._untold = self._untold, {}
        if not lines and not untold:
            return

        def unit(tx: Tx) -> None:
            for line in lines:
                self._store.record(tx, line)
            for user, one in untold.items():
                self._store.add_failed_sign_ins(tx, user, one.first, one.more)

        try:
            await self.storage.write(unit)
        except StorageUnavailable:
            self._lines = [*lines, *self._lines][:LINES_MAX]
            for user, one in untold.items():
                later = self._untold.get(user)
                self._untold[user] = _Untold(later.first, one.more + later.more) if later is not None else one
            raise

    def _audit(self, now: int, user: str | None, detail: dict[str, object], where: str | None) -> None:
        """An attack from everywhere fills no disk: beyond AUDITED_AN_HOUR a number stands for the rest."""
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
        """Tells one address from another for who reads the log, and names it to nobody."""
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
