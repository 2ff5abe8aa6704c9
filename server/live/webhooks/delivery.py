"""Sends messages to webhooks.

Several processes may send messages. Only the process that holds the lease of a message works on this message.

When the receiver has accepted a message, this is recorded in the database. If the database cannot be written at that
moment, it is recorded later.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TypeAlias

import structlog
from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode

from clock import Clock
from egress import AddressRefused, Answer, Egress, NotSent
from server.live.runner import Runner, whenever_woken
from storage.ports import Storage, Tx
from texts.visible import as_line
from ticketing.adapters import handed_over
from ticketing.handed_over import REFERENCE_MAX
from webhooks.events import TEST
from webhooks.message import Message, Tried
from webhooks.ports import Attempt
from webhooks.service import Webhooks
from webhooks.signing import headers

AT_ONCE = 40
"""Maximum number of messages that are sent at the same time."""
EACH_AT_ONCE = 8
"""Maximum number of messages that are sent to one receiver at the same time."""
CLAIMED_AT_LEAST = 4
"""A receiver's next messages are claimed when it has this many free places, so that one claim serves several."""

_Taken: TypeAlias = tuple[Attempt, Answer, Tried]
log = structlog.get_logger(__name__)


class Receipt(Struct):
    """The body with which a receiver answers a webhook message. It can acknowledge the hand-over at once."""

    acknowledged: bool = False
    external_ref: str | None = None


class WebhookDelivery:
    def __init__(
        self, storage: Storage, clock: Clock, webhooks: Webhooks, egress: Egress, holder: str, check_s: float
    ) -> None:
        """`holder` names this process. The worker checks for due messages at least every `check_s` seconds."""
        self._storage = storage
        self._clock = clock
        self._webhooks = webhooks
        self._egress = egress
        self._holder = holder
        self._check_s = check_s
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._taken: list[_Taken] = []
        """Messages that their receivers have accepted, with the answers. The database does not record this yet."""
        self._recording = asyncio.Lock()
        self._more = False
        """True if the last claim found messages, so that the next one is made without a look at what is due."""
        self._runner = Runner()

    def wake(self) -> None:
        """Wake the worker, because a message was queued."""
        self._woken.set()

    def start(self) -> None:
        worker = whenever_woken(
            self._woken, self._work, self._check_s, log=log, postponed="webhooks_postponed", failed="webhooks_not_sent"
        )
        self._runner.start(worker)

    async def stop(self) -> None:
        """Stop at once. A message that is cut off is sent again later, with the same id."""
        await self._runner.stop()

    async def idle(self) -> None:
        """Send all messages that are due, and return when none is. Raises StorageUnavailable.

        At most AT_ONCE messages are sent at the same time, and at most EACH_AT_ONCE to one receiver.
        """
        async with self._one_at_a_time:
            sending: dict[asyncio.Task[None], str] = {}
            try:
                while True:
                    # Cleared before the claim, so that a message queued after the claim is noticed.
                    self._woken.clear()
                    sending |= await self._begun(Counter(sending.values()))
                    if not sending:
                        return
                    await self._room_again(sending)
            except Exception:
                # A message that fails must not cancel the others: they would be sent twice.
                await asyncio.gather(*sending, return_exceptions=True)
                raise
            finally:
                for task in sending:
                    task.cancel()
                await asyncio.gather(*sending, return_exceptions=True)

    async def _room_again(self, sending: dict[asyncio.Task[None], str]) -> None:
        """Wait until a receiver has room for further messages, or another message is queued."""
        while sending:
            ended = await self._some_end(sending)
            busy = Counter(sending.values())
            if self._woken.is_set() or any(_places(busy[receiver]) for receiver in ended):
                return

    async def _some_end(self, sending: dict[asyncio.Task[None], str]) -> set[str]:
        """Wait until a message was sent, or another one is queued. Removes what has ended from `sending`, and returns
        its receivers."""
        woken = asyncio.create_task(self._woken.wait())
        try:
            done, _ = await asyncio.wait({*sending, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
        ended = [task for task in sending if task in done]
        receivers = {sending.pop(task) for task in ended}
        for task in ended:
            task.result()
        return receivers

    async def _begun(self, busy: Counter[str]) -> dict[asyncio.Task[None], str]:
        """Begin to send further messages that are due. Returns the tasks, each with its receiver."""
        await self._record_taken()
        now, free = self._clock(), AT_ONCE - busy.total()
        if free <= 0:
            return {}
        if not self._more:
            due = await self._storage.read(self._webhooks.next_due)
            if due is None or due > now:
                return {}

        def room(receiver: str) -> int:
            return _places(busy[receiver])

        claimed = await self._storage.write(lambda tx: self._webhooks.claim(tx, self._holder, now, free, room))
        # After a claim that found something there is probably more.
        self._more = bool(claimed)
        return {asyncio.create_task(self._send(attempt)): attempt.message.receiver for attempt in claimed}

    async def _work(self) -> float:
        """Send the messages that are due. Returns the number of seconds until the next message is due, but at least 0.1
        and at most `check_s`."""
        await self.idle()
        due = await self._storage.read(self._webhooks.next_due)
        return self._check_s if due is None else min(self._check_s, max(0.1, (due - self._clock()) / 1000))

    async def _send(self, attempt: Attempt) -> None:
        message, body = attempt.message, attempt.message.payload.encode()
        began = asyncio.get_running_loop().time()

        def tried(answered: int | None = None) -> Tried:
            return Tried(answered, round((asyncio.get_running_loop().time() - began) * 1000))

        try:
            signed = headers(message.name, self._clock() // 1000, body, attempt.secrets)
            answer = await self._egress.send("POST", attempt.url, signed, body)
        except NotSent as error:
            for_good = isinstance(error, AddressRefused) and error.for_good
            await self._refused(attempt, tried(), str(error), for_good=for_good)
        except Exception:
            # The other messages are still sent.
            log.exception("webhook_not_sent", message=message.id, ticket=message.ticket)
            await self._refused(attempt, tried(), "The program failed on this message. The log says more.")
        else:
            await self._answered(attempt, answer, tried(answer.status))

    async def _answered(self, attempt: Attempt, answer: Answer, tried: Tried) -> None:
        if 200 <= answer.status < 300:
            self._taken.append((attempt, answer, tried))
            await self._record_taken()
        elif answer.status == 410:
            now = self._clock()
            await self._storage.write(lambda tx: self._webhooks.gone(tx, attempt.message, tried, now))
            log.warning("webhook_gone", message=attempt.message.id, ticket=attempt.message.ticket)
        else:
            reason = f"The receiver answered {answer.status}."
            if 300 <= answer.status < 400:
                reason = f"The receiver answered {answer.status}, a redirect, which is not followed."
            await self._refused(attempt, tried, reason, asked_ms=_retry_after_ms(answer, self._clock()))

    async def _record_taken(self) -> None:
        async with self._recording:
            if taken := list(self._taken):
                await self._storage.write(partial(self._record, taken=taken, now=self._clock()))
                del self._taken[: len(taken)]

    def _record(self, tx: Tx, taken: Sequence[_Taken], now: int) -> None:
        self._webhooks.accepted(tx, {attempt.message.id: tried for attempt, _, tried in taken}, now)
        for attempt, answer, _ in taken:
            self._acknowledged(tx, attempt.message, answer, now)

    def _acknowledged(self, tx: Tx, message: Message, answer: Answer, now: int) -> None:
        """A program that gets the hand-overs to an account team can acknowledge one in its answer."""
        if message.handover is None:
            return
        handed_over.sent(tx, message.handover, now)
        receipt = _receipt(answer.body)
        if receipt.acknowledged:
            reference = as_line(receipt.external_ref or "")[:REFERENCE_MAX] or None
            handed_over.acknowledged(tx, message.handover, "webhook", reference, now)

    async def _refused(
        self, attempt: Attempt, tried: Tried, reason: str, *, asked_ms: int = 0, for_good: bool = False
    ) -> None:
        message, now = attempt.message, self._clock()
        given_up = for_good or message.event == TEST
        failed = await self._storage.write(
            lambda tx: self._webhooks.refused(tx, message, tried, reason, now, asked_ms=asked_ms, for_good=given_up)
        )
        if failed:
            log.warning("webhook_failed", message=message.id, ticket=message.ticket)


def _places(busy: int) -> int:
    """The number of further messages to claim for a receiver to which `busy` messages are being sent."""
    free = EACH_AT_ONCE - busy
    return free if free >= CLAIMED_AT_LEAST else 0


def _receipt(body: bytes) -> Receipt:
    """The receipt in the body of an answer. If the body is not a receipt, returns a receipt that acknowledges
    nothing."""
    try:
        return decode(body, type=Receipt)
    except (DecodeError, ValidationError, UnicodeDecodeError, RecursionError):
        return Receipt()


def _retry_after_ms(answer: Answer, now: int) -> int:
    """The pause in ms that the receiver requested with `Retry-After`. If it requested none, 0 or a negative number."""
    said = answer.headers.get("retry-after", "")
    if said.isascii() and said.isdecimal() and len(said) < 9:
        return int(said) * 1000
    try:
        at = parsedate_to_datetime(said)
        # RFC 9110, 5.6.7: a date without a zone is in UTC.
        return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000) - now
    except (ValueError, OverflowError):
        return 0
