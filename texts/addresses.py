"""Mail addresses: the one check of the whole desk, and how they are kept and compared."""

from __future__ import annotations

import email_validator
from email_validator import EmailNotValidError, validate_email

if "local" in email_validator.SPECIAL_USE_DOMAIN_NAMES:
    # By `.local` many a company calls its own hosts: its mail arrives where the desk is.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("local")

EMAIL_MAX = 254
"""Characters in a mail address, as RFC 3696's erratum 1690 has it."""


LABEL_MAX = 63
"""Characters between two dots of a host."""


def mail_address(text: str) -> str | None:
    """A mail address as it is kept; None for what is none. Whether mail arrives there, only mail can tell.

    The host is in lower case and in ASCII (`xn--…`), so that letters which look like others are seen for what they
    are. It has a dot and is valid by IDNA 2008. What stands before the @ is as it was written, in NFC.
    """
    address = text.strip()
    if not 3 <= len(address) <= EMAIL_MAX or max(map(len, address.rpartition("@")[2].split("."))) > LABEL_MAX:
        return None
    try:
        known = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    kept = f"{known.local_part}@{known.ascii_domain}"
    return kept if len(kept) <= EMAIL_MAX else None


def is_email(address: str) -> bool:
    """Is this a mail address?"""
    return mail_address(address) is not None


def normal_email(email: str) -> str:
    """An address as it is compared: as it is kept, in lower case. What is no address is only made lower case."""
    return (mail_address(email) or email.strip()).lower()
