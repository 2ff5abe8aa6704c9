"""The mailboxes of the demo's customers. An answer to a letter reaches the desk in the same way as a real mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from clock import Clock
from refusals import Refused
from server.demo.letters import AUTHSERV_ID
from server.live.mail.intake import NoRoom
from server.live.mail.reception import Reception


class Mailboxes:
    """Answers letters as the customers of the demo. The user of the demo owns all mailboxes, so every answer has an
    `Authentication-Results` header that says that its sender is genuine."""

    def __init__(self, reception: Callable[[], Reception], clock: Clock) -> None:
        self._reception = reception
        self._clock = clock

    async def answer(self, letter: EmailMessage, text: str) -> None:
        """Answer a letter that has a reply address. Raises Refused(`unavailable`) if the answer cannot be stored."""
        mail = answer_to(letter, text, self._clock())
        try:
            await self._reception().store(mail.as_bytes(policy=SMTP), _address(letter, "To"), [_address(mail, "To")])
        except NoRoom as error:
            raise Refused("unavailable", "Your answer could not be stored. Try again later.") from error


def answer_to(letter: EmailMessage, text: str, now: int) -> EmailMessage:
    """The answer `text` to a letter, as a mail program would write it. It also has the `Authentication-Results` header
    that the desk's mail server would add."""
    sender = _address(letter, "To")
    mail = EmailMessage()
    mail["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from={sender.rpartition('@')[2]}"
    mail["From"], mail["To"] = sender, _address(letter, "Reply-To")
    subject = str(letter["Subject"]).strip()
    mail["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    mail["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["In-Reply-To"] = str(letter["Message-ID"])
    part = letter.get_body(("plain",))
    quoted = [] if part is None else [f"> {line}".rstrip() for line in str(part.get_content()).splitlines()]
    mail.set_content("\n".join((text, "", f"On {letter['Date']}, {letter['From']} wrote:", *quoted)))
    return mail


def _address(message: EmailMessage, header: str) -> str:
    return str(message[header].addresses[0].addr_spec)
