"""Connects system availability with followers and search: its notices become announcements, its incidents documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from availability.incident import Reported
from availability.ports import Notice
from following.announcement import EVERYTHING, Announcement, Subject
from knowledge.addresses import slug_of
from search.document import Document
from storage.ports import Tx

Tell: TypeAlias = Callable[[Tx, Announcement], None]
Put: TypeAlias = Callable[[Tx, Document], None]

LINE_MAX = 300


class SystemNews:
    """Implements `availability.ports.Announcing`."""

    def __init__(self, tells: Sequence[Tell], noticed: Sequence[Callable[[Tx, Notice], None]] = ()) -> None:
        """`noticed` are called with each notice itself."""
        self._tells = tells
        self._noticed = noticed

    def announce(self, tx: Tx, notice: Notice) -> None:
        for tell in self._tells:
            tell(tx, announcement_of(notice))
        for take in self._noticed:
            take(tx, notice)


class SystemDocuments:
    """Implements `availability.ports.Finding`."""

    def __init__(self, puts: Sequence[Put]) -> None:
        self._puts = puts

    def put(self, tx: Tx, reported: Reported) -> None:
        for put in self._puts:
            put(tx, document_of(reported))


def announcement_of(notice: Notice) -> Announcement:
    """Followers of the components are told, of their products, and of all systems."""
    systems = [Subject("system", slug_of(product)) for product in notice.products] or [Subject("system", EVERYTHING)]
    components = [Subject("component", str(component)) for component in notice.components]
    return Announcement(
        source=f"{notice.kind}:{notice.id}",
        version=notice.version,
        subjects=[*systems, *components],
        news="new" if notice.new else "update",
        title=notice.title,
        line=" ".join(notice.line.split())[:LINE_MAX],
        address=f"/status#{notice.kind}-{notice.id}",
        visibility="public",
        product=None,
        not_before=notice.at,
    )


def document_of(reported: Reported) -> Document:
    incident = reported.incident
    texts = [incident.effect, incident.workaround, incident.finding, *(update.text for update in reported.updates)]
    return Document(
        kind="incident",
        source=str(incident.id),
        locale="en",
        title=incident.title,
        headings="",
        body="\n".join(text for text in texts if text),
        labels="",
        product=None,
        section="incidents",
        address=f"/status#incident-{incident.id}",
        visibility="public",
        updated_at=incident.updated_at,
    )
