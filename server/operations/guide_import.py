"""Reads a Zendesk Guide export for `switchboard articles import --from-zendesk`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

from knowledge.adapters.guide_html import converted as markdown_of
from knowledge.adapters.guide_map import read_map
from knowledge.guide import guide_of
from knowledge.guide_conversion import GuideFolder, converted
from knowledge.guide_mapping import GuideMap
from knowledge.page import Fault
from server.operations.article_folders import Unreadable
from server.operations.export_packages import Package

JSON_BYTES_MAX = 512 << 20
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
