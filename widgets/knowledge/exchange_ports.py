"""The functions that the authors' page of imports and exports needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from starlette.requests import Request
from starlette.responses import Response

from identity.actor import Actor


@dataclass(frozen=True, slots=True)
class Planned:
    """What an import of an archive would do. `new` and `changed` are titles of texts. `moved` are pairs: a withdrawn
    article, and the one that replaces it. `unchanged` counts texts. While something is `refused`, nothing can be
    imported. `warnings` has a sentence for each link or file that leads nowhere."""

    new: Sequence[str]
    changed: Sequence[str]
    moved: Sequence[tuple[str, str]]
    unchanged: int
    refused: Sequence[str]
    warnings: Sequence[str]


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did. `counts` of the texts that were `added`, `changed` and `unchanged`. `warnings` as in
    `Planned`, also for files that could not be fetched."""

    counts: Mapping[str, int]
    warnings: Sequence[str]


class Archives(Protocol):
    """Every method raises Refused: `invalid` for an archive that cannot be read, `not_found` for one that is gone."""

    def keep(self, by: Actor, content: BinaryIO) -> str:
        """Keep an archive for an hour. Returns its key, which works for this person only. Takes the place of the
        person's earlier archive. Blocks."""
        ...

    async def plan(self, by: Actor, key: str) -> Planned:
        """Changes nothing."""
        ...

    async def apply(self, by: Actor, key: str, *, tell: bool) -> Done:
        """Import the archive, and remove it. `tell`: tell followers of new articles, and of changes that a file names.
        Raises Refused(conflict) while another import runs."""
        ...

    def drop(self, by: Actor, key: str) -> None: ...

    async def export(self) -> Path:
        """A new zip file with all articles and drafts. The caller removes it."""
        ...


class Exchange(Protocol):
    """Every method with `by` raises Refused: `forbidden` for people who may not write articles, `unavailable` during an
    outage, and what is said at `Archives`."""

    async def read_form(self, request: Request) -> Mapping[str, str]:
        """The fields of a form. Raises Refused: `forbidden` for a form of another site, `too_large`, or `bad_frame`."""
        ...

    async def upload(self, request: Request, by: Actor) -> str:
        """Keep the archive of a form. Returns its key. Raises Refused(too_large)."""
        ...

    async def plan(self, by: Actor, key: str) -> Planned: ...

    async def apply(self, by: Actor, key: str, *, tell: bool) -> Done: ...

    async def drop(self, by: Actor, key: str) -> None: ...

    async def archive(self, by: Actor) -> Response:
        """The zip file with all articles."""
        ...
