"""Mail that the demo's desk holds back, so that staff can see how to decide about it."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.parsing import Envelope
from server.demo.letters import AUTHSERV_ID
from server.settings import Settings
from storage.ports import Tx

_HOUR_MS = 3_600_000
FINANCE, MEDIA = "finance@support.example", "media@support.example"


def hold_back(tx: Tx, settings: Settings, answered: str, sender: str, at: int) -> None:
    """Store two mails as if a mail server had delivered them 66 and 71 hours after `at`. The desk reads them when it
    starts.

    The first mail answers the letter with the Message-ID `answered`, but nothing proves that the mail comes from
    `sender`. The second mail is automatic, and is not an answer to a letter.
    """
    without_proof = _mail(
        sender,
        FINANCE,
        "Re: Please add our new cost centre to the invoices",
        "Please use cost centre 4420 instead, and send the invoices to this address from now on.",
    )
    without_proof["Authentication-Results"] = f"{AUTHSERV_ID}; spf=softfail; dkim=none; dmarc=none"
    without_proof["In-Reply-To"] = answered
    automatic = _mail(
        "newsletter@adtrends.example",
        MEDIA,
        "Five trends in media buying this winter",
        "You get this letter because you came to our webinar in September.",
    )
    automatic["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from=adtrends.example"
    automatic["Auto-Submitted"] = "auto-generated"
    automatic["List-Id"] = "<trends.adtrends.example>"
    for hours, mail in ((66, without_proof), (71, automatic)):
        _store(tx, settings, mail, at + hours * _HOUR_MS)


def _mail(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail.set_content(text)
    return mail


def _store(tx: Tx, settings: Settings, mail: EmailMessage, at: int) -> None:
    mail["Message-ID"] = f"<{at}@{str(mail['From']).rpartition('@')[2]}>"
    raw = mail.as_bytes(policy=SMTP)
    digest = FolderOfMails(folder_of(settings.data)).save(raw)
    SqlIncomingMails().add(tx, Envelope(str(mail["From"]), str(mail["To"])), digest, len(raw), at)
