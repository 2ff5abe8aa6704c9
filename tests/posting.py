"""Mail from outside to a desk of the tests, as its mail server hands it over."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import httpx2

from tests.mail.sink import Sink, mail_sink
from tests.running import Frame, RunningDesk, SettableClock, running

DOMAIN, MX = "help.example", "mx.help.example"
ANA = "ana@northlake.example"
Posted = tuple[RunningDesk, Sink]
"""A desk that takes mail, and the sink of its letters."""


@asynccontextmanager
async def posted_desk(
    data: Path,
    clock: SettableClock,
    database_url: str | None = None,
    authserv_id: str | None = MX,
    rate_limits: str | None = None,
) -> AsyncIterator[tuple[RunningDesk, Sink]]:
    """A desk that takes mail over LMTP, and sends its letters to a sink."""
    async with mail_sink() as sink:
        started = running(
            data,
            clock,
            database_url,
            smtp_url=sink.url,
            mail_domain=DOMAIN,
            mail_listen="lmtp://127.0.0.1:0",
            mail_authserv_id=authserv_id,
            rate_limits=rate_limits,
        )
        async with started as desk:
            yield desk, sink


def written(text: str, *, sender: str = f"Ana Ruiz <{ANA}>", proof: str | None = "pass", **headers: str) -> bytes:
    """A mail. `proof`: what the mail server found about its sender; None if it did not look."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if proof is not None:
        domain = sender.rpartition("@")[2].rstrip(">")
        lines.insert(0, f"Authentication-Results: {MX}; dmarc={proof} header.from={domain}")
    return "\r\n".join([*lines, f"From: {sender}", "", text.replace("\n", "\r\n")]).encode()


async def post(desk: RunningDesk, raw: bytes, to: str, sender: str = ANA) -> None:
    """Hand a mail over, and wait until the desk has acted on it."""
    await hand_over(desk, raw, [to], sender)
    await desk.desk.reception.idle()


async def hand_over(desk: RunningDesk, raw: bytes, to: list[str], sender: str = ANA) -> dict[str, tuple[int, bytes]]:
    """Hand a mail over. Returns the refusals by recipient."""
    port = desk.app.mail_port
    assert port is not None

    def send() -> dict[str, tuple[int, bytes]]:
        with smtplib.LMTP("127.0.0.1", port) as connection:
            return connection.sendmail(sender, to, raw)

    return await asyncio.to_thread(send)


async def letters(desk: RunningDesk, sink: Sink, to: str | None = None) -> list[EmailMessage]:
    """All letters that the desk has sent, or those to one address, as they came. Only those about one ticket to one
    address come in their order."""
    await desk.desk.delivery.idle()
    sent = [message_from_bytes(content, policy=default) for content in sink.contents]
    return [letter for letter in sent if to in (None, letter["To"].addresses[0].addr_spec)]


async def ticket(agent: httpx2.AsyncClient, number: int) -> Frame:
    """A ticket as staff see it."""
    found: Frame = (await agent.get(f"/api/tickets/{number}")).json()
    return found


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def answer(letter: EmailMessage, text: str, *, proof: str | None = "pass", **headers: str) -> tuple[bytes, str]:
    """An answer to a letter as mail programs write it, and where it goes."""
    to = letter["Reply-To"].addresses[0].addr_spec
    quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    body = f"{text}\n\nOn Wed, Nov 25, 2026 at 10:12 AM Media <{to}> wrote:\n\n{quoted}\n"
    known = {
        "Message_ID": f"<{abs(hash((text, to)))}@northlake.example>",
        "In_Reply_To": str(letter["Message-ID"]),
        "Subject": f"Re: {letter['Subject']}",
        "To": to,
    }
    return written(body, proof=proof, **(known | headers)), to
