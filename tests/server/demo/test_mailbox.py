"""Answers from the demo's mailboxes, on a running desk."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import msgspec

from identity.actor import SYSTEM
from mail.adapters.incoming_store import SqlIncomingMails
from server.demo.letters import AUTHSERV_ID, DOMAIN
from server.demo.mailbox import Mailboxes
from tests.running import Frame, SettableClock, running

ANA = "ana@northlake.example"


async def test_answer_to_a_letter_becomes_a_reply_and_proves_the_address(tmp_path: Path) -> None:
    clock = SettableClock()
    async with running(tmp_path / "data", clock, mail_domain=DOMAIN, mail_authserv_id=AUTHSERV_ID) as desk:
        visitor = await desk.customer()
        request = {"team": "media", "text": "It is late.", "email": ANA, "name": "Ana"}
        number = (await desk.http(visitor.token).post("/api/tickets", json=request)).json()["number"]
        live = desk.desk
        await live.delivery.idle()
        (file,) = (desk.settings.data / "mail").glob("*.eml")
        letter = email.message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(letter, EmailMessage)

        await Mailboxes(lambda: live.reception, clock).answer(letter, "Since Monday.\n\nAna")
        await live.reception.idle()
        found = await live.storage.read(lambda tx: live.tickets.get(tx, SYSTEM, number, clock()))
        ticket: Frame = msgspec.json.decode(msgspec.json.encode(found))
        assert ticket["requester"]["verified"]
        replies = [event["text"] for event in ticket["transcript"] if event["type"] == "reply"]
        assert replies == ["It is late.", "Since Monday.\n\nAna"]
        (mail,) = await live.storage.read(lambda tx: SqlIncomingMails().of_ticket(tx, number))
        assert (mail.kind, mail.matched_by) == ("reply", "reply_address")
