"""The settings: `SWITCHBOARD_…` variables, or a `.env` where the program is started.

A bad setting stops the start, all of them at once: `load` raises SettingsFaults, whose lines are
`WHERE: VALUE: what would be right`. Secrets, and addresses that may hold one, are never shown.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from attachments.disk_space import ReserveSize, reserve_size
from identity.actor import ROLES, Role
from identity.clients import checked_domain
from identity.passwords import words_of
from refusals import Refused
from server.settings.origins import host_of, origin_of
from texts.addresses import is_email

PREFIX = "SWITCHBOARD_"
SECRET_MIN = 32
"""Characters in a secret that is given."""

Network = IPv4Network | IPv6Network


class SettingsFaults(Exception):
    """Settings that the program cannot start with. `faults` are sentences for people, one for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one person may ask; the unverified of one address together get twenty times as much."""

    chats_per_hour: int = 10
    commands_per_10s: int = 60
    connections: int = 20
    """Sockets at once."""
    idle: int = 256
    """Connections of one address that ask for nothing."""
    waiting: int = 5
    """Chats of one address that wait, or whose customer owes the answer, before a proof of work is asked for."""
    off: bool = False
    """No limits at all: for load tests."""


class Settings(BaseSettings):
    """What may be set, with its defaults. Fields are the variables in small letters, without the prefix."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_default=False,
    )

    data: Annotated[Path, BeforeValidator(lambda value: _path(value).absolute())] = Field(
        default_factory=lambda: user_data_path("switchboard", appauthor=False)
    )
    """The folder for everything that is kept, made if it is not there."""
    database_url: Annotated[SecretStr | None, BeforeValidator(lambda value: _database(value))] = None
    """PostgreSQL; None for SQLite in `data`."""
    redis_url: Annotated[SecretStr | None, BeforeValidator(lambda value: _redis(value))] = None
    secret: Annotated[SecretStr, BeforeValidator(lambda value: _secret(value))] = SecretStr("")
    """What tokens are signed with. Made, and kept in `data`, where SQLite is used and none is given."""
    hours: Annotated[Path, BeforeValidator(lambda value: _path(value))] = Path("hours.yaml")
    base_url: Annotated[str, BeforeValidator(lambda value: _base(value))] = "http://127.0.0.1:8000"
    """Where people reach this desk, without a slash at the end; `serve` puts its own address for it when unset."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(lambda value: _hosts(value))] = ()
    """Hosts that are answered besides that of `base_url`; pages work at `base_url` alone."""
    smtp_url: Annotated[SecretStr | None, BeforeValidator(lambda value: _smtp(value))] = None
    """None: mail goes to files in `data`/mail."""
    widget_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(lambda value: _origins(value))] = ()
    """Origins of pages that may carry the widget besides our own; `("*",)` for any."""
    identity_secret: Annotated[
        dict[str, tuple[SecretStr, ...]], NoDecode, BeforeValidator(lambda value: _identity(value))
    ] = {}
    """Secrets of host sites by `kid`, `""` for the one that has none; two of one `kid` while it is replaced."""
    identity_domains: Annotated[
        dict[str, frozenset[str]], NoDecode, BeforeValidator(lambda value: _domains(value))
    ] = {}
    """Mail domains that each host site speaks for, by `kid`; one without must say that an address is verified."""
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(lambda value: _networks(value))] = ()
    challenge_url: Annotated[str | None, BeforeValidator(lambda value: _endpoint(value))] = None
    """Where an outside service says whether a response was given to a person; None for the built-in work alone."""
    challenge_site_key: Annotated[str | None, BeforeValidator(lambda value: _site_key(value))] = None
    challenge_secret: Annotated[SecretStr | None, BeforeValidator(lambda value: _token(value))] = None
    metrics_token: Annotated[SecretStr | None, BeforeValidator(lambda value: _token(value))] = None
    """None: metrics are for loopback only."""
    security_contact: Annotated[str | None, BeforeValidator(lambda value: _contact(value))] = None
    """Where holes are reported, as an address with its scheme: what `security.txt` says."""
    brand_name: Annotated[str, BeforeValidator(lambda value: _name(value))] = "Mediaocean"
    brand_color: Annotated[str | None, BeforeValidator(lambda value: _color(value))] = None
    """`#rrggbb`; None for the accent of the design."""
    upload_reserve: Annotated[ReserveSize, NoDecode, BeforeValidator(lambda value: _reserve(value))] = ReserveSize()
    """What uploads leave free of the disk."""
    second_factor: Annotated[tuple[Role, ...], NoDecode, BeforeValidator(lambda value: _roles(value))] = ()
    """Roles that may do nothing in a browser but set up a second factor, until they have one."""
    rate_limits: Annotated[Limits, NoDecode, BeforeValidator(lambda value: _limits(value))] = Limits()

    _demo: bool = PrivateAttr(default=False)
    _listens_on: str | None = PrivateAttr(default=None)

    def listens_at(self, url: str, host: str) -> None:
        """Have people reach this desk where it listens: at `url`, on the address `host` of this machine."""
        self.base_url = url
        self._listens_on = host

    @property
    def base_url_given(self) -> bool:
        """Did somebody say where people reach this desk? Then that one address counts."""
        return self._listens_on is None and "base_url" in self.model_fields_set

    @property
    def listens_on(self) -> str:
        """The address of this machine that the server listens on, where BASE_URL is not given."""
        return self._listens_on or "127.0.0.1"

    @property
    def demo(self) -> bool:
        """Is this the demo, which offers its sample people? Never read from the environment."""
        return self._demo

    @demo.setter
    def demo(self, on: bool) -> None:
        self._demo = on

    @property
    def embedded(self) -> bool:
        """Is everything kept in the data folder, on SQLite?"""
        return self.database_url is None

    @property
    def storage_url(self) -> str:
        """Where everything is kept, as `storage.opening.open_storage` reads it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'switchboard.db'}"

    @property
    def guessed_words(self) -> frozenset[str]:
        """Words of the desk's name and host, which no password may consist of."""
        return words_of(self.brand_name, urlsplit(self.base_url).hostname)

    def secret_bytes(self) -> bytes:
        """What tokens are signed with."""
        return self.secret.get_secret_value().encode()

    def identity_secrets(self) -> dict[str, list[bytes]]:
        """What host sites sign identities with, by `kid`."""
        return {
            kid: [secret.get_secret_value().encode() for secret in secrets]
            for kid, secrets in self.identity_secret.items()
        }

    @model_validator(mode="after")
    def _have_a_secret(self) -> Settings:
        if not self.secret.get_secret_value():
            if not self.embedded:
                raise PydanticCustomError(
                    "secret",
                    "at least {least} characters, needed with {name}",
                    {"least": SECRET_MIN, "name": f"{PREFIX}DATABASE_URL"},
                )
            self.secret = SecretStr(_kept_secret(self.data))
        return self

    @model_validator(mode="after")
    def _a_challenge_is_whole(self) -> Settings:
        parts = {"URL": self.challenge_url, "SITE_KEY": self.challenge_site_key, "SECRET": self.challenge_secret}
        missing = [name for name, value in parts.items() if value is None]
        if 0 < len(missing) < len(parts):
            raise PydanticCustomError(
                "data",
                "{name}: unset: all of CHALLENGE_URL, CHALLENGE_SITE_KEY and CHALLENGE_SECRET, or none",
                {"name": f"{PREFIX}CHALLENGE_{missing[0]}"},
            )
        return self

    @model_validator(mode="after")
    def _domains_are_of_sites(self) -> Settings:
        found = dict(self.identity_domains)
        if "" in found and "" not in self.identity_secret and len(self.identity_secret) == 1:
            # What names no site is about the only one.
            found |= {kid: found.pop("") for kid in self.identity_secret}
        for kid in found.keys() - self.identity_secret.keys():
            name = f"{PREFIX}IDENTITY_DOMAINS"
            raise PydanticCustomError(
                "data",
                "{name}: {kid}: a kid of {secret}",
                {"name": name, "kid": repr(kid), "secret": f"{PREFIX}IDENTITY_SECRET"},
            )
        self.identity_domains = found
        return self


def load(**given: Any) -> Settings:
    """The settings as the environment and `.env` have them; `given` outranks both, None for the default of
    what can be unset. Raises SettingsFaults."""
    faults = _unknown_names()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsFaults(
            [_sentence(detail, given) for detail in error.errors(include_url=False)] + faults
        ) from None
    except UnicodeDecodeError:
        raise SettingsFaults([".env: not text: text in UTF-8", *faults]) from None
    except OSError as error:
        raise SettingsFaults([f".env: {error.strerror}: a file that this user may read"]) from None
    if faults:
        raise SettingsFaults(faults)
    return settings


def load_untouched(data: Path | None = None) -> tuple[Settings, bool]:
    """The settings as `load` has them, with nothing made in the data folder; and whether a secret was given. On SQLite
    without one, theirs is of no use. Raises SettingsFaults."""
    given = {} if data is None else {"data": data}
    # Given a secret, none is made.
    settings = load(secret=secrets.token_urlsafe(48), **given)
    try:
        secret_given = _SecretAlone().secret is not None
    except ValidationError:
        secret_given = True
    return (load(**given) if secret_given or not settings.embedded else settings), secret_given


class _SecretAlone(BaseSettings):
    """Was one given?"""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )
    secret: SecretStr | None = None


_HOURS = Path("hours.yaml")


class _HoursAlone(BaseSettings):
    """The one setting that is of use while others are bad."""

    model_config = Settings.model_config
    hours: Path = _HOURS


def hours_in_spite(given: Path | None = None) -> Path:
    """Where the hours file is, whatever else the settings have wrong, so that its faults can be said with theirs."""
    if given is not None:
        return given
    try:
        return _HoursAlone().hours.expanduser()
    except (ValidationError, UnicodeDecodeError, OSError):
        return _HOURS


# -- what a variable may say -----------------------------------------------------------


def _wrong(right: str, value: object = None) -> NoReturn:
    """`value` is shown only where it is given: by readers of what is not secret."""
    shown = "" if value is None else f"{str(value)[:80]!r}: "
    raise PydanticCustomError("setting", "{sentence}", {"sentence": f"{shown}{right}"})


def _path(value: object) -> Path:
    return Path(str(value)).expanduser()


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


def _database(value: object) -> SecretStr | None:
    right = "an address like postgresql://user:password@host:5432/name, or unset for SQLite in the data folder"
    return _url(value, ("postgresql", "postgres"), right)


def _redis(value: object) -> SecretStr | None:
    return _url(value, ("redis", "rediss", "unix"), "an address like redis://host:6379/0, or unset")


def _smtp(value: object) -> SecretStr | None:
    return _url(value, ("smtp", "smtps"), "an address like smtp://user:password@host:587, or unset for mail in files")


def _secret(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if len(text) < SECRET_MIN:
        _wrong(f"at least {SECRET_MIN} characters, as `openssl rand -base64 32` gives them")
    return SecretStr(text)


def _token(value: object) -> SecretStr | None:
    if value is None:
        return None
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        _wrong("letters, digits and signs without spaces, as a header can carry them")
    return SecretStr(text)


def _endpoint(value: object) -> str | None:
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


def _site_key(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", text):
        _wrong("the site key that the service gave, without spaces", value)
    return text


def _base(value: object) -> str:
    text = str(value)
    origin = origin_of(text)
    if origin is None:
        _wrong("the address of this desk without a path, like https://support.example.com", value)
    return origin


def _hosts(value: object) -> tuple[str, ...]:
    right = "names or addresses of hosts like desk.internal, separated by commas"
    words = _words(value)
    if not words and isinstance(value, str):
        _wrong(right, value)
    found = [host_of(word) or _wrong(right, word) for word in words]
    return tuple(dict.fromkeys(found))


def _origins(value: object) -> tuple[str, ...]:
    words = _words(value)
    if not words:
        _wrong("origins like https://planner.example.com, separated by commas, or *", value)
    if "*" in words:
        return ("*",) if words == ["*"] else _wrong("either * alone, or a list of origins", value)
    right = "origins like https://planner.example.com, separated by commas, or *"
    return tuple(dict.fromkeys(origin_of(word) or _wrong(right, word) for word in words))


def _identity(value: object) -> dict[str, tuple[SecretStr, ...]]:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    right = "one secret, or kid:secret,kid:secret for several sites, a kid twice while its secret is replaced"
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) == 1 and ":" not in parts[0]:
        parts = [":" + parts[0]]
    found: dict[str, tuple[SecretStr, ...]] = {}
    for part in parts:
        kid, colon, secret = part.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_.-]{0,64}", kid):
            _wrong(right)
        kept = _secret(secret)
        if kept in found.get(kid, ()):
            _wrong("each secret once: one stands there twice with the same kid")
        found[kid] = (*found.get(kid, ()), kept)
    return found or _wrong(right)


def _domains(value: object) -> dict[str, frozenset[str]]:
    right = "kid:company.example|other.example,kid:… with the mail domains of each site"
    found: dict[str, frozenset[str]] = {}
    for word in _words(value):
        kid, _, domains = word.rpartition(":")
        try:
            named = frozenset(checked_domain(domain) for domain in domains.split("|"))
        except Refused as refused:
            _wrong(refused.message, word)
        found[kid] = found.get(kid, frozenset()) | named
    return found or _wrong(right, value)


def _networks(value: object) -> tuple[Network, ...]:
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


def _contact(value: object) -> str | None:
    if value is None:
        return None
    text = str(value).strip()
    if is_email(text.removeprefix("mailto:")) and text.isascii():
        return f"mailto:{text.removeprefix('mailto:')}"
    if not re.fullmatch(r"https://[\x21-\x7e]+", text):
        _wrong("a mail address like security@example.com, or an address of a page with https://", value)
    return text


def _name(value: object) -> str:
    text = " ".join(str(value).split())
    if not 1 <= len(text) <= 80 or not text.isprintable():
        _wrong("a name of 1 to 80 characters", value)
    return text


def _color(value: object) -> str | None:
    if value is None:
        return None
    text = str(value).lower()
    if not re.fullmatch(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", text):
        _wrong("a colour like #0a6e8a, in quotes in a .env", value)
    return text if len(text) == 7 else "#" + "".join(digit * 2 for digit in text[1:])


def _reserve(value: object) -> ReserveSize:
    if isinstance(value, ReserveSize):
        return value
    try:
        return reserve_size(str(value))
    except ValueError:
        _wrong("an amount like 1GiB or 500MiB, or a share of the disk like 5%", value)


def _roles(value: object) -> tuple[Role, ...]:
    words = _words(value)
    unknown = [word for word in words if word not in ROLES]
    if unknown or (not words and isinstance(value, str)):
        right = f"roles out of {', '.join(ROLES)}, separated by commas; unset for none"
        _wrong(right, unknown[0] if unknown else value)
    return tuple(role for role in ROLES if role in words)


_RATES = {
    "chats": ("chats_per_hour", "/h"),
    "commands": ("commands_per_10s", "/10s"),
    "connections": ("connections", ""),
    "idle": ("idle", ""),
    "waiting": ("waiting", ""),
}


def _limits(value: object) -> Limits:
    if isinstance(value, Limits):
        return value
    right = "chats=10/h,commands=60/10s,connections=20,idle=256,waiting=5, some of these, or off"
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


# -- the secret that is made here ------------------------------------------------------


def _kept_secret(data: Path) -> str:
    """The secret in the data folder, made at the first start; only its owner may read it."""
    file = data / "secret"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _make_secret(file)
        kept = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise PydanticCustomError(
            "data",
            "{path}: {reason}: a folder that this user may write to",
            {
                "path": str(file if data.is_dir() else data),
                "reason": reason,
            },
        ) from None
    if len(kept) < SECRET_MIN:
        raise PydanticCustomError(
            "data", "{path}: too short: the secret that was made there, or no such file", {"path": str(file)}
        )
    return kept


def _make_secret(file: Path) -> None:
    # Two processes may start at once: the link is made by one of them, and both read what it made.
    draft = file.with_name(f"secret.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(48) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()


# -- faults, said ----------------------------------------------------------------------


def _sentence(detail: Any, given: Mapping[str, Any]) -> str:
    message = str(detail["msg"])
    if detail["type"] == "data":
        return message
    name = str(detail["loc"][0]) if detail["loc"] else "secret"
    if detail["type"] == "secret":
        return f"{_where(name, given)}: unset: {message}"
    return f"{_where(name, given)}: {message}"


def _where(name: str, given: Mapping[str, Any]) -> str:
    """Where a setting comes from: the command line, the environment, or a line of `.env`."""
    variable = PREFIX + name.upper()
    if name in given:
        return f"--{name}"
    if any(key.upper() == variable for key in os.environ):
        return variable
    lines = [number for number, key in _lines_of_env() if key == variable]
    return f".env:{lines[-1]}: {variable}" if lines else variable


def _lines_of_env(behind: str = "=") -> list[tuple[int, str]]:
    """(line, name in capitals) of what the `.env` sets for this program; or has something else `behind` the name."""
    try:
        text = Path(".env").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    found = (
        (number, re.match(rf"\s*(?:export\s+)?(\w+)\s*(?:{behind})", line))
        for number, line in enumerate(text.splitlines(), 1)
    )
    named = [(number, match[1].upper()) for number, match in found if match]
    return [(number, name) for number, name in named if name.startswith(PREFIX)]


def _unknown_names() -> list[str]:
    """Names with our prefix that mean nothing. In the environment only those that look like a slip of the pen:
    a cluster may set others there, such as `SWITCHBOARD_SERVICE_HOST`."""
    known = [name.upper() for name in Settings.model_fields]
    faults: list[str] = []
    for name in sorted({key.upper() for key in os.environ if key.upper().startswith(PREFIX)}):
        near = _nearest(name, known)
        if near and near != name:
            faults.append(f"{name}: not a setting: did you mean {near}?")
    faults += [f".env:{line}: {name}: no value: {name}=VALUE" for line, name in _lines_of_env(r"(?:#.*)?$|[^\w\s=]")]
    for line, name in _lines_of_env():
        if name.removeprefix(PREFIX) not in known:
            near = _nearest(name, known)
            hint = f"did you mean {near}?" if near else f"{PREFIX} with one of {', '.join(known)}"
            faults.append(f".env:{line}: {name}: not a setting: {hint}")
    return faults


def _nearest(name: str, known: Sequence[str]) -> str | None:
    found = difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1, cutoff=0.75)
    return PREFIX + found[0] if found else None
