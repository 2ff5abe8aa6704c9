"""The checks of `switchboard doctor`: settings, data folder, database, hours, mail and machine. They leave everything
as it was."""

from __future__ import annotations

import asyncio
import shutil
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

from attachments.adapters.disk_reserve import DiskReserve, DiskUsage
from routing.adapters import hours_file
from server.live.hours.hours_faults import faults_of, without_calendar
from server.operations.doctor_bus import examine_bus
from server.operations.doctor_hosts import examine_hosts
from server.operations.doctor_newer_rows import examine_newer_rows
from server.operations.doctor_redis import examine_redis
from server.operations.doctor_retention import examine_retention
from server.operations.doctor_sign_on import examine_sign_on
from server.operations.doctor_store import examine_database, is_up_to_date
from server.operations.exposure import of_metrics, of_modes, of_secrets, of_sites
from server.operations.findings import Finding, bad, fine, warning
from server.operations.lock import is_served
from server.settings import PREFIX, Settings, SettingsFaults
from storage.opening import open_storage

if TYPE_CHECKING:
    from routing.desk import Desk

Checks = Iterator[Finding]

DISK_BAD = 100 * 1024 * 1024
DISK_SCARCE = 1024 * 1024 * 1024
FILES_MIN = 4_096
"""If the limit of open files is lower than this, a busy desk runs out of them, because every connection needs one."""
SMTP_S = 5.0
ZONES_YEARS = 2
"""Maximum age of the time zone rules, in years."""
_BUILT = 2026


def examine(
    load: Callable[[], Settings],
    now: datetime | None = None,
    usage: Callable[[Path], DiskUsage] = shutil.disk_usage,
) -> Iterator[Finding]:
    """The findings of all checks, in the order in which the operator should correct them.

    If the settings are invalid, only the settings are checked, because the other checks need valid settings.
    """
    try:
        settings = load()
    except SettingsFaults as faults:
        yield from (
            bad("settings", fault, "correct it, then run the check again for the rest") for fault in faults.faults
        )
        return
    yield fine("settings", "all settings are valid")
    yield from examine_settings(settings)
    yield from examine_folder(settings, usage)
    yield from examine_database(settings)
    yield from examine_newer_rows(settings)
    yield from examine_retention(settings)
    yield from examine_bus(settings)
    yield from examine_redis(settings)
    yield from examine_hosts(settings)
    yield from examine_hours(settings)
    yield from examine_mail(settings)
    yield from examine_sign_on(settings)
    yield from examine_machine(now or datetime.now(UTC))


# -- settings that are valid but unwise ----------------------------------------------------


def examine_settings(settings: Settings) -> Checks:
    yield from _of_addresses(settings)
    yield from of_secrets(settings)
    yield from of_metrics(settings)
    yield from of_sites(settings)
    if settings.rate_limits.off:
        yield warning("limits", "RATE_LIMITS is off: requests are not limited", "unset it, except for load tests")


def _of_addresses(settings: Settings) -> Checks:
    base = urlsplit(settings.base_url)
    if not settings.base_url_given:
        yield warning(
            "addresses",
            "BASE_URL is unset: links in email use the address the server listens on",
            f"set {PREFIX}BASE_URL to the public address of this desk",
        )
    elif base.scheme == "http" and not _is_here(base.hostname):
        yield warning(
            "addresses",
            f"BASE_URL is {settings.base_url}: sessions and chats are sent unencrypted",
            "put a TLS proxy in front, and set an https:// address",
        )
    else:
        yield fine("addresses", f"the public address is {settings.base_url}")
    if base.scheme == "https" and not settings.trusted_proxies:
        yield warning(
            "addresses",
            "BASE_URL is https, but TRUSTED_PROXIES is unset: all requests seem to come from the proxy "
            "and share its limits",
            f"set {PREFIX}TRUSTED_PROXIES to the address of the TLS proxy",
        )
    for network in settings.trusted_proxies:
        if network.prefixlen == 0:
            yield bad(
                "addresses",
                f"TRUSTED_PROXIES has {network}: anyone can claim any address and avoid all limits",
                "list only the proxies",
            )
    yield from _of_origins(settings)


def _of_origins(settings: Settings) -> Checks:
    if "*" in settings.widget_origins:
        yield warning(
            "addresses", "WIDGET_ORIGINS is *: any page can embed the widget", "list the sites that may embed it"
        )
    for origin in settings.widget_origins:
        host = urlsplit(origin).hostname if origin != "*" else None
        if host is not None and origin.startswith("http://") and not _is_here(host):
            yield warning(
                "addresses",
                f"WIDGET_ORIGINS has {origin}: that page and its chat can be changed in transit",
                "serve the site over https",
            )


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


# -- the data folder -----------------------------------------------------------------------


def examine_folder(settings: Settings, usage: Callable[[Path], DiskUsage]) -> Checks:
    folder = settings.data
    if not folder.exists():
        yield fine("data", f"{folder}: doesn't exist yet; the first start creates it")
    elif not folder.is_dir():
        yield bad("data", f"{folder}: not a folder", "choose another with --data")
        return
    else:
        yield from _of_folder(folder)
    there = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    yield _of_disk(there, DiskReserve(there, settings.upload_reserve, usage))
    if settings.embedded and (kind := _network_disk(there)):
        yield bad(
            "data",
            f"{there}: on a network disk ({kind}), where SQLite's log doesn't work",
            "choose a folder on a local disk, or set DATABASE_URL to PostgreSQL",
        )


def _of_disk(folder: Path, reserve: DiskReserve) -> Finding:
    free, floor = reserve.free(), reserve.floor()
    said = f"{folder}: {_size(free)} free on this disk; uploads stop below {_size(floor)}"
    if free < DISK_BAD:
        return bad("data", said, "free up space: messages need it too")
    if free < max(floor, DISK_SCARCE):
        return warning("data", said, f"free up space, or lower {PREFIX}UPLOAD_RESERVE")
    return fine("data", said)


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB" if count >= 1024**3 else f"{count // 1024**2} MiB"


def _of_folder(folder: Path) -> Checks:
    trial = folder / "doctor.trial"
    try:
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        yield bad("data", f"{folder}: {error.strerror}", "let this user write there, or choose another with --data")
    else:
        yield fine("data", f"{folder}: writable")
    yield from of_modes(folder)


def _network_disk(folder: Path) -> str | None:
    """The type of the network file system on which a folder is. None if the file system is local or unknown."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return None
    holding = [fields for fields in mounts if len(fields) > 2 and folder.resolve().is_relative_to(fields[1])]
    kind = max(holding, key=lambda fields: len(fields[1]))[2] if holding else ""
    return kind if kind.startswith(("nfs", "cifs", "smb", "fuse.sshfs", "afs", "ceph", "glusterfs")) else None


# -- hours -----------------------------------------------------------------------------------


def examine_hours(settings: Settings) -> Checks:
    faults = _faults_of_hours(settings)
    if faults:
        mend = "correct it: the server doesn't start with this file"
        if is_served(settings):
            mend = "correct it: the running server keeps its previous hours and wouldn't start again"
        yield from (bad("hours", fault, mend) for fault in faults)
        return
    desk = hours_file.load(settings.hours)
    yield fine("hours", f"{settings.hours}: {len(desk.teams)} teams, {len(desk.schedules)} schedules, {desk.timezone}")
    yield from _of_teams(desk)


def _faults_of_hours(settings: Settings) -> Sequence[str]:
    """The faults of the hours file. If the file has none by itself, a fault for each team that the database uses and
    the file lacks."""
    faults = faults_of(settings.hours)
    if faults or not is_up_to_date(settings):
        return faults

    async def read() -> Sequence[str]:
        storage = await open_storage(settings.storage_url)
        try:
            return await storage.read(lambda tx: faults_of(settings.hours, tx))
        finally:
            await storage.close()

    return asyncio.run(read())


def _of_teams(desk: Desk) -> Checks:
    open_teams = list(desk.open_to_chats())
    if not open_teams:
        yield warning("hours", "no team takes chats: all are retired", "add a team, or remove `retired` from one")
    for key in dict.fromkeys(team.schedule for team in open_teams):
        if not any(any(one.week) for one in desk.schedules[key].versions):
            yield warning("hours", f"schedule {key} is only open on exceptions", "add spans if it should be open")
    endless = [key for key, team in desk.teams.items() if team.queue_max is None and not team.retired]
    if endless:
        yield warning(
            "hours",
            f"the queue of {', '.join(endless)} has no limit (queue_max: none): one address can fill it",
            "set queue_max to a number (the default is 100)",
        )
    for key in without_calendar(desk):
        if any(one.exceptions for one in desk.schedules[key].versions):
            yield fine("hours", f"schedule {key} has no public calendar, only its own exceptions")
        else:
            yield warning(
                "hours",
                f"schedule {key} has no public calendar and no exceptions: it is open on every holiday",
                f"set schedules: {key}: holidays to a calendar, or list days under except",
            )


# -- mail ------------------------------------------------------------------------------------


def examine_mail(settings: Settings) -> Checks:
    if settings.mail_domain is not None and settings.mail_authserv_id is None:
        yield warning(
            "mail",
            f"MAIL_DOMAIN is {settings.mail_domain}, but nothing proves who answers letters: all answers are held back",
            "set MAIL_AUTHSERV_ID to the name in the Authentication-Results of your mail server",
        )
    if settings.smtp_url is None:
        files = f"email is written to {settings.data / 'mail'}"
        if settings.demo:
            yield fine("mail", files)
        else:
            yield warning("mail", f"SMTP_URL is unset: {files}, and nobody gets it", "set SMTP_URL to your mail server")
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
            "check the host and port, and that the mail server is running",
        )
        return
    yield fine("mail", f"a mail server answers at {host}:{port}")
    if parts.password and not encrypted and not _is_here(host):
        right = "use smtps://, or a mail server with STARTTLS"
        yield warning("mail", f"{host}:{port} receives the password unencrypted", right)


def _mail_server(host: str, port: int, *, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port, timeout=SMTP_S, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=SMTP_S)


# -- the machine -----------------------------------------------------------------------------


def examine_machine(now: datetime) -> Checks:
    if now.year < _BUILT:
        yield bad("clock", f"this machine's date is {now:%Y-%m-%d}", "set its clock with NTP")
    else:
        yield fine("clock", f"it is {now:%Y-%m-%d %H:%M} UTC")
    rules = str(getattr(pytz, "OLSON_VERSION", ""))
    if rules[:4].isdigit() and now.year - int(rules[:4]) > ZONES_YEARS:
        yield warning("clock", f"the time zone rules are from {rules}", "install a newer pytz")
    most = getrlimit(RLIMIT_NOFILE)[1]
    if 0 <= most < FILES_MIN:
        yield warning("limits", f"this user can open {most} files, and each connection needs one", "raise `ulimit -Hn`")
