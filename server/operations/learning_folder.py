"""Imports the learning center from a folder of YAML files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from uuid_utils import uuid7

from clock import Clock
from identity.actor import SYSTEM
from identity.adapters.store import SqlStore
from identity.audit import line
from knowledge.adapters.store import SqlArticles
from knowledge.addresses import article_path
from learning.adapters.session_store import SqlRegistrations, SqlSessions
from learning.adapters.shelf import SqlPlaylists, SqlProgress, SqlShelf
from learning.folder import Folder
from learning.library import Library
from learning.planning import Planning
from learning.ports import Announcing
from learning.sessions import Fault, Session
from mail.adapters.stored_letters import stored_letters
from mail.identifiers import Identifiers
from refusals import Refused
from server.live.learning.session_letters import SessionLetters
from server.settings import Settings
from storage.ports import Storage, Tx

FILES_MAX = 1_000
FILE_BYTES_MAX = 1 << 20


class Unreadable(ValueError):
    """A folder that cannot be imported. The message says why."""


class Faulty(Exception):
    """The folder contradicts what is stored. `faults` has a sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(slots=True)
class Stored:
    """Numbers of what was imported."""

    resources: int = 0
    plans: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0


def services_of(settings: Settings, clock: Clock, news: Announcing) -> tuple[Library, Planning]:
    """The services for a program that is not the server. The server sends the letters."""
    library = Library(SqlShelf(), SqlPlaylists(), SqlProgress(), news)
    return library, Planning(SqlSessions(), SqlRegistrations(), _queue(settings, clock), news)


def _queue(settings: Settings, clock: Clock) -> SessionLetters:
    receives = settings.mail_domain is not None
    identifiers = Identifiers(settings.secret_bytes(), settings.message_domain, receives=receives)
    letters = stored_letters(identifiers, lambda: str(uuid7()), limited=not settings.rate_limits.off)
    return SessionLetters(letters, clock, lambda: None)


def files_of(folder: Path) -> dict[str, str]:
    """The YAML files of a folder, by their paths in it. Links to other places are not followed. Raises Unreadable."""
    if not folder.is_dir():
        raise Unreadable(f"{folder} is not a folder.")
    found = dict[str, str]()
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        name = path.relative_to(folder).as_posix()
        if len(found) == FILES_MAX:
            raise Unreadable(f"{folder} has more than {FILES_MAX:,} YAML files.")
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Unreadable(f"{name} is larger than 1 MiB.")
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise Unreadable(f"{name} is not in UTF-8.") from None
    if not found:
        raise Unreadable(f"{folder} has no YAML files (*.yaml).")
    return found


async def store_learning(
    storage: Storage, folder: Folder, library: Library, planning: Planning, clock: Clock
) -> Stored:
    """Store a folder that has no faults. A session whose date has changed is moved, and registered people are told.

    Running it again with the same folder changes nothing. What is not in the folder stays as it is. Raises Faulty, and
    then nothing is stored.
    """
    now = clock()
    addressed = await storage.read(lambda tx: _with_addresses(tx, folder))
    known = await storage.read(lambda tx: _known(tx, folder, now))
    await storage.write(lambda tx: library.store(tx, addressed, now))
    stored = Stored(resources=len(folder.resources), plans=len(folder.plans))
    for session in folder.sessions:
        before = known.get(session.source)
        wanted = session if before is None else _kept(session, before)
        if before is not None and wanted == before:
            stored.unchanged += 1
            continue
        await storage.write(partial(_put, planning=planning, wanted=wanted, before=before, now=now))
        stored.changed, stored.added = stored.changed + (before is not None), stored.added + (before is None)
    detail: dict[str, object] = {"resources": stored.resources, "plans": stored.plans, "sessions": len(folder.sessions)}
    await storage.write(lambda tx: SqlStore().record(tx, line(SYSTEM, "import", "learning", None, detail, clock())))
    return stored


def _with_addresses(tx: Tx, folder: Folder) -> Folder:
    """The folder with the addresses of the articles that it names. Raises Faulty."""
    articles, store = SqlArticles(), SqlArticles()
    known = articles.by_source(tx, set(folder.articles.values()))
    faults = [f"{key}: there is no article {source}." for key, source in folder.articles.items() if source not in known]
    if faults:
        raise Faulty(faults)
    resources = []
    for resource in folder.resources:
        source = folder.articles.get(resource.source)
        if source is not None:
            texts = store.texts(tx, known[source].id)
            title = next(iter(texts.values())).title if texts else ""
            resource = replace(resource, address=article_path(known[source].id, title))
        resources.append(resource)
    return replace(folder, resources=resources)


def _known(tx: Tx, folder: Folder, now: int) -> dict[str, Session]:
    """The stored sessions of the folder. Raises Faulty for new dates in the past."""
    sessions, known, faults = SqlSessions(), dict[str, Session](), list[str]()
    for session in folder.sessions:
        before = sessions.by_source(tx, session.source)
        if before is not None:
            known[session.source] = before
        if session.starts_at <= now and (before is None or before.starts_at != session.starts_at):
            faults.append(f"{session.source}: this time is in the past.")
        if before is not None and before.state == "cancelled":
            faults.append(f"{session.source}: this session was cancelled. Give the new date another key.")
    if faults:
        raise Faulty(faults)
    return known


def _kept(session: Session, before: Session) -> Session:
    """The imported session with what is not in the folder, such as its recording."""
    own = ("id", "state", "sequence", "told", "turns", "created_at", "changed_at", "recording", "recording_minutes")
    return replace(session, **{name: getattr(before, name) for name in own})


def _put(tx: Tx, *, planning: Planning, wanted: Session, before: Session | None, now: int) -> None:
    try:
        if before is None:
            planning.add(tx, wanted, now)
        else:
            planning.change(tx, before.id, wanted, now)
    except (Fault, Refused) as error:
        raise Faulty([f"{wanted.source}: {error}"]) from None
