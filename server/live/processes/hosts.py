"""The hosts of a desk: each is one `switchboard serve` on a data folder of its own.

All hosts use the same database, and need the same secrets, hours file and files. When a host starts while another one
runs, it compares its own with those of the last host that started alone.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from chat.adapters import connected
from mail.adapters.incoming_folder import folder_of as folder_of_mails
from routing.adapters import hours_file
from server.live.processes.leading import DISPATCHER
from server.live.processes.single_process import SINGLE
from server.settings import PREFIX, Settings
from storage import facts
from storage.leases import claim, holder_of, leased, release, release_of
from storage.ports import Tx

NAME, MARKER = "host", ".desk"
"""The file with the id of a host in its data folder, and the marker in each folder that all hosts share."""
STARTING_MS = 60_000
"""A host that starts is known to the others for this long. Meanwhile its processes become known."""
_FACT, _HOURS_FACT = "hosts", "hosts_hours"
_STARTING = "host:"
"""The start of the name of the lease of a host that starts. The id of the host follows."""
SECRET, IDENTITY_SECRET, VERSION = f"{PREFIX}SECRET", f"{PREFIX}IDENTITY_SECRET", "the version"
FOLDERS = "folders"
_BESIDE_SINGLE = (
    "A single process serves this desk from another data folder: stop it, and start it again with --workers 2 or more. "
    "If it was killed, wait 15 seconds."
)
_BESIDE_HOSTS = "Other hosts of this desk run already: use --workers 2 or more on every host."


class Found(NamedTuple):
    """What a host has."""

    equal: Mapping[str, str]
    """Digests of what must be equal on all hosts, by name."""
    hours: str
    """The version of the hours file."""
    markers: Mapping[Path, str | None]
    """The markers in the folders that all hosts share. None for a folder without one."""


class Compared(NamedTuple):
    """What differs from the hosts that run. A host with faults must not start."""

    faults: Sequence[str]
    warnings: Sequence[str]
    marker: str
    """To be written into the shared folders, if there are no faults."""


def known_id(data: Path) -> str | None:
    """The id of the host with this data folder, if it has one already. The file also has its own inode. A copy of the
    file has another one, and is no id of this host."""
    id_, _, inode = (_read(data / NAME) or "").partition(" ")
    return id_ if id_ and inode in ("", str((data / NAME).stat().st_ino)) else None


def id_of(data: Path) -> str:
    """The id of the host with this data folder. The first call makes it."""
    id_ = known_id(data) or secrets.token_hex(4)
    (data / NAME).touch()
    (data / NAME).write_text(f"{id_} {(data / NAME).stat().st_ino}\n", "ascii")
    return id_


def found(settings: Settings) -> Found:
    """Raises DeskFaults if the hours file cannot be read."""
    identity = {kid: [secret.hex() for secret in some] for kid, some in settings.identity_secrets().items()}
    texts = {SECRET: "", IDENTITY_SECRET: json.dumps(identity, sort_keys=True)}
    equal = {name: _keyed(settings.secret_bytes(), f"{name}={text}") for name, text in texts.items()}
    equal[VERSION] = version("switchboard-live-desk")
    folders = (settings.data / "files", folder_of_mails(settings.data))
    markers = {folder: _read(folder / MARKER) for folder in folders}
    return Found(equal, hours_file.etag_of(hours_file.contents(settings.hours)), markers)


def others(tx: Tx, host: str, now: int) -> set[str]:
    """The other hosts that run or start."""
    return (connected.hosts(tx, now) | {job.removeprefix(_STARTING) for job in leased(tx, _STARTING, now)}) - {host}


def mark(found: Found, marker: str) -> None:
    """Write the marker into the shared folders that have none or another one."""
    for folder, has in found.markers.items():
        if has != marker:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / MARKER).write_text(f"{marker}\n", "ascii")


def start(tx: Tx, host: str, found: Found, now: int) -> Compared:
    """Inside a transaction, before the first process of `host` starts: forget those of its previous run, and compare
    it with the hosts that run. If none runs, the next ones are compared with this one."""
    known: Mapping[str, str] = json.loads(facts.locked(tx, _FACT) or "{}")
    connected.forget(tx, host)
    release_of(tx, DISPATCHER, f"{host}.")
    release(tx, SINGLE, host)
    if beside_single(tx, host, now):
        return Compared([_BESIDE_SINGLE], (), "")
    compared = _compared(tx, known, found) if known and others(tx, host, now) else _alone(tx, known, found)
    if not compared.faults:
        claim(tx, _STARTING + host, host, now, STARTING_MS)
    return compared


def start_single(tx: Tx, host: str, now: int) -> str | None:
    """Inside a transaction, before a single process starts on `host`. Returns why it must not, or None."""
    facts.locked(tx, _FACT)
    if others(tx, host, now):
        return _BESIDE_HOSTS
    return None if claim(tx, SINGLE, host, now, STARTING_MS) else _BESIDE_SINGLE


def beside_single(tx: Tx, host: str | None, now: int) -> str | None:
    """What to do, if a single process runs on a host other than `host`. Otherwise None."""
    return _BESIDE_SINGLE if holder_of(tx, SINGLE, now) not in (None, host) else None


def compare(tx: Tx, found: Found, now: int) -> Compared | None:
    """Compare this host with those that run, without a change. None if no host runs."""
    known: Mapping[str, str] = json.loads(facts.get(tx, _FACT) or "{}")
    return _compared(tx, known, found) if known and connected.hosts(tx, now) else None


def _compared(tx: Tx, known: Mapping[str, str], found: Found) -> Compared:
    running = "the hosts that already run"
    faults = [
        f"{name} differs from that of {running}: set the same value on all hosts."
        for name in (SECRET, IDENTITY_SECRET)
        if known.get(name) != found.equal[name]
    ]
    faults += [
        f"{folder} is not the folder of {running}: mount their folder there, so that all hosts share one."
        for folder, marker in found.markers.items()
        if marker != known.get(FOLDERS)
    ]
    warnings = []
    if known.get(VERSION) != found.equal[VERSION]:
        warnings.append(f"Another version ({known.get(VERSION)}) runs on other hosts: install one version on all.")
    if hours_differ(tx, found.hours):
        warnings.append(
            f"The hours file differs from that of {running}: chats are routed by theirs until one of this host's "
            "processes leads. Use one file on all hosts."
        )
    return Compared(faults, warnings, known.get(FOLDERS, ""))


def _alone(tx: Tx, known: Mapping[str, str], found: Found) -> Compared:
    marker = next(filter(None, found.markers.values()), None) or secrets.token_hex(8)
    warnings = [
        f"{folder} is not the folder that the desk used last: files in that one are missing here."
        for folder, has in found.markers.items()
        if FOLDERS in known and has != known[FOLDERS]
    ]
    facts.put(tx, _FACT, json.dumps({**found.equal, FOLDERS: marker}))
    publish_hours(tx, found.hours)
    return Compared((), warnings, marker)


def publish_hours(tx: Tx, version: str) -> None:
    """The leading process uses this version of the hours file."""
    facts.put(tx, _HOURS_FACT, version)


def hours_differ(tx: Tx, version: str) -> bool:
    """True if the leading process uses another version of the hours file."""
    return (facts.get(tx, _HOURS_FACT) or version) != version


def _keyed(key: bytes, text: str) -> str:
    """A digest from which the text cannot be guessed without the key."""
    return hmac.digest(key, text.encode(), "sha256").hex()


def _read(file: Path) -> str | None:
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        return None
