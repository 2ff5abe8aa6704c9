"""Reads a Zendesk Guide export for `switchboard articles import --from-zendesk`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.pictures.pool import Pictures, processes
from attachments.inspection import SIZE_MAX
from clock import system_clock
from egress import Egress
from knowledge.adapters.guide_html import converted as markdown_of
from knowledge.adapters.guide_map import read_map
from knowledge.guide import guide_of
from knowledge.guide_conversion import GuideFolder, converted
from knowledge.guide_mapping import GuideMap
from knowledge.page import Fault
from knowledge.service import Effect
from server.live.webhooks.desk_webhooks import events_of
from server.operations.article_folders import Unreadable, store_articles
from server.operations.export_packages import Package
from server.operations.guide_files import FetchLimits, GuideFiles
from server.operations.kept_files import KeptFiles, StoredFiles
from server.settings import Settings
from storage.ports import Storage

JSON_BYTES_MAX = 512 << 20
FETCH_S = 60.0
"""Time limit for one file in seconds."""
_LIMITS = FetchLimits(files=10_000, bytes=4 << 30, seconds=3_600.0)
_MAP_BYTES_MAX = 1 << 20


def guide_folder(package: Package, map_: GuideMap, products: Collection[str]) -> GuideFolder:
    """The articles of an export. `products` are the names in the hours file. Raises BadPackage and Unreadable."""
    names = [name for name in package.sizes() if name.endswith(".json") and not _is_hidden(name)]
    if not names:
        raise Unreadable(
            "The export has no JSON files. Save what the Help Center API returns for articles.json, sections.json, "
            "categories.json, user_segments.json, and the translations and attachments of each article."
        )
    if sum(package.sizes()[name] for name in names) > JSON_BYTES_MAX:
        raise Unreadable(f"The JSON files of the export are larger than {JSON_BYTES_MAX >> 20} MiB.")
    guide = guide_of({name: package.read(name) for name in names})
    return converted(guide, map_, products, markdown_of)


async def store_guide(
    storage: Storage, settings: Settings, package: Package, made: GuideFolder, *, tell_followers: bool
) -> tuple[StoredFiles, Counter[Effect]]:
    """Publish the articles of an export that has no faults, with their pictures and files. The files that the export
    does not contain are fetched from its help center. Running it again with the same export changes nothing."""
    pictures = Pictures(processes())
    egress = Egress(settings.egress_allow, timeout_s=FETCH_S, answer_max=SIZE_MAX)
    kept = KeptFiles(storage, FolderBlobs(settings.data / "files"), pictures, system_clock)
    try:
        stored = await GuideFiles(kept, egress, package, _LIMITS).store(made)
        webhooks = events_of(settings, storage, system_clock)
        effects = await store_articles(
            storage, stored.folder, system_clock, tell_followers=tell_followers, webhooks=webhooks
        )
        await kept.attach(stored)
    finally:
        egress.close()
        pictures.close()
    return stored, effects


def map_in(path: Path | None) -> GuideMap:
    """The mapping in a file. Raises Unreadable."""
    if path is None:
        return GuideMap()
    try:
        if path.stat().st_size > _MAP_BYTES_MAX:
            raise Unreadable(f"{path} is larger than 1 MiB.")
        return read_map(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path} cannot be read: {error}") from None
    except Fault as fault:
        raise Unreadable(f"{path}: {fault}") from None


def _is_hidden(name: str) -> bool:
    """True for files that an operating system adds to folders and zip files."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)
