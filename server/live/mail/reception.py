"""Takes in mail, and acts on it.

First, the desk stores the bytes of a mail and a record of it. Then it confirms this to the program that delivered the
mail. Later, a worker parses the mail and acts on it in a second transaction. Only one worker at a time works on a mail.

If a worker fails on a mail, the mail is tried again. After ATTEMPTS failures, the mail is held back, so that it does
not block later mails. A full disk or an unavailable database is not counted as a failure: the mail is tried again until
the disk has space and the database answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import TypeVar

import structlog

from attachments.adapters.uploads import Upload, Uploads
from attachments.errors import UploadRefused
from clock import Clock
from identity.actor import Actor
from mail.incoming.body import Attached
from mail.incoming.parsing import Envelope
from mail.incoming.reading import Read, read
from mail.incoming.result import Result, StoredMail
from mail.incoming_ports import IncomingMails, RawMails
from refusals import Refused
from server.live.mail.intake import Intake
from server.live.mail.mail_decisions import ByStaff, Decision, MailDecisions, Match
from server.live.mail.mail_effects import Files, MailEffects, text_of
from server.live.mail.mail_removal import MailRemoval
from server.live.runner import Runner, whenever_woken
from storage.ports import Storage, StorageUnavailable, Tx
from texts.card_numbers import holds_card, masked
from ticketing.events import FILES_MAX

T = TypeVar("T")

LEASE_MS = 5 * 60_000
ATTEMPTS = 3
PAUSE_MS = 60_000
"""Time in ms until a mail is tried again after a failure that may pass, such as a full disk."""
TEXT_FILE = "message.txt"
"""The name of a file that is added to a reply. It has the whole text of a mail that is too long to be shown, or all of
a mail that is too complex to be read."""

log = structlog.get_logger(__name__)


AlsoAccepted = Callable[[Tx, StoredMail, int], None]
"""Called with a mail and the number of its ticket, once the mail is part of the ticket. The call is part of the
transaction. If it raises Refused, the mail does not become part of the ticket."""


class Reception:
    """`authserv_id` names the mail server whose authentication results are trusted."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        mails: IncomingMails,
        raws: RawMails,
        decisions: MailDecisions,
        effects: MailEffects,
        uploads: Uploads,
        removal: MailRemoval,
        authserv_id: str | None,
        holder: str,
        check_s: float,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._mails = mails
        self._raws = raws
        self._decisions = decisions
        self._effects = effects
        self._uploads = uploads
        self._removal = removal
        self._authserv_id = authserv_id
        self._holder = holder
        self._check_s = check_s
        self._untried: dict[int, int] = {}
        """Mails that this worker claimed but could not handle: the moment of the next attempt, by mail id."""
        self._woken = asyncio.Event()
        self._intake = Intake(storage, clock, mails, raws, uploads.reserve, self._woken.set)
        self._one_at_a_time = asyncio.Lock()
        self._runner = Runner()

    def takes(self, address: str) -> bool:
        """True if mail to this address is for this desk."""
        return self._decisions.takes(address)

    async def store(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Store a mail for each of its recipients. When this returns, the mail is stored durably.

        Raises TooLarge or NoRoom.
        """
        await self._intake.store(raw, sender, recipients)

    def start(self) -> None:
        worker = whenever_woken(
            self._woken, self.idle, self._check_s, log=log, postponed="mails_postponed", failed="mails_not_read"
        )
        self._runner.start(worker)

    async def stop(self) -> None:
        """Stop. The next start acts on the mails that are stored."""
        await self._runner.stop()

    async def idle(self) -> None:
        """Return once there is no stored mail on which the desk can act now. Raises StorageUnavailable."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Act on one stored mail. Returns False if there is none. Raises StorageUnavailable."""
        async with self._one_at_a_time:
            await self._give_back()
            now = self._clock()
            if not await self._storage.read(lambda tx: self._mails.waits(tx, now)):
                return False
            mail = await self._storage.write(lambda tx: self._mails.claim(tx, self._holder, now, now + LEASE_MS))
            if mail is None:
                return False
            try:
                await self._receive(mail)
            except StorageUnavailable:
                self._untried[mail.id] = now
                raise
            except (OSError, UploadRefused) as error:
                log.warning("mail_postponed", mail=mail.id, error=str(error))
                self._untried[mail.id] = now + PAUSE_MS
                await self._give_back()
            except Exception:
                log.exception("mail_not_read", mail=mail.id)
                await self._failed(mail)
            return True

    async def _give_back(self) -> None:
        for id_, again in list(self._untried.items()):
            unit = partial(self._mails.give_back, id=id_, holder=self._holder, until=again, counts=False)
            await self._storage.write(unit)
            del self._untried[id_]

    # -- one mail -----------------------------------------------------------------------------

    async def _receive(self, mail: StoredMail) -> None:
        if mail.attempts > ATTEMPTS:
            await self._failed(mail, for_good=True)
            return
        found = await self._read(mail)
        if found is None:
            await self._failed(mail, for_good=True)
            return
        await self._act(mail, found)

    async def _read(self, mail: StoredMail) -> Read | None:
        raw = await asyncio.to_thread(self._raws.read, mail.digest)
        if raw is None:
            return None
        return await asyncio.to_thread(read, raw, Envelope(mail.envelope_from, mail.envelope_to), self._authserv_id)

    async def _act(
        self,
        mail: StoredMail,
        found: Read,
        by_staff: ByStaff | None = None,
        also: Callable[[Tx, Result], None] | None = None,
    ) -> Result:
        said, now = found.mail, self._clock()

        def decide(tx: Tx) -> Decision:
            self._mails.read_as(tx, mail.id, said.message_id, said.sender, masked(said.subject))
            return self._decisions.decide(tx, found, now, by_staff=by_staff)

        # Files are stored before the transaction that attaches them.
        expected = await self._storage.write(decide)
        if expected.match is None:
            found = found.uncut()
        writes = expected.writer is not None and expected.reason is None and expected.copy_of is None
        actor = expected.writer.actor if expected.writer is not None and writes else None
        files = await self._stored(mail, found, actor) if actor is not None else Files()
        with_card = any(map(holds_card, (found.written.text, found.written.quoted, said.subject)))

        def unit(tx: Tx) -> Result:
            decision = self._decisions.decide(tx, found, now, by_staff=by_staff)
            if files.ids and (decision.writer is None or decision.writer.actor != actor):
                raise Refused("conflict", "The ticket changed while the files were stored.")
            result = self._effects.act(tx, mail, found, decision, files, now)
            self._mails.settle(tx, mail.id, result, now)
            if result.state == "done" and with_card:
                # The text of the ticket is masked, and the bytes are not.
                self._removal.unneeded(tx, self._mails.spent(tx, mail.digest, now))
            if by_staff is not None and mail.ticket is not None:
                self._effects.decided(tx, mail.ticket, now)
            if also is not None:
                also(tx, result)
            return result

        return await self._storage.write(self._still(mail, unit, accepted=by_staff is not None))

    def _still(self, mail: StoredMail, unit: Callable[[Tx], Result], *, accepted: bool) -> Callable[[Tx], Result]:
        """A unit that first checks the mail, and then runs `unit`. The check raises Refused if the mail was acted on by
        somebody else in the meantime."""

        def checked(tx: Tx) -> Result:
            present = self._mails.find(tx, mail.id, lock=True)
            if present is None or present.state != ("suspended" if accepted else "stored"):
                raise Refused("conflict", "Somebody else has decided about this email.")
            return unit(tx)

        return checked

    async def _stored(self, mail: StoredMail, found: Read, actor: Actor) -> Files:
        """Store the files of a mail as uploads of its sender. The usual limits on files apply."""
        wanted, whole = list(found.mail.files), text_of(found).rest
        if whole is not None:
            wanted.insert(0, Attached(TEXT_FILE, "text/plain", whole.encode()))
        if not found.mail.readable and (raw := await asyncio.to_thread(self._raws.read, mail.digest)) is not None:
            wanted.insert(0, Attached(TEXT_FILE, "text/plain", raw))
        # Anybody can claim an address. So unproven senders of one domain share the quota of an unverified network.
        network = None if actor.verified else f"mail:{(actor.email or '').rpartition('@')[2]}"
        upload = Upload(actor, network, _never)
        ids: list[str] = []
        refused: list[tuple[str, str]] = []
        for file in wanted:
            if len(ids) == FILES_MAX:
                refused.append((file.name, f"a reply can have at most {FILES_MAX} files"))
                continue
            try:
                stored = await self._uploads.take_in(upload, file.name, BytesIO(file.content))
            except UploadRefused as error:
                if error.reason != "quota":
                    raise
                refused.append((file.name, error.message))
            except Refused as error:
                refused.append((file.name, error.message))
            else:
                ids.append(stored.id)
        return Files(tuple(ids), tuple(f"- {name}: {why}" for name, why in refused))

    async def _failed(self, mail: StoredMail, *, for_good: bool = False) -> None:
        """Record that the program failed on a mail.

        After ATTEMPTS failures, or at once with `for_good`, the mail is held back until staff decide about it.
        """
        now = self._clock()

        def unit(tx: Tx) -> None:
            present = self._mails.find(tx, mail.id, lock=True)
            if present is None or present.state != "stored":
                return
            if for_good or mail.attempts >= ATTEMPTS:
                match = self._decisions.addressed(tx, mail.envelope_to)
                self._mails.settle(tx, mail.id, unreadable(match), now)
            else:
                self._mails.give_back(tx, mail.id, self._holder, now)

        await self._storage.write(unit)

    # -- decisions of staff -----------------------------------------------------------------------

    async def look(self, mail: StoredMail) -> Read | None:
        """The contents of a mail. None if the contents are no longer stored."""
        return await self._read(mail)

    async def accept(self, id_: int, staff: Actor, *, trust: bool, also: AlsoAccepted | None = None) -> int:
        """Make a mail that was held back part of a ticket. Returns the number of the ticket.

        Accepting a mail does not prove who sent it. With `trust`, mail from the same sender needs no proof from now on.
        `also` is called in the same transaction.

        Raises Refused(`not_found`) if no such mail is held back. Raises Refused(`conflict`) if the contents of the mail
        are gone, if the mail is forged and `trust` is set, if the mail cannot become part of a ticket, or if something
        else changed in the meantime.
        """
        mail = await self._storage.read(lambda tx: self._mails.find(tx, id_))
        if mail is None or mail.state != "suspended":
            raise Refused("not_found", "There is no such email, or somebody has decided about it.")
        found = await self._read(mail)
        if found is None:
            raise Refused("conflict", "The contents of this email are gone.")
        if trust and found.authentication.verdict == "fail":
            raise Refused("conflict", "The mail server says that this email is forged. Accept it, or delete it.")

        def accepted(tx: Tx, result: Result) -> None:
            if result.state != "done" or result.ticket is None:
                raise Refused("conflict", "This email can't become part of a ticket. Open a ticket, or delete it.")
            if trust and found.mail.sender is not None:
                self._mails.trust(tx, found.mail.sender, staff.id, self._clock())
            if also is not None:
                also(tx, mail, result.ticket)

        result = await self._act(mail, found, "trust" if trust else "accept", accepted)
        assert result.ticket is not None
        return result.ticket

    async def delete(self, id_: int) -> None:
        """Delete a mail that was held back. Raises Refused(`not_found`) if no such mail is held back."""

        def unit(tx: Tx) -> None:
            mail = self._mails.find(tx, id_, lock=True)
            if mail is None or mail.state != "suspended":
                raise Refused("not_found", "There is no such email, or somebody has decided about it.")
            self._removal.unneeded(tx, self._mails.delete(tx, id_))
            if mail.ticket is not None:
                self._effects.decided(tx, mail.ticket, self._clock())

        await self._storage.write(unit)


def unreadable(match: Match | None) -> Result:
    """The result of a mail on which the program failed.

    `match` is the ticket that has the reply address to which the mail was sent. None if no ticket has it.
    """
    return Result(
        state="suspended",
        kind="reply" if match is not None else "new",
        reason="unreadable",
        matched_by=match.by if match is not None else None,
        ticket=match.ticket if match is not None else None,
    )


async def _never() -> bool:
    """Always False, because a mail's sender has no connection that could be lost."""
    return False
