"""Pictures and files of a Zendesk Guide export: taken from the export, or else fetched from its help center, and stored
for their articles."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit
from uuid import NAMESPACE_URL, uuid5

from attachments.file import File
from attachments.file_names import extension_of
from egress import Egress
from egress.errors import NotSent
from knowledge.folder import Folder, Imported
from knowledge.guide_conversion import GuideFolder, files_in, with_files
from refusals import Refused
from server.operations.export_packages import BadPackage, Package
from server.operations.kept_files import KeptFiles, StoredFiles

_HOPS_MAX = 3
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of all files together that one import fetches."""

    files: int
    bytes: int
    seconds: float


class _Missing(Exception):
    """A file that cannot be stored. The message says why."""


class GuideFiles:
    """Each article has files of its own, because a file is for the readers of its article. The id of a file follows
    from its article and its old address, so that a second import does not store it again."""

    def __init__(self, kept: KeptFiles, egress: Egress, package: Package, limits: FetchLimits) -> None:
        """`egress` makes the calls. A file of the package is never fetched."""
        self._limits = limits
        self._fetched_files = self._fetched_bytes = 0
        self._until = time.monotonic() + limits.seconds
        self._kept = kept
        self._egress = egress
        self._package = package
        self._packed = {id_: name for name in package.sizes() if (id_ := _attachment(name)) is not None}

    async def store(self, made: GuideFolder) -> StoredFiles:
        """Store the files of all articles. `KeptFiles.attach` gives them to the articles, once these
        are stored."""
        folder, files, warnings = made.folder, dict[str, list[str]](), list[str]()
        articles = [await self._article(one, made, files, warnings) for one in folder.articles]
        return StoredFiles(Folder(articles, folder.faults, folder.warnings), files, warnings)

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
        known = await self._kept.find(id_)
        if known is not None:
            return known
        attachment = made.files[url]
        name = made.names.get(attachment or 0) or unquote(PurePosixPath(urlsplit(url).path).name) or "picture"
        content = await self._content(url, attachment)
        try:
            return await self._kept.keep(id_, name, content)
        except Refused as refused:
            raise _Missing(refused.message) from None

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
        self._check_limits()
        self._fetched_files += 1
        for _ in range(_HOPS_MAX):
            try:
                answer = await self._egress.send("GET", url)
            except NotSent as error:
                raise _Missing(str(error)) from None
            if answer.status == 200:
                self._fetched_bytes += len(answer.body)
                return answer.body
            if answer.status not in _MOVED or "location" not in answer.headers:
                raise _Missing(f"The answer has the status {answer.status}.")
            url = urljoin(url, answer.headers["location"])
        raise _Missing(f"It is more than {_HOPS_MAX - 1} redirects away.")

    def _check_limits(self) -> None:
        """Raises _Missing if this import has fetched as much as it may."""
        limits = self._limits
        if self._fetched_files >= limits.files:
            most = f"{limits.files:,} files"
        elif self._fetched_bytes >= limits.bytes:
            most = f"{limits.bytes >> 20:,} MiB"
        elif time.monotonic() >= self._until:
            most = f"for {limits.seconds / 60:.0f} minutes"
        else:
            return
        raise _Missing(f"One import fetches {most} at most. Import again to fetch the rest.")


class PlannedGuideFiles(GuideFiles):
    """Fetches nothing: for a look at what an import would do."""

    async def _content(self, url: str, attachment: int | None) -> bytes:
        return b""


def _attachment(name: str) -> int | None:
    """The id of the attachment that a file of the package is: `article_attachments/123/list.png`, or `123.png`."""
    path = PurePosixPath(name)
    parts = path.parts[:-1]
    id_ = parts[-1] if len(parts) > 1 and parts[-2] == "article_attachments" else path.stem
    return int(id_) if id_.isascii() and id_.isdecimal() and len(id_) < 19 and path.suffix != ".json" else None
