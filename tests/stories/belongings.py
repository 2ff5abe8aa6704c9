"""What belongs to each of the nine people of the matrix."""

from __future__ import annotations

from functools import partial
from itertools import count

from sqlalchemy import delete
from sqlmodel import col
from uuid_utils import uuid7

from identity.actor import SYSTEM
from identity.adapters import ban_store
from identity.adapters.sql_passkeys import SqlPasskeys
from identity.passkeys import Passkey
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_store import SqlIncomingMails
from mail.adapters.tables import LetterRow
from mail.incoming.bounce_report import BounceReport
from mail.incoming.parsing import Envelope
from mail.incoming.result import Result
from mail.letter import NewLetter
from storage.ports import Tx
from tests.attachments.samples import PDF
from tests.running import Client, Frame, RunningDesk, SettableClock
from tests.signing import Site
from tests.stories.matrix import (
    OWN,
    STAFF,
    THING,
    WITHOUT_TEAM,
    Actor,
    Owner,
    Row,
)
from tests.stories.nine_people import AGENT_OF, MARKS, NAMES, TEAM_OF, Answer, NinePeople
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import HandoverRow
from ticketing.ticket import Requester
from ticketing.wanted import Opening
from webhooks.message import NewMessage, Tried
from zendesk.adapters.store import SqlNumbers
from zendesk.numbers import Key

KANARIE = "kanarie 7f3a"
"""Stands in all that staff keep to themselves about every ticket and chat here."""
MISSING_NUMBER = 999_999
OWN_SESSION = "<own session>"

_TIMES = count(1)


class Belongings(NinePeople):
    """What everybody has. What a row uses up is made anew when it is asked for again."""

    def __init__(self, desk: RunningDesk, clock: SettableClock, site: Site) -> None:
        super().__init__(desk, clock, site)
        self._tickets: dict[Owner, list[int]] = {}
        self._files: dict[Owner, str] = {}
        self._views: dict[Owner, int] = {}
        self._chats: dict[Owner, str] = {}
        self._strays: dict[Actor, str] = {}

    async def thing(self, row: Row, owner: Owner, *, asker: Actor, own: bool) -> str | int:
        """What a row asks for of this owner; of staff themselves where it is theirs."""
        match row.thing:
            case "ticket":
                return (await self.tickets(owner))[1 if is_said(row) else 0]
            case "chat":
                return await self._chat_as(row, owner, asker, own=own)
            case "file":
                return await self.file(owner)
            case "upload":
                return await self.upload(asker if own and asker in STAFF and asker not in WITHOUT_TEAM else owner)
            case "session":
                return OWN_SESSION if own else await self._session(AGENT_OF[owner])
            case "passkey":
                return await self._passkey(asker if own and asker in STAFF else AGENT_OF[owner])
            case "team":
                return TEAM_OF[owner]
            case "colleague":
                return self.ids[AGENT_OF[owner]]
            case "employee":
                team = TEAM_OF[owner]
                return (await self._enrol(f"new{next(self._numbers)}@desk.example", "New", "agent", (team,))).id
            case "person":
                await self.tickets(owner)
                return self.ids[owner]
            case "words":
                return MARKS[owner]
            case "view":
                return await self._view(owner)
            case "proof":
                return self.proof(asker) if own else self.proof(owner, Site("a secret that the desk never heard of"))
            case "ban":
                return await self._ban()
            case "line":
                return await self._polled(None if own else AGENT_OF[owner])
            case None:
                return ""

    def missing(self, row: Row) -> str | int:
        """What there is none of."""
        if row.thing == "proof":
            return self.proof("nobody", Site("a secret that the desk never heard of"))
        named: dict[str | None, str | int] = {"ticket": MISSING_NUMBER, "team": "no-such-team", "words": "zircon 0000"}
        named["view"] = MISSING_NUMBER
        return "0" * 64 if row.thing == "session" else named.get(row.thing, str(uuid7()))

    async def _ban(self) -> str:
        """A block of nobody who is here."""
        now = self.clock()
        return (await self._write(lambda tx: ban_store.block(tx, SYSTEM, "customer", "nobody here", 1, now))).id

    async def _lift_all(self) -> None:
        """Whoever was blocked acts in the next row."""
        storage, now = self.desk.desk.storage, self.clock()
        for ban in await storage.read(lambda tx: ban_store.in_force(tx, now)):
            await self._write(partial(ban_store.lift, by=SYSTEM, id=ban.id, now=now))
        await self.desk.desk.bans.follow()

    async def _polled(self, of: Actor | None) -> str:
        """A line over HTTP on which something is told already: a customer's, or this one's of staff."""
        said = {"side": "staff" if of else "customer", "frames": [{"type": "ping", "id": "1"}]}
        answer = await self.http.post("/api/wire", json=said, headers=self.headers[of] if of else {})
        return str(answer.json()["line"])

    async def tickets(self, owner: Owner) -> list[int]:
        """Two tickets of theirs, with all that staff keep to themselves about them."""
        if owner not in self._tickets:
            self._tickets[owner] = [await self._ticket(owner), await self._ticket(owner)]
        return self._tickets[owner]

    async def failed_letter(self, number: int) -> int:
        """A letter about this ticket that the mail server refused."""
        letters, now = self.desk.desk.letters, self.clock()

        def unit(tx: Tx) -> int:
            id_ = letters.queue(tx, NewLetter(kind="reply", to="ana@elsewhere.example", ticket=number), now)
            letter = letters.find(tx, id_)
            assert letter is not None
            letters.refused(tx, letter, "550 No such mailbox", now, for_good=True)
            return id_

        return await self._write(unit)

    async def mail_about(self, number: int) -> int:
        """A mail that became a reply on this ticket, with a text that was cut off."""
        return await self._mail(Result(state="done", kind="reply", ticket=number, seq=1, quoted=f"> {KANARIE}"))

    async def suspended(self, number: int) -> int:
        """A mail for this ticket that staff must decide about."""
        if await self.desk.desk.storage.read(partial(SqlStore().find, number=number)) is None:
            return MISSING_NUMBER
        return await self._mail(Result(state="suspended", kind="reply", reason="stranger", ticket=number))

    async def _mail(self, result: Result) -> int:
        mails, now = SqlIncomingMails(), self.clock()
        raw = f"From: ana@elsewhere.example\r\nMessage-ID: <{uuid7()}@elsewhere.example>\r\n\r\n{KANARIE}\r\n".encode()
        digest = FolderOfMails(folder_of(self.desk.settings.data)).save(raw)

        def unit(tx: Tx) -> int:
            id_ = mails.add(tx, Envelope("ana@elsewhere.example", "media@desk.example"), digest, len(raw), now)
            assert id_ is not None
            mails.settle(tx, id_, result, now)
            return id_

        return await self._write(unit)

    async def bounced(self, number: int) -> None:
        """Let a letter to the requester of this ticket come back."""
        desk, now = self.desk.desk, self.clock()

        def unit(tx: Tx) -> None:
            ticket = SqlStore().find(tx, number)
            if ticket is None:
                return
            letter = desk.letters.find(tx, desk.ticket_letters.queue(tx, "received", ticket, now) or 0)
            assert letter is not None
            desk.letters.accepted(tx, letter, now)
            report = BounceReport((), permanent=True, reason="550 No", message_ids=(letter.message_id,))
            assert desk.bounces.bounced(tx, None, report, now) == number

        await self._write(unit)

    async def reachable(self, number: int) -> None:
        """Let letters go to the requester of this ticket again, and forget those with its conversation."""
        desk, now = self.desk.desk, self.clock()

        def unit(tx: Tx) -> None:
            ticket = SqlStore().find(tx, number)
            if ticket is not None:
                desk.bounces.try_again(tx, ticket, now)
            theirs = (col(LetterRow.ticket) == number, col(LetterRow.kind) == "transcript")
            tx.session.connection().execute(delete(LetterRow).where(*theirs))

        await self._write(unit)

    async def failed_handover(self, number: int) -> int:
        """A hand-over of this ticket, whose webhook failed. The desk calls no private address."""
        webhooks, now = self.desk.desk.webhooks.service, self.clock()
        time = next(_TIMES)
        team = f"product-{time}@accounts.example"

        def unit(tx: Tx) -> int:
            row = HandoverRow(ticket=number, solving=time, address=team, created_at=now)
            tx.session.add(row)
            tx.session.flush()
            assert row.id is not None
            webhooks.add(tx, team, "http://127.0.0.1:9/", now)
            webhooks.queue(tx, team, NewMessage("enhancement.handed_over", number, row.id, "{}"), now)
            webhooks.refused(
                tx, webhooks.of_ticket(tx, number)[-1], Tried(500, 3), "It answered 500.", now, for_good=True
            )
            return row.id

        return await self._write(unit)

    async def _ticket(self, owner: Owner) -> int:
        desk, now = self.desk.desk, self.clock()
        opening = Opening(
            channel="form",
            team=TEAM_OF[owner],
            product="Spectra OX",
            subject=f"About {MARKS[owner]}",
            by=SYSTEM,
            requester=Requester(self.ids[owner], NAMES[owner].title(), f"{owner}@elsewhere.example", verified=False),
            at=now,
            created_at=now,
        )
        number = (await self._write(lambda tx: desk.tickets.open(tx, opening))).number
        staff, path = self.headers[AGENT_OF[owner]], f"/api/tickets/{number}"
        kept = {"external_ref": KANARIE, "with": "product", "participants": ["kanarie@elsewhere.example"]}
        kept |= {"tags": [f"{MARKS[owner]}-{KANARIE}"], "priority": "high"}
        changed = await self.http.patch(path, headers=staff, json=kept)
        assert changed.status_code == 200, changed.text
        note = {"text": f"{KANARIE}: a note", "public": False}
        assert (await self.http.post(f"{path}/replies", headers=staff, json=note)).status_code == 200
        return number

    async def file(self, owner: Owner) -> str:
        """A file that hangs on their ticket."""
        if owner not in self._files:
            id_ = await self.upload(owner)
            path = f"/api/tickets/{(await self.tickets(owner))[1]}/replies"
            hung = await self.http.post(path, headers=self.headers[owner], json={"text": "See", "files": [id_]})
            assert hung.status_code == 200, hung.text
            self._files[owner] = id_
        return self._files[owner]

    async def _view(self, owner: Owner) -> int:
        """The number of a view of their team, as programs that were written for Zendesk know it."""
        if owner not in self._views:
            keeper = self.headers["supervisor" if AGENT_OF[owner] == "agent" else "other_supervisor"]
            view = {"name": "Open", "team": TEAM_OF[owner], "query": "", "filters": "status=open"}
            id_ = (await self.http.post("/api/views", headers=keeper, json=view)).json()["id"]
            # The view gets its number when it is first shown.
            assert (await self.http.get("/api/v2/views", headers=keeper)).status_code == 200
            key = Key("view", id_)
            self._views[owner] = (await self.desk.desk.storage.read(lambda tx: SqlNumbers().known(tx, [key])))[key]
        return self._views[owner]

    async def upload(self, actor: Actor) -> str:
        """A file that hangs on nothing yet."""
        made = await self.http.post("/api/files", headers=self.headers[actor], files={"file": ("plan.pdf", PDF)})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def _passkey(self, actor: Actor) -> str:
        """A passkey of a person of staff. Nobody has its private key."""
        id_, user, now = str(uuid7()), self.ids[actor], self.clock()
        new = Passkey(
            id=id_,
            user=user,
            kind="staff",
            credential=id_,
            public_key="",
            sign_count=0,
            name=KANARIE,
            created_at=now,
        )
        assert await self._write(lambda tx: SqlPasskeys().add_passkey(tx, new))
        return id_

    async def _session(self, actor: Actor) -> str:
        told = await self.http.get("/api/me/sessions", headers=self.headers[actor])
        return str(told.json()["sessions"][0]["id"])

    async def chat(self, owner: Owner) -> str:
        """Their chat, which goes on with their team's agent."""
        if owner not in self._chats:
            line, agent = self._lines["customer", owner], await self.line("staff", AGENT_OF[owner])
            started = await line.command(
                "chat.start", team=TEAM_OF[owner], text=f"It fails: {MARKS[owner]}", subject=f"About {MARKS[owner]}"
            )
            await self._begun(owner, line, agent, started["chat"])
        return self._chats[owner]

    async def _begun(self, owner: Owner, line: Client, agent: Client, chat: str) -> None:
        self._chats[owner] = chat
        await line.event("chat.assigned", chat=chat)
        await agent.event("chat.assigned", chat=chat)
        await agent.command("note.add", chat=chat, text=f"{KANARIE}: a note in the chat")

    async def _chat_as(self, row: Row, owner: Owner, asker: Actor, *, own: bool) -> str:
        chat = await self.chat(owner)
        if row.in_chat == "closed":
            await self._end(owner)
        elif row.in_chat == "watched" and own and asker in ("supervisor", "other_supervisor"):
            await (await self.line("staff", asker)).command("chat.watch", chat=chat)
        return chat

    async def _end(self, owner: Owner) -> None:
        if chat := self._chats.pop(owner, None):
            await self._lines["customer", owner].command("chat.end", chat=chat)

    async def without_chat(self, actor: Actor) -> None:
        """Nothing of theirs goes on, so that they may begin."""
        if actor in MARKS:
            await self._end(OWN[actor])
        elif stray := self._strays.pop(actor, None):
            await self._lines["customer", actor].command("chat.end", chat=stray)

    async def forget(self, row: Row, actor: Actor, answer: Answer, frame: Frame | None) -> None:
        """What the row has used up."""
        if not row.ends or answer.word != "ok":
            return
        if row.what.endswith("/bans"):
            await self._lift_all()
        elif row.what.startswith("PATCH") or row.what.endswith("/merge"):
            del self._tickets[OWN[actor]]
            self._files.pop(OWN[actor], None)
        elif row.what in ("staff chat.take", "staff chat.transfer"):
            await self._end(OWN[actor])
        elif not row.what.endswith("chat.start"):
            del self._chats[OWN[actor]]
        elif frame is not None:
            self._strays[actor] = frame["chat"]


def is_said(row: Row) -> bool:
    """Is the thing named in what is said, and not by the path?"""
    return THING in str([row.says, row.query])
