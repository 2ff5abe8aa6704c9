"""Pictures of a Zendesk Guide export that are fetched, within the limits of one import."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from attachments.file import File
from egress import Answer, Egress
from knowledge.adapters.guide_html import converted as markdown_of
from knowledge.guide import guide_of
from knowledge.guide_conversion import converted
from knowledge.guide_mapping import GuideMap
from server.operations.guide_files import FetchLimits, GuideFiles
from server.operations.kept_files import KeptFiles
from tests.knowledge.guide_exports import HOST, article, export

MANY = FetchLimits(files=10, bytes=1 << 20, seconds=60)


class Kept(KeptFiles):
    """Files in memory."""

    def __init__(self) -> None:
        self.names = list[str]()

    async def find(self, id_: str) -> File | None:
        return None

    async def keep(self, id_: str, name: str, content: bytes) -> File:
        self.names.append(name)
        return File(id=id_, uploader="import", name=name, type="", size=len(content), sha256="", created_at=0)


class Host(Egress):
    async def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        return Answer(200, {}, b"x" * 1_000)


class Empty:
    def sizes(self) -> dict[str, int]:
        return {}

    def read(self, name: str) -> bytes:
        return b""


@pytest.mark.parametrize(
    ("limits", "fetched", "says"),
    [
        (MANY, 3, None),
        (FetchLimits(files=2, bytes=1 << 20, seconds=60), 2, "One import fetches 2 files at most."),
        (FetchLimits(files=10, bytes=1_000, seconds=60), 1, "One import fetches 0 MiB at most."),
        (FetchLimits(files=10, bytes=1 << 20, seconds=0), 0, "One import fetches for 0 minutes at most."),
    ],
)
async def test_one_import_fetches_so_much_and_names_the_rest(
    limits: FetchLimits, fetched: int, says: str | None
) -> None:
    pictures = "".join(f'<img src="{HOST}/hc/article_attachments/{number}/{number}.png">' for number in (1, 2, 3))
    made = converted(guide_of(export([article(1, "Pictures", pictures)])), GuideMap(), {"Spectra OX"}, markdown_of)
    assert made.folder.faults == []
    kept = Kept()
    files = GuideFiles(kept, Host(), Empty(), limits)
    stored = await files.store(made)
    assert len(kept.names) == fetched and len(stored.warnings) == 3 - fetched
    assert all(says is not None and says in warning and "Import again" in warning for warning in stored.warnings)
