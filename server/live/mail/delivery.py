"""Sends letters.

Several processes may send letters. Only the process that holds the lease of a letter works on this letter. Each process
sends several letters at a time. Letters about the same ticket to the same address are sent one after the other, in
their order.

When the mail server has accepted a letter, the database records this. If the program ends before the record is stored,
the letter is sent again with the same Message-ID once the lease has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from clock import Clock
from mail.adapters.folder import FolderTransport
from mail.adapters.smtp import SmtpTransport, mail_server
from mail.content import email_of
from mail.letter import Letter
from mail.ports import Contents, NotAccepted, NothingToSay, Tally, Transport
from mail.service import LEASE_MS, Letters
from server.live.runner import Runner, whenever_woken
from server.settings import Settings
from storage.ports import Storage, StorageUnavailable, Tx

STOP_S = 3.0
"""Seconds for which stopping waits for the mail server. A letter that is cut off is sent again later."""
AT_ONCE = 4
"""Maximum number of letters that are claimed together and sent at the same time."""
TALLY_MS = 1_000
"""While many letters wait, they are counted at most once in this time."""

log = structlog.get_logger(__name__)


def transport_of(settings: Settings) -> Transport:
    """The mail server of SMTP_URL. If SMTP_URL is not set, letters are written to files in the data folder."""
    if settings.smtp_url is None:
        return FolderTransport(settings.data / "mail")
    return SmtpTransport(mail_server(settings.smtp_url.get_secret_value()))


class Delivery:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        letters: Letters,
        contents: Contents,
        transport: Transport,
        holder: str,
        check_s: float,
        tell: Callable[[Tally, int], None] = lambda tally, now: None,
    ) -> None:
        """`holder` names this process. If nothing wakes the worker, it checks for due letters every `check_s` seconds.

        After each count of the letters, `tell` is called with the counts and the time.
        """
        self._storage = storage
        self._clock = clock
        self._letters = letters
        self._contents = contents
        self._transport = transport
        self._holder = holder
        self._check_s = check_s
        self._tell = tell
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._listener: Callable[[Tx, Letter, int], None] = lambda tx, letter, now: None
        self._address_fails: Callable[[Tx, Letter, str, int], None] = lambda tx, letter, reason, now: None
        self._stopping = asyncio.Event()
        self._accepted: list[Letter] = []
        """Letters that the mail server has accepted. The database does not record this yet."""
        self._recording = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._more = False
        """True if further letters probably wait."""
        self._counted_at = 0
        self._runner = Runner()

    def listen(self, accepted: Callable[[Tx, Letter, int], None]) -> None:
        """Register `accepted`. It is called for each letter that the mail server accepted, in the transaction that
        records this."""
        self._listener = accepted

    def listen_for_failing_addresses(self, fails: Callable[[Tx, Letter, str, int], None]) -> None:
        """Register `fails`. It is called when the mail server refuses a letter for good because of its address.

        The call is in the transaction that records the refusal. `fails` gets this transaction, the letter, the reason
        and the time.
        """
        self._address_fails = fails

    def wake(self) -> None:
        """Wake the worker, because a letter was queued."""
        self._woken.set()

    def start(self, turn: Callable[[], Awaitable[None]]) -> None:
        """Start the worker. It awaits `turn` before it claims letters, so that other work can go first."""
        worker = whenever_woken(
            self._woken,
            lambda: self._work(turn),
            self._check_s,
            log=log,
            postponed="letters_postponed",
            failed="letters_not_sent",
        )
        self._runner.start(worker)

    async def stop(self) -> None:
        """Finish sending letters, for at most STOP_S seconds, and stop. The next start sends the remaining letters."""
        self._stopping.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S), self._one_at_a_time:
                pass
        await self._runner.stop()
        await self._transport.close()

    async def idle(self) -> None:
        """Return once no letter is due. Raises StorageUnavailable."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Send at most AT_ONCE of the letters that are due. Returns False if none was due. Raises
        StorageUnavailable."""
        async with self._one_at_a_time:
            if self._stopping.is_set():
                # Nothing may be under way when the database closes.
                return False
            await self._record_accepted()
            now = self._clock()
            if not await self._waits(now):
                return False
            claimed = await self._storage.write(lambda tx: self._letters.claim(tx, self._holder, now, AT_ONCE))
            self._more = len(claimed) == AT_ONCE
            # A letter that fails must not cancel the others: they would be sent twice.
            sending = (self._send_in_turn(letters, now) for letters in _apart(claimed))
            ends = await asyncio.gather(*sending, return_exceptions=True)
            for error in ends:
                if error is not None:
                    raise error
            return bool(claimed)

    async def _waits(self, now: int) -> bool:
        """True if a letter is due. Counts the due letters, unless a count a moment ago has found many."""
        if self._more and 0 <= now - self._counted_at < TALLY_MS:
            return True
        tally = await self._storage.read(lambda tx: self._letters.tally(tx, now))
        self._counted_at = now
        self._tell(tally, now)
        return tally.waiting > 0

    async def _send_in_turn(self, letters: Sequence[Letter], claimed_at: int) -> None:
        for place, letter in enumerate(letters):
            if self._stopping.is_set() or self._clock() - claimed_at > LEASE_MS // 2:
                await self._storage.write(partial(self._letters.release, letters=letters[place:]))
                return
            await self._send(letter)

    async def _work(self, turn: Callable[[], Awaitable[None]]) -> None:
        await turn()
        while await self.step():
            await turn()
        await self._transport.close()

    async def _send(self, letter: Letter) -> None:
        try:
            await self._hand_over(letter)
        except NothingToSay as gone:
            now = self._clock()
            reason = str(gone)
            await self._failed(letter, lambda tx: self._letters.unwritten(tx, letter, reason, now))
        except NotAccepted as error:
            await self._refused(letter, str(error), for_good=error.for_good, address_fails=error.address_fails)
        except StorageUnavailable:
            raise
        except Exception:
            # The other letters are still sent.
            log.exception("letter_not_sent", letter=letter.id, kind=letter.kind)
            await self._refused(letter, "The program failed on this letter. The log says more.", for_good=False)
        else:
            self._accepted.append(letter)
            await self._record_accepted()

    async def _hand_over(self, letter: Letter) -> None:
        # One after the other: several threads at work would hold the interpreter for so long that messages wait.
        async with self._writing:
            now = self._clock()
            content = await self._contents.of(letter, now)
            headers = await self._storage.read(lambda tx: self._letters.headers(tx, letter))
            # Off the event loop: a long letter would delay messages.
            message = await asyncio.to_thread(email_of, content, headers, letter.created_at)
        await self._transport.send(message, self._letters.sender(letter, content.from_address), letter.to)

    async def _record_accepted(self) -> None:
        async with self._recording:
            if accepted := list(self._accepted):
                now = self._clock()
                await self._storage.write(lambda tx: self._record(tx, accepted, now))
                del self._accepted[: len(accepted)]

    def _record(self, tx: Tx, letters: Sequence[Letter], now: int) -> None:
        for letter in letters:
            self._letters.accepted(tx, letter, now)
            self._listener(tx, letter, now)

    async def _refused(self, letter: Letter, reason: str, *, for_good: bool, address_fails: bool = False) -> None:
        now = self._clock()

        def record(tx: Tx) -> bool:
            failed = self._letters.refused(tx, letter, reason, now, for_good=for_good)
            if address_fails:
                self._address_fails(tx, letter, reason, now)
            return failed

        await self._failed(letter, record)

    async def _failed(self, letter: Letter, record: Callable[[Tx], bool]) -> None:
        if await self._storage.write(record):
            log.warning("letter_failed", letter=letter.id, kind=letter.kind, ticket=letter.ticket)


def _apart(letters: Sequence[Letter]) -> Sequence[Sequence[Letter]]:
    """The letters in groups. All letters of a group are about the same ticket and go to the same address.

    The letters of a group must be sent in order.
    """
    together: dict[object, list[Letter]] = {}
    for letter in letters:
        key = letter.id if letter.ticket is None else (letter.ticket, letter.to.lower())
        together.setdefault(key, []).append(letter)
    return list(together.values())
