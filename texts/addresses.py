"""Checks email addresses, and converts them to the forms that are stored and compared."""

from __future__ import annotations

import re

import email_validator
from email_validator import EmailNotValidError, validate_email

if "local" in email_validator.SPECIAL_USE_DOMAIN_NAMES:
    # Many companies use `.local` for internal hosts, and the server delivers mail there.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("local")

EMAIL_MAX = 254
"""Maximum characters in an email address (RFC 3696, erratum 1690)."""

LABEL_MAX = 63
"""Maximum characters in one part of a host name (RFC 1035)."""

_PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+[A-Za-z0-9]")


def email_address(text: str) -> str | None:
    """The address in the form that is stored. None if `text` is not an email address.

    The local part stays as written, in NFC. The host is in lower case and in ASCII (`xn--…`), so that look-alike
    letters are visible. The host must have a dot and be valid under IDNA 2008. Whether the mailbox exists is not
    checked.
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
    return email_address(address) is not None


def normal_email(email: str) -> str:
    """The form of an address for comparisons: equal addresses have the same form.

    This is the stored form in lower case. Text that is not an address is stripped and returned in lower case.
    """
    if _PLAIN.fullmatch(email) and "xn--" not in email.lower():
        # Checking it would change nothing, and takes much longer.
        return email.lower()
    return (email_address(email) or email.strip()).lower()
