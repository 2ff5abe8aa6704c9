"""Hands emails to the mail server of SMTP_URL."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.errors import SMTPDataError, SMTPRecipientsRefused

from mail.health import refuses_address
from mail.ports import NotAccepted

CONNECTIONS = 4
"""Maximum number of simultaneous connections to the mail server."""
TIMEOUT_S = 30.0
"""Time limit in seconds for connecting."""
DELIVERY_S = 120.0
"""Time limit in seconds for a whole delivery, including connecting. Some mail servers check a letter for a while
before they accept it.

The limit is much shorter than the lease of a letter, so that no other process sends the letter at the same time."""
QUIT_S = 2.0
"""Time limit in seconds for the answer to QUIT, so that the program ends even if the mail server does not answer."""
_FOR_GOOD = 500
"""Replies with this code or a higher one are permanent (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The parts of SMTP_URL. `required`: nothing is sent without TLS."""

    host: str
    port: int
    tls: bool
    required: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def mail_server(url: str) -> MailServer:
    """The mail server of a URL like `smtp://user:password@host:587?tls=required`."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if tls else 25),
        tls=tls,
        required=tls or parse_qs(parts.query).get("tls") == ["required"],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


class SmtpTransport:
    """Implements `mail.ports.Transport`.

    Simultaneous letters go over several connections, at most CONNECTIONS. Each connection is kept for further letters
    until `close`, until a letter fails on it, or until the server ends it.
    """

    def __init__(self, server: MailServer, timeout_s: float = TIMEOUT_S, delivery_s: float = DELIVERY_S) -> None:
        self._server = server
        self._timeout_s = timeout_s
        self._delivery_s = delivery_s
        self._free: list[SMTP] = []
        self._places = asyncio.Semaphore(CONNECTIONS)

    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        async with self._places:
            connection: SMTP | None = None
            try:
                async with asyncio.timeout(self._delivery_s):
                    connection = await self._connected()
                    await self._send(connection, message, sender, to)
            except NotAccepted:
                if connection is not None:
                    await _end(connection)
                raise
            except BaseException as error:
                if connection is not None:
                    connection.close()
                if isinstance(error, TimeoutError):
                    reason = f"The mail server did not accept the letter within {self._delivery_s:g} seconds."
                    raise NotAccepted(reason, for_good=False) from error
                raise
            self._free.append(connection)

    async def _send(self, connection: SMTP, message: EmailMessage, sender: str, to: str) -> None:
        try:
            if to.isascii():
                # `send_message` would fold the headers again, by another policy.
                content = await asyncio.to_thread(message.as_bytes)
                await connection.sendmail(sender, [to], content, timeout=self._delivery_s)
            else:
                await connection.send_message(message, sender=sender, recipients=[to], timeout=self._delivery_s)
        except SMTPRecipientsRefused as error:
            code, reason = (error.recipients[0].code, error.recipients[0].message) if error.recipients else (550, "")
            fails = refuses_address(code, reason)
            raise NotAccepted(f"{code} {reason}".strip(), for_good=code >= _FOR_GOOD, address_fails=fails) from error
        except SMTPResponseException as error:
            # An operator can correct a refused connection, password or sender. So the letter may be accepted later.
            final = error.code >= _FOR_GOOD and isinstance(error, SMTPDataError)
            fails = final and refuses_address(error.code, error.message)
            raise NotAccepted(f"{error.code} {error.message}", for_good=final, address_fails=fails) from error
        except (SMTPException, OSError) as error:
            raise self._no_answer(error) from error

    async def close(self) -> None:
        connections, self._free = self._free, []
        await asyncio.gather(*map(_end, connections))

    def _no_answer(self, error: Exception) -> NotAccepted:
        reason = f"No mail server answers at {self._server.host}:{self._server.port}: {_said(error)}"
        return NotAccepted(reason, for_good=False)

    async def _connected(self) -> SMTP:
        while self._free:
            connection = self._free.pop()
            try:
                await connection.noop()
            except (SMTPException, OSError):
                connection.close()
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        connection = self._new()
        try:
            await connection.connect()
        except SMTPResponseException as error:
            raise NotAccepted(f"{error.code} {error.message}", for_good=False) from error
        except (SMTPException, OSError) as error:
            raise self._no_answer(error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _new(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=True if server.required and not server.tls else None,
            # If TLS is not required, a local server with a self-signed certificate must be usable.
            validate_certs=server.required,
            timeout=self._timeout_s,
        )


async def _end(connection: SMTP) -> None:
    if not connection.is_connected:
        return
    try:
        await connection.quit(timeout=QUIT_S)
    except (SMTPException, OSError):
        connection.close()


def _said(error: Exception) -> str:
    if isinstance(error, SMTPServerDisconnected):
        return "the connection broke"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
