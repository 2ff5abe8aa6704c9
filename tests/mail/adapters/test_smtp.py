from __future__ import annotations

import asyncio
import socket

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from mail.adapters.smtp import CONNECTIONS, DELIVERY_S, MailServer, SmtpTransport, mail_server
from mail.content import Content, Headers, email_of
from mail.ports import NotAccepted
from mail.service import LEASE_MS
from tests.mail.sink import Sink, mail_sink, served

MESSAGE = email_of(
    Content(from_name="Média", from_address="media@support.example", subject="Étude", text="Bonjour", html="<p>B</p>"),
    Headers(message_id="<a.b@help.example>", to="ana@northlake.example"),
    0,
)
SENDER, TO = "bounce+abc@help.example", "ana@northlake.example"


async def test_letters_go_over_one_connection_with_their_own_envelope() -> None:
    async with mail_sink() as sink:
        transport = SmtpTransport(mail_server(sink.url))
        for _ in range(2):
            await transport.send(MESSAGE, SENDER, TO)
        await transport.close()
    assert [(each.mail_from, each.rcpt_tos) for each in sink.taken] == [(SENDER, [TO])] * 2
    assert b"Message-ID: <a.b@help.example>" in sink.contents[0]


@pytest.mark.parametrize(("reply", "for_good"), [("451 Try later", False), ("550 No such mailbox", True)])
async def test_refusal_says_whether_another_attempt_helps(reply: str, for_good: bool) -> None:
    """The next letter is sent all the same."""
    async with mail_sink(reply) as sink:
        transport = SmtpTransport(mail_server(sink.url))
        with pytest.raises(NotAccepted, match=reply) as refused:
            await transport.send(MESSAGE, SENDER, TO)
        assert refused.value.for_good is for_good
        await transport.send(MESSAGE, SENDER, TO)
        await transport.close()
    assert len(sink.taken) == 1


class Strict(Sink):
    """Refuses the sender of the first letter."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.mail_from = address
        return "250 OK"


async def test_refused_sender_is_no_verdict_on_the_letter() -> None:
    """Somebody can mend the mail server, and the letter still leaves."""
    async with served(Strict(refusals=["553 Sender is not yours"])) as sink:
        transport = SmtpTransport(mail_server(sink.url))
        with pytest.raises(NotAccepted, match="553") as refused:
            await transport.send(MESSAGE, SENDER, TO)
        assert not refused.value.for_good
        await transport.send(MESSAGE, SENDER, TO)
        await transport.close()
    assert len(sink.taken) == 1


async def test_unreachable_server_is_tried_again_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        transport = SmtpTransport(mail_server(f"smtp://127.0.0.1:{taken.getsockname()[1]}"))
        with pytest.raises(NotAccepted, match=r"No mail server answers at 127\.0\.0\.1") as refused:
            await transport.send(MESSAGE, SENDER, TO)
    assert not refused.value.for_good


async def test_nothing_is_sent_without_tls_if_it_is_required() -> None:
    async with mail_sink() as sink:
        with pytest.raises(NotAccepted) as refused:
            await SmtpTransport(mail_server(f"{sink.url}?tls=required")).send(MESSAGE, SENDER, TO)
    assert sink.taken == [] and not refused.value.for_good


def test_address_of_a_mail_server_has_user_password_and_encryption() -> None:
    found = mail_server("smtp://us%40er:p%2Fw@mail.example:587?tls=required")
    assert found == MailServer("mail.example", 587, tls=False, required=True, user="us@er", password="p/w")
    assert "p/w" not in repr(found)
    assert mail_server("smtps://mail.example") == MailServer("mail.example", 465, tls=True, required=True)
    assert mail_server("smtp://mail.example") == MailServer("mail.example", 25, tls=False, required=False)


class Counting(Sink):
    """Holds its letters until as many connections as allowed are busy at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = self.most = 0
        self.full = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if self.at_once == CONNECTIONS:
            self.full.set()
        await self.full.wait()
        self.at_once -= 1
        return await super().handle_DATA(server, session, envelope)


async def test_simultaneous_letters_share_a_bounded_number_of_connections() -> None:
    async with served(Counting()) as sink:
        transport = SmtpTransport(mail_server(sink.url))
        async with asyncio.timeout(60):
            await asyncio.gather(*(transport.send(MESSAGE, SENDER, TO) for _ in range(3 * CONNECTIONS)))
        await transport.close()
    assert len(sink.taken) == 3 * CONNECTIONS and sink.most == CONNECTIONS


class Silent(Sink):
    """Gets letters, and never says whether it takes them."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await asyncio.Future()


async def test_delivery_that_takes_too_long_is_given_up_whole() -> None:
    async with served(Silent()) as sink:
        transport = SmtpTransport(mail_server(sink.url), delivery_s=0.2)
        with pytest.raises(NotAccepted, match=r"within 0\.2 seconds") as refused:
            await transport.send(MESSAGE, SENDER, TO)
        await transport.close()
    assert not refused.value.for_good


def test_delivery_ends_before_the_lease_even_if_it_begins_late() -> None:
    """The worker begins no letter in the second half of its lease."""
    assert LEASE_MS // 2 + DELIVERY_S * 1000 < LEASE_MS
