"""Recognizes the email addresses that the desk makes for replies and bounces, and makes the ids of people who are known
by an address alone. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from texts.addresses import normal_email

MAIL_AUTHOR = "mail-"
"""The ids of such authors begin with this."""
_REPLY = re.compile(r"reply\+([a-z2-7]{26})@([^@]+)")
_ANY = re.compile(r"(?:reply|bounce)\+.*@([^@]+)", re.DOTALL)


def mail_author(address: str) -> str:
    """The id of the author of mails from an address that has no account. `address` is in lower case."""
    return f"{MAIL_AUTHOR}{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def reply_token(address: str, domain: str | None) -> str | None:
    """The token in an address like `reply+TOKEN@domain`. None for any other address."""
    found = _REPLY.fullmatch(address.strip().lower())
    return found[1] if found is not None and found[2] == domain else None


def is_made_here(address: str, domain: str | None) -> bool:
    """True for a reply or bounce address of this domain, even if its token is wrong."""
    found = _ANY.fullmatch(address.strip().lower())
    return found is not None and found[1] == domain


def is_of_desk(address: str, domain: str | None, emails: Iterable[str]) -> bool:
    """True if mail to this address is for the desk. `emails`: the email addresses of the desk's teams."""
    return is_made_here(address, domain) or normal_email(address) in map(normal_email, emails)
