"""Parsers of the settings.

For a wrong value, a parser raises ValueError with a sentence that says what would be right. The sentence shows the
value, unless the value is secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from attachments.disk_space import ReserveSize, reserve_size
from identity.actor import ROLES, Role
from identity.clients import checked_domain
from knowledge.videos import PLAYERS
from refusals import Refused
from server.settings.mail_listener import MailListener
from server.settings.mail_listener import mail_listener as address_of_listener
from server.settings.origins import host_of, origin_of
from texts.addresses import email_address, is_email
from widgets.shared.brand_logo import read_logo

SECRET_MIN = 32
"""Minimum number of characters of a secret."""

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one person. The limits of all unverified people of one network address together are twenty times as
    high."""

    chats_per_hour: int = 10
    commands_per_10s: int = 60
    connections: int = 20
    """Maximum number of open sockets of one person."""
    idle: int = 256
    """Maximum number of idle connections of one network address (`server.edge.connections`)."""
    waiting: int = 5
    """Maximum number of chats of one network that may begin without a proof of work.

    A chat is not counted while its last message is the customer's answer to the agent.
    """
    off: bool = False
    """If true, these limits are off, for load tests."""


def _wrong(right: str, value: object = None) -> NoReturn:
    """Raise ValueError. Its text is `value` and then the sentence `right`, which says what would be right.

    If the value is secret, omit `value`.
    """
    shown = "" if value is None else f"{str(value)[:80]!r}: "
    raise PydanticCustomError("setting", "{sentence}", {"sentence": f"{shown}{right}"})


def path(value: object) -> Path:
    return Path(str(value)).expanduser()


def absolute_path(value: object) -> Path:
    return path(value).absolute()


def _url(value: object, schemes: Sequence[str], right: str) -> SecretStr | None:
    if value is None:
        return None
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and (bool(parts.hostname) or "host=" in parts.query or parts.scheme == "unix")
        _ = parts.port
    except ValueError:
        fits = False
    if not fits:
        _wrong(right)
    return SecretStr(text)


def database_url(value: object) -> SecretStr | None:
    right = "an address like postgresql://user:password@host:5432/name, or unset for SQLite in the data folder"
    return _url(value, ("postgresql", "postgres"), right)


def redis_url(value: object) -> SecretStr | None:
    if value is None:
        return None
    # Only desks with Redis load its library.
    from bus.adapters import redis_client

    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    try:
        redis_client.check(text)
    except ValueError:
        _wrong("an address like redis://host:6379/0, unix:///path or redis+sentinel://host,host/name, or unset")
    return SecretStr(text)


def redis_prefix(value: object) -> str:
    text = str(value)
    if re.fullmatch(r"[A-Za-z0-9._:-]{1,60}", text, re.ASCII) is None:
        _wrong("1 to 60 letters, digits or characters of ._:-", value)
    return text


def smtp_url(value: object) -> SecretStr | None:
    return _url(
        value, ("smtp", "smtps"), "an address like smtp://user:password@host:587, or unset to write emails to files"
    )


def mail_domain(value: object) -> str | None:
    if value is None:
        return None
    host = host_of(str(value))
    if host is None or "." not in host:
        _wrong("the domain of a mail server, like help.example.com", value)
    return host


def mail_listener(value: object) -> MailListener | None:
    if value is None or isinstance(value, MailListener):
        return value
    return address_of_listener(str(value)) or _wrong("an address like lmtp://127.0.0.1:2424 or smtp://…", value)


def authserv_id(value: object) -> str | None:
    if value is None:
        return None
    text = str(value).strip()
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,255}", text):
        _wrong("the name in the Authentication-Results of your mail server, like mx.example.com", value)
    return text


def email(value: object) -> str | None:
    if value is None:
        return None
    return email_address(str(value)) or _wrong("an email address like support@example.com", value)


def days(value: object) -> int:
    text = str(value).strip()
    if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
        _wrong("a number of days from 1 to 9999", value)
    return int(text)


def secret(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if len(text) < SECRET_MIN:
        _wrong(f"at least {SECRET_MIN} characters, for example from `openssl rand -base64 32`")
    return SecretStr(text)


def token(value: object) -> SecretStr | None:
    if value is None:
        return None
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        _wrong("printable ASCII characters without spaces")
    return SecretStr(text)


def https_endpoint(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    try:
        parts = urlsplit(text)
        own = parts.hostname in ("127.0.0.1", "localhost", "::1") and parts.port is not None
    except ValueError:
        parts, own = urlsplit(""), False
    if not parts.hostname or parts.username or parts.fragment or not (parts.scheme == "https" or own):
        _wrong("an https address, like https://challenges.cloudflare.com/turnstile/v0/siteverify", value)
    return text


def issuer(value: object) -> str | None:
    """The issuer exactly as the provider writes it. A slash at the end is kept, because it makes a difference."""
    if value is None:
        return None
    text = str(value)
    try:
        parts = urlsplit(text)
        own = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        parts, own = urlsplit(""), False
    if not parts.hostname or parts.username or parts.query or parts.fragment or not (parts.scheme == "https" or own):
        _wrong("the https address of an OpenID Connect issuer, like https://login.example.com", value)
    return text


def client_id(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    if not re.fullmatch(r"[\x20-\x7e]{1,300}", text):
        _wrong("the client id that the provider gave to the desk", value)
    return text


def acr_values(value: object) -> tuple[str, ...]:
    words = _words(value)
    fits = all(re.fullmatch(r"[\x21-\x7e]{1,200}", word) for word in words)
    if not fits or (not words and isinstance(value, str)):
        _wrong("values of `acr`, like urn:example:mfa, separated by commas; unset for none", value)
    return tuple(dict.fromkeys(words))


def site_key(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", text):
        _wrong("the site key from the service, without spaces", value)
    return text


def base_url(value: object) -> str:
    text = str(value)
    origin = origin_of(text)
    if origin is None:
        _wrong("the address of this desk without a path, like https://support.example.com", value)
    return origin


def hosts(value: object) -> tuple[str, ...]:
    right = "names or addresses of hosts like desk.internal, separated by commas"
    words = _words(value)
    if not words and isinstance(value, str):
        _wrong(right, value)
    found = [host_of(word) or _wrong(right, word) for word in words]
    return tuple(dict.fromkeys(found))


def origins(value: object) -> tuple[str, ...]:
    words = _words(value)
    if not words:
        _wrong("origins like https://planner.example.com, separated by commas, or *", value)
    if "*" in words:
        return ("*",) if words == ["*"] else _wrong("either * alone, or a list of origins", value)
    right = "origins like https://planner.example.com, separated by commas, or *"
    return tuple(dict.fromkeys(origin_of(word) or _wrong(right, word) for word in words))


def identity_secrets(value: object) -> dict[str, tuple[SecretStr, ...]]:
    given = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    right = "one secret, or kid:secret,kid:secret for several sites (a kid twice while its secret is being replaced)"
    parts = [part.strip() for part in given.split(",") if part.strip()]
    if len(parts) == 1 and ":" not in parts[0]:
        parts = [":" + parts[0]]
    found: dict[str, tuple[SecretStr, ...]] = {}
    for part in parts:
        kid, colon, text = part.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_.-]{0,64}", kid):
            _wrong(right)
        kept = secret(text)
        if kept in found.get(kid, ()):
            _wrong("each secret once: one is listed twice with the same kid")
        found[kid] = (*found.get(kid, ()), kept)
    return found or _wrong(right)


def identity_domains(value: object) -> dict[str, frozenset[str]]:
    right = "kid:company.example|other.example,kid:… with the email domains of each site"
    found: dict[str, frozenset[str]] = {}
    for word in _words(value):
        kid, _, domains = word.rpartition(":")
        try:
            named = frozenset(checked_domain(domain) for domain in domains.split("|"))
        except Refused as refused:
            _wrong(refused.message, word)
        found[kid] = found.get(kid, frozenset()) | named
    return found or _wrong(right, value)


def networks(value: object) -> tuple[Network, ...]:
    found: list[Network] = []
    words = _words(value)
    if not words and isinstance(value, str):
        _wrong("addresses or networks like 10.0.0.0/8, separated by commas", value)
    for word in words:
        try:
            found.append(ip_network(word))
        except ValueError:
            _wrong("addresses or networks like 10.0.0.0/8, separated by commas", word)
    return tuple(found)


def security_contact(value: object) -> str | None:
    if value is None:
        return None
    text = str(value).strip()
    if is_email(text.removeprefix("mailto:")) and text.isascii():
        return f"mailto:{text.removeprefix('mailto:')}"
    if not re.fullmatch(r"https://[\x21-\x7e]+", text):
        _wrong("an email address like security@example.com, or an https:// address of a page", value)
    return text


def brand_name(value: object) -> str:
    text = " ".join(str(value).split())
    if not 1 <= len(text) <= 80 or not text.isprintable():
        _wrong("a name of 1 to 80 characters", value)
    return text


def color(value: object) -> str | None:
    if value is None:
        return None
    text = str(value).lower()
    if not re.fullmatch(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", text):
        _wrong("a color like #0a6e8a, in quotes in a .env", value)
    return text if len(text) == 7 else "#" + "".join(digit * 2 for digit in text[1:])


def logo(value: object) -> Path | None:
    if value is None:
        return None
    file = absolute_path(value)
    try:
        read_logo(file)
    except (ValueError, OSError) as error:
        _wrong(f"{error.strerror}: a file" if isinstance(error, OSError) else str(error), value)
    return file


def reserve(value: object) -> ReserveSize:
    if isinstance(value, ReserveSize):
        return value
    try:
        return reserve_size(str(value))
    except ValueError:
        _wrong("an amount like 1GiB or 500MiB, or a share of the disk like 5%", value)


def roles(value: object) -> tuple[Role, ...]:
    words = _words(value)
    unknown = [word for word in words if word not in ROLES]
    if unknown or (not words and isinstance(value, str)):
        right = f"a list of roles ({', '.join(ROLES)}), separated by commas; unset for none"
        _wrong(right, unknown[0] if unknown else value)
    return tuple(role for role in ROLES if role in words)


def video_hosts(value: object) -> tuple[str, ...]:
    words = [word.lower() for word in _words(value)]
    unknown = [word for word in words if word not in PLAYERS]
    if unknown or (not words and isinstance(value, str)):
        right = f"a list of hosts of videos ({', '.join(PLAYERS)}), separated by commas; unset for none"
        _wrong(right, unknown[0] if unknown else value)
    return tuple(host for host in PLAYERS if host in words)


_RATES = {
    "chats": ("chats_per_hour", "/h"),
    "commands": ("commands_per_10s", "/10s"),
    "connections": ("connections", ""),
    "idle": ("idle", ""),
    "waiting": ("waiting", ""),
}


def limits(value: object) -> Limits:
    if isinstance(value, Limits):
        return value
    right = "chats=10/h,commands=60/10s,connections=20,idle=256,waiting=5, or some of these, or off"
    if str(value).strip() == "off":
        return Limits(off=True)
    found: dict[str, Any] = {}
    words = _words(value)
    if not words:
        _wrong(right, value)
    for word in words:
        name, _, rate = word.partition("=")
        field, unit = _RATES.get(name, ("", ""))
        match = re.fullmatch(rf"([1-9]\d{{0,8}}){unit}", rate, re.ASCII)
        if not field or match is None or field in found:
            _wrong(right, word)
        found[field] = int(match[1])
    return Limits(**found)


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return [word for word in re.split(r"[,\s]+", value) if word]
    return [str(word) for word in value] if isinstance(value, Iterable) else [str(value)]
