"""The record of an uploaded file."""

from __future__ import annotations

from dataclasses import dataclass

from identity.actor import Actor

USABLE_MS = 86_400_000
"""Time in ms after which an upload that is not attached to anything is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The record of a file. Its content is stored elsewhere under the same id. Moments are in ms since the epoch,
    UTC."""

    id: str
    uploader: str
    network: str | None = None
    """The network of the upload; set only for customers without a verified identity."""
    name: str
    type: str
    size: int
    sha256: str
    created_at: int
    holder: str | None = None
    """What has the file: `chat:ID`, `ticket:NUMBER`, `article:ID` or `reply:ID`, a canned reply."""
    staff_only: bool = False

    @property
    def url(self) -> str:
        return f"/api/files/{self.id}"

    def is_from(self, actor: Actor) -> bool:
        return self.uploader == actor.id if actor.kind == "staff" else actor.is_customer(self.uploader)
