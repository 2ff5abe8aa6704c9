"""Imports archives of articles that authors upload, and exports all articles as one.

The archives lie beside the files of the desk, which all hosts share, for an hour. So authors see what an import would
do before it is done.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import uuid4

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.pictures.pool import Pictures
from clock import Clock
from egress import Egress
from identity.actor import Actor
from knowledge.adapters.front_matter import read_folder
from knowledge.adapters.store import SqlArticles
from knowledge.article import Text
from knowledge.folder import Folder, Imported, text_of
from knowledge.guide_conversion import GuideFolder
from knowledge.guide_mapping import GuideMap
from refusals import Refused
from server.live.personal_data.leftovers import ARCHIVE_S, ARCHIVES
from server.live.teams import Teams
from server.live.webhooks.desk_webhooks import events_of
from server.operations.article_folders import Unreadable, store_articles, write_folder
from server.operations.export_packages import BadPackage, Package, opened
from server.operations.folder_files import FolderFiles, PackedFiles
from server.operations.guide_files import FetchLimits, GuideFiles, PlannedGuideFiles
from server.operations.guide_import import guide_folder
from server.operations.kept_files import KeptFiles, PlannedFiles, StoredFiles
from server.settings import Settings
from storage.ports import Storage, Tx
from widgets.knowledge.exchange_ports import Done, Planned

FILES_MAX = 2_000
"""Maximum number of Markdown files of an archive."""
FILE_BYTES_MAX = 1 << 20
FETCH_S = 10.0
"""Time limit for one file of a Guide export that is fetched, in seconds."""
_LIMITS = FetchLimits(files=200, bytes=200 << 20, seconds=120.0)
"""Of all files of a Guide export that one import fetches. Another import of the same archive fetches the next."""
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_KEY = re.compile(r"[0-9a-f]{32}")
_AT_ONCE = 500


class ArticleExchange:
    """Implements `widgets.knowledge.exchange_ports.Archives`."""

    def __init__(self, settings: Settings, storage: Storage, pictures: Pictures, clock: Clock, teams: Teams) -> None:
        self._settings = settings
        self._storage = storage
        self._pictures = pictures
        self._clock = clock
        self._teams = teams
        self._folder = settings.data / ARCHIVES
        self._importing = asyncio.Lock()

    # -- archives -------------------------------------------------------------------------

    def keep(self, by: Actor, content: BinaryIO) -> str:
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        for file in self._folder.glob("*.zip"):
            with suppress(OSError):
                if f".{by.id}." in file.name or file.stat().st_mtime < time.time() - ARCHIVE_S:
                    file.unlink()
        key = uuid4().hex
        file = self._file(by, key)
        with file.open("xb") as kept:
            file.chmod(0o600)
            shutil.copyfileobj(content, kept)
        try:
            with _opened(file):
                return key
        except Refused:
            file.unlink()
            raise

    def drop(self, by: Actor, key: str) -> None:
        if _KEY.fullmatch(key):
            self._file(by, key).unlink(missing_ok=True)

    async def plan(self, by: Actor, key: str) -> Planned:
        with self._archive(by, key) as package:
            made = await asyncio.to_thread(_read, package, self._teams.products)
            if _folder(made).faults:
                return Planned([], [], [], 0, _folder(made).faults, [])
            kept = PlannedFiles(self._storage, FolderBlobs(self._settings.data / "files"), self._pictures, self._clock)
            if isinstance(made, GuideFolder):
                stored = await PlannedGuideFiles(kept, Egress((), timeout_s=FETCH_S), package, _LIMITS).store(made)
            else:
                stored = await FolderFiles(PackedFiles(package, _top(package)), kept).store(made)
            return await self._compared(stored.folder, [*_folder(made).warnings, *stored.warnings])

    async def apply(self, by: Actor, key: str, *, tell: bool) -> Done:
        if self._importing.locked():
            raise Refused("conflict", "Another import is running. Try again in a minute.")
        async with self._importing:
            with self._archive(by, key) as package:
                done = await self._import(by, package, tell)
            await asyncio.to_thread(self.drop, by, key)
            return done

    async def export(self) -> Path:
        with tempfile.TemporaryDirectory() as folder:
            await write_folder(self._storage, Path(folder, "articles"))
            with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as file:
                await asyncio.to_thread(_pack, Path(folder, "articles"), Path(file.name))
            return Path(file.name)

    # -- importing ------------------------------------------------------------------------

    async def _import(self, by: Actor, package: Package, tell: bool) -> Done:
        made = await asyncio.to_thread(_read, package, self._teams.products)
        if _folder(made).faults:
            raise Refused("invalid", "This archive has faults. Nothing was imported.")
        kept = KeptFiles(self._storage, FolderBlobs(self._settings.data / "files"), self._pictures, self._clock)
        stored = await self._files(package, made, kept)
        webhooks = events_of(self._settings, self._storage, self._clock)
        effects = await store_articles(
            self._storage, stored.folder, self._clock, tell_followers=tell, webhooks=webhooks, by=by
        )
        await kept.attach(stored)
        counts = {str(effect): count for effect, count in effects.items()}
        return Done(counts, [*_folder(made).warnings, *stored.warnings])

    async def _files(self, package: Package, made: Folder | GuideFolder, kept: KeptFiles) -> StoredFiles:
        if not isinstance(made, GuideFolder):
            return await FolderFiles(PackedFiles(package, _top(package)), kept).store(made)
        egress = Egress(self._settings.egress_allow, timeout_s=FETCH_S, answer_max=FILE_BYTES_MAX * 20)
        try:
            return await GuideFiles(kept, egress, package, _LIMITS).store(made)
        finally:
            egress.close()

    async def _compared(self, folder: Folder, warnings: Sequence[str]) -> Planned:
        new, changed, moved, unchanged = list[str](), list[str](), list[tuple[str, str]](), 0
        ids = dict[str, int]()
        for at in range(0, len(folder.articles), _AT_ONCE):
            sources = [one.article.source for one in folder.articles[at : at + _AT_ONCE]]
            ids |= await self._storage.read(partial(_ids, sources=sources), "heavy")
        for one in folder.articles:
            if one.moved_to is not None:
                moved.append((_title(one), one.moved_to))
                continue
            known = await self._storage.read(partial(_known, id_=ids.get(one.article.source)), "heavy")
            for page in one.pages:
                before, title = known.get(page.front.locale), f"{page.front.title} ({page.front.locale})"
                if before is None:
                    new.append(title)
                elif before.same_words(text_of(page, ids)):
                    unchanged += 1
                else:
                    changed.append(title)
        return Planned(new, changed, moved, unchanged, [], warnings)

    @contextmanager
    def _archive(self, by: Actor, key: str) -> Iterator[Package]:
        file = self._file(by, key) if _KEY.fullmatch(key) else None
        if file is None or not file.is_file():
            raise Refused("not_found", "This archive is gone. Upload it again.")
        with _opened(file) as package:
            yield package

    def _file(self, by: Actor, key: str) -> Path:
        return self._folder / f"{key}.{by.id}.zip"


@contextmanager
def _opened(file: Path) -> Iterator[Package]:
    """What cannot be read is refused, with a sentence for the author."""
    try:
        with opened(file) as package:
            yield package
    except (BadPackage, Unreadable) as error:
        raise Refused("invalid", str(error).replace(str(file), "This file")) from None


def _read(package: Package, products: Collection[str]) -> Folder | GuideFolder:
    """The articles of an archive: of Markdown files, or of a Guide export. Raises BadPackage and Unreadable."""
    names, nested = _markdown(package), [name for name in package.sizes() if name.lower().endswith(_ARCHIVES)]
    if not names:
        if not any(name.endswith(".json") for name in package.sizes()):
            raise Unreadable(_without_articles(nested))
        return guide_folder(package, GuideMap(), products)
    if len(names) > FILES_MAX:
        raise Unreadable(f"The archive has more than {FILES_MAX:,} Markdown files. Import it in parts.")
    top, texts, faults = _top(package), dict[str, str](), list[str]()
    for name in names:
        if package.sizes()[name] > FILE_BYTES_MAX:
            faults.append(f"{name}: It is larger than 1 MiB. Split it.")
            continue
        try:
            texts[name.removeprefix(top)] = package.read(name).decode()
        except UnicodeDecodeError:
            faults.append(f"{name}: It is not in UTF-8. Save it as UTF-8.")
    folder = read_folder(texts, products)
    folder.faults[:0] = faults
    folder.warnings += [
        f"{name}: This archive in the archive is left out. Unpack it, and add its files." for name in nested
    ]
    return folder


def _without_articles(nested: Sequence[str]) -> str:
    if nested:
        return f"The archive has another archive, {nested[0]}, and no articles. Unpack it, and pack its folder."
    return "The archive has no articles: no Markdown files (*.md), and no JSON files of a Zendesk Guide export."


def _markdown(package: Package) -> list[str]:
    return [name for name in package.sizes() if name.endswith(".md") and not _is_hidden(name)]


def _top(package: Package) -> str:
    """The folder in which all Markdown files lie, with a slash. Archives often have the packed folder itself."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in _markdown(package)}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _folder(made: Folder | GuideFolder) -> Folder:
    return made.folder if isinstance(made, GuideFolder) else made


def _title(one: Imported) -> str:
    return next((page.front.title for page in one.pages), one.article.source)


def _ids(tx: Tx, *, sources: Sequence[str]) -> dict[str, int]:
    return {source: article.id for source, article in SqlArticles().by_source(tx, sources).items()}


def _known(tx: Tx, *, id_: int | None) -> Mapping[str, Text]:
    return SqlArticles().texts(tx, id_) if id_ is not None else {}


def _pack(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*.md")):
            archive.write(path, path.relative_to(folder).as_posix())
