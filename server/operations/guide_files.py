"""Pictures and files of a Zendesk Guide export: taken from the export, or else fetched from its help center, and stored
for their articles."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit
from uuid import NAMESPACE_URL, uuid5

from attachments.adapters.pictures.pool import Pictures
from attachments.adapters.records import SqlRecords
from attachments.file import File
from attachments.file_names import extension_of
from attachments.inspection import Inspected, inspect_for_article
from attachments.ports import Blobs
from clock import Clock
from egress import Egress
from egress.errors import NotSent
from knowledge.adapters.store import SqlArticles
from knowledge.folder import Folder, Imported
from knowledge.guide_conversion import GuideFolder, files_in, with_files
from refusals import Refused
from server.operations.export_packages import BadPackage, Package
from storage.ports import Storage, Tx

UPLOADER = "import"
"""The uploader of these files in their records. No person has this id."""
_HOPS_MAX = 3
_MOVED = (301, 302, 303, 307, 308)


class _Missing(Exception):
    """A file that cannot be stored. The message says why."""


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """`folder` has the articles with the new addresses of their files. `files` are the ids of the files by the source
    of their article. `warnings` has a sentence for each file that is missing."""

    folder: Folder
    files: Mapping[str, list[str]]
    warnings: list[str]


class GuideFiles:
    """Each article has files of its own, because a file is for the readers of its article. The id of a file follows
    from its article and its old address, so that a second import does not store it again."""

    def __init__(
        self, storage: Storage, blobs: Blobs, pictures: Pictures, egress: Egress, package: Package, clock: Clock
    ) -> None:
        """`egress` makes the calls. A file of the package is never fetched."""
        self._storage = storage
        self._blobs = blobs
        self._pictures = pictures
        self._egress = egress
        self._package = package
        self._clock = clock
        self._records = SqlRecords()
        self._packed = {id_: name for name in package.sizes() if (id_ := _attachment(name)) is not None}

    async def store(self, made: GuideFolder) -> StoredFiles:
        """Store the files of all articles. `attach` gives them to the articles, once these are stored."""
        folder, files, warnings = made.folder, dict[str, list[str]](), list[str]()
        articles = [await self._article(one, made, files, warnings) for one in folder.articles]
        return StoredFiles(Folder(articles, folder.faults, folder.warnings), files, warnings)

    async def attach(self, stored: StoredFiles) -> None:
        def write(tx: Tx, source: str, ids: list[str]) -> None:
            article = SqlArticles().by_source(tx, [source])[source]
            free = [id_ for id_, file in self._records.locked(tx, ids).items() if file.holder is None]
            self._records.attach(tx, free, f"article:{article.id}", staff_only=False, now=self._clock())

        for source, ids in stored.files.items():
            await self._storage.write(partial(write, source=source, ids=ids))

    async def _article(
        self, one: Imported, made: GuideFolder, files: dict[str, list[str]], warnings: list[str]
    ) -> Imported:
        bodies = [page.body for page in (*one.pages, *one.drafts)]
        addresses = dict[str, str]()
        for url in dict.fromkeys(url for body in bodies for url in files_in(body, made.files)):
            try:
                file = await self._file(one.article.source, url, made)
            except _Missing as missing:
                warnings.append(f"{one.article.source}: {url} is missing: {missing} The article has a link to it.")
            else:
                files.setdefault(one.article.source, []).append(file.id)
                addresses[url] = f"/articles/files/{file.id}{extension_of(file.name)}"
        pages = [replace(page, body=with_files(page.body, addresses)) for page in one.pages]
        drafts = [replace(page, body=with_files(page.body, addresses)) for page in one.drafts]
        return replace(one, pages=pages, drafts=drafts)

    async def _file(self, source: str, url: str, made: GuideFolder) -> File:
        id_ = str(uuid5(NAMESPACE_URL, f"{source} {url}"))
        known = await self._storage.read(lambda tx: self._records.find(tx, id_))
        if known is not None:
            return known
        attachment = made.files[url]
        name = made.names.get(attachment or 0) or unquote(PurePosixPath(urlsplit(url).path).name) or "picture"
        content = await self._content(url, attachment)
        try:
            inspected = await asyncio.to_thread(inspect_for_article, content, name)
            return await self._keep(id_, await self._redrawn(inspected))
        except Refused as refused:
            raise _Missing(refused.message) from None

    async def _redrawn(self, inspected: Inspected) -> Inspected:
        if inspected.picture is None:
            return inspected
        content = inspected.content
        drawn = await self._pictures.redrawn(
            lambda: content, inspected.picture, share=UPLOADER, person=UPLOADER, gone=_never
        )
        return replace(inspected, content=drawn)

    async def _keep(self, id_: str, inspected: Inspected) -> File:
        await asyncio.to_thread(self._blobs.save, id_, inspected.content)
        file = File(
            id=id_,
            uploader=UPLOADER,
            name=inspected.name,
            type=inspected.type,
            size=len(inspected.content),
            sha256=hashlib.sha256(inspected.content).hexdigest(),
            created_at=self._clock(),
        )
        await self._storage.write(lambda tx: self._records.add(tx, file))
        return file

    # -- contents -------------------------------------------------------------------------

    async def _content(self, url: str, attachment: int | None) -> bytes:
        packed = self._packed.get(attachment or 0)
        if packed is None:
            return await self._fetched(url)
        try:
            return await asyncio.to_thread(self._package.read, packed)
        except BadPackage as bad:
            raise _Missing(str(bad)) from None

    async def _fetched(self, url: str) -> bytes:
        """The answer of the help center. Redirects are followed, each to an address that is checked."""
        for _ in range(_HOPS_MAX):
            try:
                answer = await self._egress.send("GET", url)
            except NotSent as error:
                raise _Missing(str(error)) from None
            if answer.status == 200:
                return answer.body
            if answer.status not in _MOVED or "location" not in answer.headers:
                raise _Missing(f"The answer has the status {answer.status}.")
            url = urljoin(url, answer.headers["location"])
        raise _Missing(f"It is more than {_HOPS_MAX - 1} redirects away.")


def _attachment(name: str) -> int | None:
    """The id of the attachment that a file of the package is: `article_attachments/123/list.png`, or `123.png`."""
    path = PurePosixPath(name)
    parts = path.parts[:-1]
    id_ = parts[-1] if len(parts) > 1 and parts[-2] == "article_attachments" else path.stem
    return int(id_) if id_.isascii() and id_.isdecimal() and len(id_) < 19 and path.suffix != ".json" else None


async def _never() -> bool:
    return False
