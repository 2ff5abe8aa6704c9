"""What `switchboard doctor` looks at: is this desk set up so that it can serve, and what is to be mended?

Nothing is changed by looking. Each check gives findings: what was found, how bad it is, and what to do.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from resource import RLIMIT_NOFILE, getrlimit
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytz

from attachments.adapters.disk_reserve import DiskReserve
from routing.adapters import hours_file
from server.live.hours import faults_of, without_calendar
from server.operations.doctor_store import examine_database, is_up_to_date
from server.operations.exposure import of_metrics, of_modes, of_secrets, of_sites
from server.operations.findings import Finding, bad, fine, warning
from server.serving import is_served
from server.settings import PREFIX, Settings, SettingsFaults
from storage.opening import open_storage

if TYPE_CHECKING:
    from routing.desk import Desk

Checks = Iterator[Finding]

DISK_BAD = 100 * 1024 * 1024
DISK_SCARCE = 1024 * 1024 * 1024
FILES_MIN = 4_096
"""Open files, each connection being one, below which a busy desk runs out of them."""
SMTP_S = 5.0
ZONES_YEARS = 2
"""So old may the rules of the world's clocks be."""
_BUILT = 2026


def examine(load: Callable[[], Settings], now: datetime | None = None) -> Iterator[Finding]:
    """Everything, in the order in which it is worth mending. Bad settings end it: the rest is read by them."""
    try:
        settings = load()
    except SettingsFaults as faults:
        yield from (bad("settings", fault, "put it right there; the rest is looked at then") for fault in faults.faults)
        return
    yield fine("settings", "every one can be read")
    yield from examine_settings(settings)
    yield from examine_folder(settings)
    yield from examine_database(settings)
    yield from examine_hours(settings)
    yield from examine_mail(settings)
    yield from examine_machine(now or datetime.now(UTC))


# -- settings that are right, and yet not wise ---------------------------------------------


def examine_settings(settings: Settings) -> Checks:
    """What each setting means together with the others."""
    if settings.redis_url is not None:
        yield bad("redis", "REDIS_URL is set, and this version keeps everything in one process", "unset it")
    yield from _of_addresses(settings)
    yield from of_secrets(settings)
    yield from of_metrics(settings)
    yield from of_sites(settings)
    if settings.rate_limits.off:
        yield warning("limits", "RATE_LIMITS is off: nothing limits what anybody asks", "unset it, but for load tests")


def _of_addresses(settings: Settings) -> Checks:
    base = urlsplit(settings.base_url)
    if not settings.base_url_given:
        yield warning(
            "addresses",
            "BASE_URL is unset: links in mail name the address that the server listens on",
            f"set {PREFIX}BASE_URL to where people reach this desk",
        )
    elif base.scheme == "http" and not _is_here(base.hostname):
        yield warning(
            "addresses",
            f"BASE_URL is {settings.base_url}: sessions and chats go over the network in the clear",
            "put a proxy with TLS in front, and write https:// there",
        )
    else:
        yield fine("addresses", f"people reach this desk at {settings.base_url}")
    if base.scheme == "https" and not settings.trusted_proxies:
        yield warning(
            "addresses",
            "BASE_URL is https and TRUSTED_PROXIES unset: everybody seems to come from the proxy, "
            "and shares its limits",
            f"set {PREFIX}TRUSTED_PROXIES to the address of the proxy that speaks TLS",
        )
    for network in settings.trusted_proxies:
        if network.prefixlen == 0:
            yield bad(
                "addresses",
                f"TRUSTED_PROXIES has {network}: anybody may claim any address, and so escape all limits",
                "name the proxies alone",
            )
    if "*" in settings.widget_origins:
        yield warning(
            "addresses", "WIDGET_ORIGINS is *: any page may carry the widget", "name the sites that are to carry it"
        )
    for origin in settings.widget_origins:
        host = urlsplit(origin).hostname if origin != "*" else None
        if host is not None and origin.startswith("http://") and not _is_here(host):
            yield warning(
                "addresses",
                f"WIDGET_ORIGINS has {origin}: whoever is on the way may change that page, and the chat",
                "serve the site by https",
            )


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


# -- the data folder -----------------------------------------------------------------------


def examine_folder(settings: Settings) -> Checks:
    """May we write there, may nobody else read there, and is there room?"""
    folder = settings.data
    if not folder.exists():
        yield fine("data", f"{folder}: not there yet; the first start makes it")
    elif not folder.is_dir():
        yield bad("data", f"{folder}: not a folder", "name another with --data")
        return
    else:
        yield from _of_folder(folder)
    there = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    yield _of_disk(there, DiskReserve(there, settings.upload_reserve))
    if settings.embedded and (kind := _network_disk(there)):
        yield bad(
            "data",
            f"{there}: on a network's disk ({kind}), where SQLite's log does not work",
            "choose a folder on a local disk, or PostgreSQL by DATABASE_URL",
        )


def _of_disk(folder: Path, reserve: DiskReserve) -> Finding:
    free, floor = reserve.free(), reserve.floor()
    said = f"{folder}: {_size(free)} free on its disk; uploads stop below {_size(floor)}"
    if free < DISK_BAD:
        return bad("data", said, "make room: messages need some too")
    if free < max(floor, DISK_SCARCE):
        return warning("data", said, f"make room, or see {PREFIX}UPLOAD_RESERVE")
    return fine("data", said)


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB" if count >= 1024**3 else f"{count // 1024**2} MiB"


def _of_folder(folder: Path) -> Checks:
    trial = folder / "doctor.trial"
    try:
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        yield bad("data", f"{folder}: {error.strerror}", "let this user write there, or name another with --data")
    else:
        yield fine("data", f"{folder}: can be written to")
    yield from of_modes(folder)


def _network_disk(folder: Path) -> str | None:
    """The kind of network file system that a folder is on; None for a local one, and where we cannot tell."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return None
    holding = [fields for fields in mounts if len(fields) > 2 and folder.resolve().is_relative_to(fields[1])]
    kind = max(holding, key=lambda fields: len(fields[1]))[2] if holding else ""
    return kind if kind.startswith(("nfs", "cifs", "smb", "fuse.sshfs", "afs", "ceph", "glusterfs")) else None


# -- hours -----------------------------------------------------------------------------------


def examine_hours(settings: Settings) -> Checks:
    """Every fault of the file, and what a team may be surprised by."""
    faults = _faults_of_hours(settings)
    if faults:
        mend = "put it right: the server does not start with it"
        if is_served(settings):
            mend = "put it right: the server that runs keeps the hours it had before, and would not start again"
        yield from (bad("hours", fault, mend) for fault in faults)
        return
    desk = hours_file.load(settings.hours)
    yield fine("hours", f"{settings.hours}: {len(desk.teams)} teams, {len(desk.schedules)} schedules, {desk.timezone}")
    yield from _of_teams(desk)


def _faults_of_hours(settings: Settings) -> Sequence[str]:
    """Those of the file; where it is good, the teams that it lacks and the database names."""
    faults = faults_of(settings.hours)
    if faults or not is_up_to_date(settings):
        return faults

    async def look() -> Sequence[str]:
        storage = await open_storage(settings.storage_url)
        try:
            return await storage.read(lambda tx: faults_of(settings.hours, tx))
        finally:
            await storage.close()

    return asyncio.run(look())


def _of_teams(desk: Desk) -> Checks:
    open_teams = list(desk.open_to_chats())
    if not open_teams:
        yield warning("hours", "no team takes chats: all are retired", "add one, or take `retired` from one")
    for key in dict.fromkeys(team.schedule for team in open_teams):
        if not any(desk.schedules[key].week):
            yield warning("hours", f"schedule {key} is never open but by exceptions", "give it spans, if it should be")
    endless = [key for key, team in desk.teams.items() if team.queue_max is None and not team.retired]
    if endless:
        yield warning(
            "hours",
            f"the queue of {', '.join(endless)} has no end (queue_max: none): one address may hold any part of it",
            "give queue_max a number; 100 unless said otherwise",
        )
    for key in without_calendar(desk):
        if desk.schedules[key].exceptions:
            yield fine("hours", f"schedule {key} has no public calendar; its own exceptions count")
        else:
            yield warning(
                "hours",
                f"schedule {key} has no public calendar and no exceptions: it is open on all holidays",
                f"name a calendar under schedules: {key}: holidays, or days under except",
            )


# -- mail ------------------------------------------------------------------------------------


def examine_mail(settings: Settings) -> Checks:
    """Does a mail server answer where SMTP_URL says?"""
    if settings.smtp_url is None:
        yield fine("mail", f"SMTP_URL is unset: mail is written to {settings.data / 'mail'}")
        return
    parts = urlsplit(settings.smtp_url.get_secret_value())
    host, secure = parts.hostname or "", parts.scheme == "smtps"
    port = parts.port or (465 if secure else 25)
    try:
        with _mail_server(host, port, secure=secure) as server:
            server.ehlo_or_helo_if_needed()
            encrypted = secure or server.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        yield bad(
            "mail",
            f"SMTP_URL: no mail server answers at {host}:{port} ({reason})",
            "see whether host and port are right, and the server runs",
        )
        return
    yield fine("mail", f"a mail server answers at {host}:{port}")
    if parts.password and not encrypted and not _is_here(host):
        right = "use smtps://, or a server with STARTTLS"
        yield warning("mail", f"{host}:{port} takes the password in the clear", right)


def _mail_server(host: str, port: int, *, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port, timeout=SMTP_S, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=SMTP_S)


# -- the machine -----------------------------------------------------------------------------


def examine_machine(now: datetime) -> Checks:
    """Its clock, what it knows of other clocks, and how many connections it lets us have."""
    if now.year < _BUILT:
        yield bad("clock", f"this machine believes that it is {now:%Y-%m-%d}", "set its clock, and keep it by NTP")
    else:
        yield fine("clock", f"it is {now:%Y-%m-%d %H:%M} UTC")
    rules = str(getattr(pytz, "OLSON_VERSION", ""))
    if rules[:4].isdigit() and now.year - int(rules[:4]) > ZONES_YEARS:
        yield warning("clock", f"the rules of time zones are those of {rules}", "install a newer pytz")
    most = getrlimit(RLIMIT_NOFILE)[1]
    if 0 <= most < FILES_MIN:
        yield warning("limits", f"this user may open {most} files, and each connection is one", "raise `ulimit -Hn`")
