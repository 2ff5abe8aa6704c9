"""The places in videos, as rows. Implements `learning.ports.Places`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields

from sqlalchemy import delete
from sqlmodel import col, select

from learning.adapters.tables import VideoPlaceRow
from learning.places import VideoPlace
from storage.ports import Tx
from storage.upsert import insert_into

_NAMES = [field.name for field in fields(VideoPlace)]


class SqlPlaces:
    def of(self, tx: Tx, persons: Collection[str]) -> Mapping[int, VideoPlace]:
        ours = select(VideoPlaceRow).where(col(VideoPlaceRow.person).in_(sorted(persons)))
        rows = tx.session.scalars(ours.order_by(col(VideoPlaceRow.at), col(VideoPlaceRow.person)))
        return {row.article: VideoPlace(**{name: getattr(row, name) for name in _NAMES}) for row in rows}

    def put(self, tx: Tx, person: str, place: VideoPlace) -> None:
        insert = insert_into(tx, VideoPlaceRow).values(person=person, **asdict(place))
        changed = {name: insert.excluded[name] for name in _NAMES if name != "article"}
        tx.session.connection().execute(
            insert.on_conflict_do_update(index_elements=["person", "article"], set_=changed)
        )

    def remove(self, tx: Tx, persons: Collection[str], articles: Collection[int]) -> None:
        ours = col(VideoPlaceRow.person).in_(sorted(persons))
        tx.session.connection().execute(
            delete(VideoPlaceRow).where(ours, col(VideoPlaceRow.article).in_(sorted(articles)))
        )
