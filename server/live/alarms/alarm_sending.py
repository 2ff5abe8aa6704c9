"""Sends alarms to their destinations.

Several processes may send alarms. Only the process that holds the lease of a destination sends to it. If the program
ends after a message was sent, but before the database records this, the message is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from uuid_utils import uuid7

from alarms.adapters.store import SqlStore
from alarms.destination import Raised
from alarms.ports import Attempt, Seals
from alarms.service import Destinations
from clock import Clock
from identity.sealing import Sealer
from mail.service import Letters
from server.live.alarms.alarm_notices import AlarmNotices, NotDelivered, letter_to
from server.live.runner import Runner, whenever_woken
from storage.ports import Storage, Tx

log = structlog.get_logger(__name__)


def destinations_of(secret: bytes) -> Destinations:
    """The destinations of a desk. `secret` is the setting SECRET."""
    sealer = Sealer(secret, "alarm destinations")
    return Destinations(SqlStore(), Seals(sealer.seal, sealer.open), lambda: uuid7().hex)


class AlarmSending:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        destinations: Destinations,
        notices: AlarmNotices,
        letters: Letters,
        wake_letters: Callable[[], None],
        holder: str,
        check_s: float,
    ) -> None:
        """`holder` names this process. The worker checks for due alarms at least every `check_s` seconds.
        `wake_letters` is called after the commit of each letter."""
        self._storage = storage
        self._clock = clock
        self.destinations = destinations
        self.notices = notices
        self._letters = letters
        self._wake_letters = wake_letters
        self._holder = holder
        self._check_s = check_s
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._sent: list[Attempt] = []
        """Messages that were sent. The database does not record this yet."""
        self._runner = Runner()

    def queue(self, tx: Tx, alarm: Raised, now: int) -> None:
        """Queue an alarm that began, in the transaction that stores it."""
        if self.destinations.queue(tx, alarm, now):
            tx.after_commit(self._woken.set)

    def start(self) -> None:
        worker = whenever_woken(
            self._woken, self._work, self._check_s, log=log, postponed="alarms_postponed", failed="alarms_not_sent"
        )
        self._runner.start(worker)

    async def stop(self) -> None:
        """Stop at once. A message that is cut off is sent again later."""
        await self._runner.stop()

    async def idle(self) -> None:
        """Return once no destination is due. Raises StorageUnavailable."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Send the alarms that are due. Returns False if there are none."""
        async with self._one_at_a_time:
            await self._record_sent()
            now = self._clock()
            due = await self._storage.read(self.destinations.next_due)
            if due is None or due > now:
                return False
            claimed = await self._storage.write(lambda tx: self.destinations.claim(tx, self._holder, now))
            # A destination that fails must not cancel the others: their alarms would be sent twice.
            ends = await asyncio.gather(*(self._send(attempt) for attempt in claimed), return_exceptions=True)
            await self._record_sent()
            for error in ends:
                if error is not None:
                    raise error
            return bool(claimed)

    async def _work(self) -> float:
        """Send the alarms that are due. Returns the number of seconds until more alarms are due, but at most
        `check_s`."""
        await self.idle()
        due = await self._storage.read(self.destinations.next_due)
        return self._check_s if due is None else min(self._check_s, max(0.1, (due - self._clock()) / 1000))

    async def _send(self, attempt: Attempt) -> None:
        service, now = attempt.destination.service, self._clock()
        alarms = [one.alarm for one in attempt.waiting]
        if service == "mail":
            await self._storage.write(lambda tx: self._queue_letter(tx, attempt, alarms, now))
            return
        try:
            await self.notices.post(service, attempt.address, self.notices.about(alarms, now))
        except NotDelivered as error:
            await self._refused(attempt, error)
        else:
            self._sent.append(attempt)

    def _queue_letter(self, tx: Tx, attempt: Attempt, alarms: list[Raised], now: int) -> None:
        letter = self._letters.queue(tx, letter_to(attempt.address, alarms), now)
        self.destinations.sent(tx, attempt, now, letter)
        tx.after_commit(self._wake_letters)

    async def _record_sent(self) -> None:
        if sent := list(self._sent):
            await self._storage.write(lambda tx: self._record(tx, sent))
            del self._sent[: len(sent)]

    def _record(self, tx: Tx, sent: list[Attempt]) -> None:
        for attempt in sent:
            self.destinations.sent(tx, attempt, self._clock())

    async def _refused(self, attempt: Attempt, error: NotDelivered) -> None:
        now, destination = self._clock(), attempt.destination.id
        lost = await self._storage.write(
            lambda tx: self.destinations.refused(tx, attempt, error.reason, now, for_good=error.for_good)
        )
        if lost:
            log.warning("alarms_given_up", destination=destination, count=lost)
