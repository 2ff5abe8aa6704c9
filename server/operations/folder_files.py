"""Pictures, videos and captions that lie beside the Markdown files of a folder, for `switchboard articles import`."""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from attachments.file_names import extension_of
from attachments.inspection import SIZE_MAX
from knowledge.folder import Folder, Imported
from knowledge.page import Page
from refusals import Refused
from server.operations.export_packages import Package
from server.operations.kept_files import KeptFiles, StoredFiles

_SHOWN = re.compile(r'!\[(?P<alt>[^\]\n]*)\]\((?P<file>[^\s)"]+)(?:[ \t]+"(?P<captions>[^"\n]*)")?\)')


class Contents(Protocol):
    def read(self, path: str) -> bytes:
        """The file with this path in the folder. Blocks. Raises Refused."""
        ...


class FilesOnDisk:
    """Implements Contents. No file outside the folder is read, not even through a symbolic link."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def read(self, path: str) -> bytes:
        file = self._root / path
        if file.is_symlink() or not file.resolve().is_relative_to(self._root) or not file.is_file():
            raise _missing()
        _check_size(file.stat().st_size)
        return file.read_bytes()


class PackedFiles:
    """Implements Contents with the files of a package below `top`."""

    def __init__(self, package: Package, top: str) -> None:
        self._package = package
        self._top = top

    def read(self, path: str) -> bytes:
        size = self._package.sizes().get(name := f"{self._top}{path}")
        if size is None:
            raise _missing()
        _check_size(size)
        return self._package.read(name)


class FolderFiles:
    def __init__(self, contents: Contents, kept: KeptFiles) -> None:
        self._contents = contents
        self._kept = kept

    async def store(self, folder: Folder) -> StoredFiles:
        """Store the files that the texts show. `KeptFiles.attach` gives them to the articles, once these are stored.

        A second import of the same files stores nothing.
        """
        files, warnings = dict[str, list[str]](), list[str]()
        articles = [await self._article(one, files, warnings) for one in folder.articles]
        return StoredFiles(Folder(articles, folder.faults, folder.warnings), files, warnings)

    async def _article(self, one: Imported, files: dict[str, list[str]], warnings: list[str]) -> Imported:
        addresses = dict[str, str]()
        for page in (*one.pages, *one.drafts):
            for path in _paths(page):
                if path in addresses:
                    continue
                try:
                    id_, name = await self._file(one.article.source, path)
                except Refused as refused:
                    warnings.append(f"{page.path}: {path} is missing: {refused.message}")
                else:
                    files.setdefault(one.article.source, []).append(id_)
                    addresses[path] = f"/articles/files/{id_}{extension_of(name)}"
        pages = [replace(page, body=_with_files(page, addresses)) for page in one.pages]
        drafts = [replace(page, body=_with_files(page, addresses)) for page in one.drafts]
        return replace(one, pages=pages, drafts=drafts)

    async def _file(self, source: str, path: str) -> tuple[str, str]:
        """The id and name of a stored file. Raises Refused."""
        content = await asyncio.to_thread(self._contents.read, path)
        id_ = str(uuid5(NAMESPACE_URL, f"{source} {path} {hashlib.sha256(content).hexdigest()}"))
        known = await self._kept.find(id_)
        file = known or await self._kept.keep(id_, posixpath.basename(path), content)
        return file.id, file.name


def _missing() -> Refused:
    return Refused("not_found", "There is no such file in the folder. Add it, or remove it from the text.")


def _check_size(size: int) -> None:
    if size > SIZE_MAX:
        raise Refused("too_large", f"It is larger than {SIZE_MAX >> 20} MB. Make it smaller.")


def _paths(page: Page) -> Sequence[str]:
    """The paths in the folder of the files that a text shows, captions too."""
    named = (name for found in _SHOWN.finditer(page.body) for name in (found["file"], found["captions"]) if name)
    return list(dict.fromkeys(path for name in named if (path := _path(page, name)) is not None))


def _path(page: Page, name: str) -> str | None:
    """The path in the folder. None for addresses, and for titles of pictures."""
    parts = urlsplit(name)
    if parts.scheme or parts.netloc or name.startswith(("/", "#")) or " " in name or not extension_of(parts.path):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(parts.path)))


def _with_files(page: Page, addresses: Mapping[str, str]) -> str:
    def shown(found: re.Match[str]) -> str:
        file, captions = (
            addresses.get(_path(page, name) or "", name) for name in (found["file"], found["captions"] or "")
        )
        return f"![{found['alt']}]({file}" + (f' "{captions}")' if captions else ")")

    return _SHOWN.sub(shown, page.body)
