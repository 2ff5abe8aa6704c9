"""Clients, the companies that customers work for: rules for their names and email domains. Pure."""

from __future__ import annotations

import re

from identity.errors import invalid
from texts.visible import fault_of_line

NAME_MAX = 200
PUBLIC_DOMAINS = frozenset({
    "126.com", "163.com", "aim.com", "aol.com", "bellsouth.net", "btinternet.com", "comcast.net", "cox.net",
    "duck.com", "email.com", "fastmail.com", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch",
    "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de",
    "hotmail.fr", "hushmail.com", "icloud.com", "inbox.com", "laposte.net", "libero.it", "live.ca",
    "live.co.uk", "live.com", "mac.com", "mail.com", "mail.ru", "mailinator.com", "me.com", "msn.com",
    "orange.fr", "outlook.com", "outlook.de", "outlook.fr", "pm.me", "posteo.de", "proton.me", "protonmail.ch",
    "protonmail.com", "qq.com", "rediffmail.com", "rocketmail.com", "rogers.com", "sbcglobal.net", "shaw.ca",
    "sina.com", "sky.com", "sympatico.ca", "t-online.de", "telus.net", "tutanota.com", "verizon.net",
    "virginmedia.com", "wanadoo.fr", "web.de", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
})  # fmt: skip
"""Domains where anybody can get an email address. An address there says nothing about the employer."""

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")


def name_key(name: str) -> str:
    """The form for comparing names: case and spacing do not matter."""
    return " ".join(name.split()).casefold()


def domain_of(email: str | None) -> str | None:
    """The domain of an email address, if the domain may identify a client. None for a public domain, or if `email` is
    None."""
    domain = email.rpartition("@")[2].lower() if email else ""
    return domain if domain and domain not in PUBLIC_DOMAINS else None


def checked_name(name: str) -> str:
    """A client's name in the form that is stored. Raises Refused(invalid) if it is empty, is longer than NAME_MAX, or
    has characters that cannot be printed."""
    called = " ".join(name.split())
    if not 1 <= len(called) <= NAME_MAX or not called.isprintable() or fault_of_line(called):
        raise invalid("name", f"A client's name needs 1 to {NAME_MAX} printable characters.")
    return called


def checked_domain(domain: str) -> str:
    """An email domain in the form that is stored. Raises Refused(invalid) for a bad or public domain."""
    wanted = domain.strip().removeprefix("@").rstrip(".").lower()
    try:
        wanted = wanted.encode("idna").decode() if not wanted.isascii() else wanted
    except UnicodeError:
        wanted = ""
    if len(wanted) > 253 or not _DOMAIN.fullmatch(wanted):
        raise invalid("domain", f"{domain[:80]!r} is not an email domain. Write it like company.example.")
    if wanted in PUBLIC_DOMAINS:
        raise invalid(
            "domain",
            f"Anybody can have an address at {wanted}, so it cannot identify a client. Use the company's own domain.",
        )
    return wanted
