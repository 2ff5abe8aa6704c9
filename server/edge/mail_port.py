"""Accepts mail on a port, over LMTP or SMTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from mail.incoming.parsing import SIZE_MAX
from server.live.mail.intake import NoRoom, TooLarge
from server.live.mail.reception import Reception
from server.settings.mail_listener import MailListener

CONNECTIONS_MAX, RECIPIENTS_MAX = 50, 100
IDLE_S = 120.0
"""Maximum seconds from one command to the end of the next one. This also limits the transfer of a mail."""
LINE_MAX = 64 * 1024
"""Maximum bytes of a command."""
TRANSFER_MAX = 2 * SIZE_MAX
"""Maximum bytes of one mail with its commands. Beyond it, the connection is cut. It is more than SIZE_MAX, so that the
sender of a mail that is too large learns why it is refused."""
HELD_MAX = 4 * SIZE_MAX
"""Maximum bytes of all mails that are being received. Beyond it, mails are refused for now."""
BUSY = b"421 4.3.2 Too many connections. Try again later.\r\n"
_TOO_LARGE = f"552 5.3.4 The mail is too large. At most {SIZE_MAX} bytes are accepted."
_LATER = "451 4.3.0 The mail cannot be stored now. Try again later."
_END = b"\r\n.\r\n"

log = structlog.get_logger(__name__)


@asynccontextmanager
async def mail_port(listener: MailListener | None, reception: Reception) -> AsyncIterator[int | None]:
    """Accept mail during the `async with` block. Yields the number of the port, or None without a listener.

    Raises OSError if the port cannot be used.
    """
    if listener is None:
        yield None
        return
    loop, port = asyncio.get_running_loop(), MailPort(reception, listener.protocol)
    try:
        server = await loop.create_server(port.connection, listener.host, listener.port)
    except OSError as error:
        log.error("mail_port_not_opened", host=listener.host, port=listener.port, error=error.strerror)
        raise
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await port.close()
        await server.wait_closed()


class MailPort:
    """The connections of a port, and the answers to their commands."""

    def __init__(self, reception: Reception, protocol: str) -> None:
        self._reception = reception
        self._protocol = protocol
        self._held = 0
        self._open: set[asyncio.Protocol] = set()
        self._none_open = asyncio.Event()
        self._none_open.set()

    def connection(self) -> asyncio.Protocol:
        if len(self._open) >= CONNECTIONS_MAX:
            return _Busy()
        made = _LmtpConnection(self) if self._protocol == "lmtp" else _SmtpConnection(self)
        return made

    async def close(self) -> None:
        """Cut all connections. The sender delivers a mail again later if the desk has not acknowledged it."""
        for connection in list(self._open):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        await self._none_open.wait()

    def opened(self, connection: asyncio.Protocol) -> None:
        self._open.add(connection)
        self._none_open.clear()

    def closed(self, connection: asyncio.Protocol) -> None:
        self._open.discard(connection)
        if not self._open:
            self._none_open.set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._reception.takes(address):
            return "550 5.1.1 There is no such address here."
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients. Send the mail to the others separately."
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        """The answer to a command if the program fails on it. The answer makes the mail server try again later."""
        log.error("mail_command_failed", exc_info=error)
        return _LATER

    async def stored(self, raw: bytes, envelope: Envelope) -> str:
        """Store a mail. Returns the answer to the mail server."""
        sender = (envelope.mail_from or "").removeprefix("<>").encode("utf-8", "surrogateescape")
        recipients = list(dict.fromkeys(envelope.rcpt_tos))
        try:
            await self._reception.store(raw, sender.decode("utf-8", "replace"), recipients)
        except TooLarge:
            return _TOO_LARGE
        except NoRoom:
            return _LATER
        except Exception:
            log.exception("mail_not_stored")
            return _LATER
        return "250 2.6.0 The mail is stored."

    def hold(self, size: int) -> bool:
        """Reserve memory for `size` more bytes of a mail. Returns False if that exceeds HELD_MAX."""
        if self._held + size > HELD_MAX:
            return False
        self._held += size
        return True

    def release(self, size: int) -> None:
        self._held -= size


class _Connection(SMTP):
    """A connection with limits on connections, lines and bytes."""

    line_length_limit = LINE_MAX

    def __init__(self, port: MailPort) -> None:
        super().__init__(
            port,
            data_size_limit=SIZE_MAX,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="Switchboard",
            timeout=IDLE_S,
            loop=asyncio.get_running_loop(),
        )
        self._port = port
        self._bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._port.opened(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._port.closed(self)

    def data_received(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > TRANSFER_MAX and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
            return
        super().data_received(data)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self._bytes = 0
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        """Receive a mail into one buffer. The library's own method would keep an object for each line of the mail."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        assert self.envelope is not None
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 First name a recipient.")
            return
        # The mail then always stands between two line breaks. The buffer is empty: senders wait for the answer 354.
        self._reader.feed_data(b"\r\n")
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        mail = _Arriving(self._port)
        try:
            while not mail.complete:
                mail.take(await self._arrived())
            status = mail.refusal or await self._port.stored(mail.content(), self.envelope)
            await self.answer_mail(status, len(self.envelope.rcpt_tos))
        finally:
            mail.drop()
            self.envelope = Envelope()

    async def answer_mail(self, status: str, recipients: int) -> None:
        await self.push(status)

    async def _arrived(self) -> bytes:
        """The next bytes of the mail. Never includes bytes after the end of the mail."""
        try:
            return await self._reader.readuntil(_END)
        except asyncio.LimitOverrunError as more:
            return await self._reader.read(more.consumed)


class _Arriving:
    """A mail that the desk is receiving."""

    def __init__(self, port: MailPort) -> None:
        self._port = port
        self._content = bytearray()
        self.refusal: str | None = None
        self.complete = False

    def take(self, received: bytes) -> None:
        self.complete = received.endswith(_END)
        if self.refusal is not None:
            return
        if len(self._content) + len(received) > SIZE_MAX + 2 * len(_END):
            self.refusal = _TOO_LARGE
        elif not self._port.hold(len(received)):
            self.refusal = "452 4.3.1 Too many mails arrive. Try again later."
        else:
            self._content += received
        if self.refusal is not None:
            self.drop()

    def content(self) -> bytes:
        """The mail without the dots that the sender has added to lines that begin with a dot (RFC 5321, 4.5.2)."""
        return bytes(self._content[: 2 - len(_END)].replace(b"\r\n.", b"\r\n")[2:])

    def drop(self) -> None:
        self._port.release(len(self._content))
        self._content = bytearray()


class _SmtpConnection(_Connection):
    """Mail over SMTP: one answer for all recipients."""


class _LmtpConnection(_Connection, LMTP):
    """Mail over LMTP: after the mail, one answer for each recipient (RFC 2033, 4.2)."""

    async def answer_mail(self, status: str, recipients: int) -> None:
        for _ in range(recipients):
            await self.push(status)


class _Busy(asyncio.Protocol):
    """A connection that was opened while CONNECTIONS_MAX others were open. It gets the answer BUSY, and is closed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(BUSY)
        transport.close()
