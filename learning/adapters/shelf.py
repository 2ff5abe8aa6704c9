"""Topics, resources, plans, playlists and progress in the database, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields

import msgspec
from sqlalchemy import delete, func, select, update
from sqlmodel import SQLModel, col

from learning.adapters.tables import PlanRow, PlaylistRow, ProgressRow, ResourceRow, TopicRow
from learning.catalogue import Plan, Resource, Stage, Topic
from learning.playlist import Playlist
from storage.ports import Tx
from storage.upsert import insert_into

_texts = msgspec.json.Decoder(tuple[str, ...])
_numbers = msgspec.json.Decoder(tuple[int, ...])
_stages = msgspec.json.Decoder(tuple[Stage, ...])


class SqlShelf:
    """Implements `learning.ports.Shelf`."""

    def put_topic(self, tx: Tx, topic: Topic) -> None:
        _put(tx, TopicRow, asdict(topic))

    def put_resource(self, tx: Tx, resource: Resource, now: int) -> int:
        values = {**asdict(resource), "topics": _json(resource.topics), "requires": _json(resource.requires)}
        return _put_numbered(tx, ResourceRow, {**values, "created_at": now, "updated_at": now})

    def put_plan(self, tx: Tx, plan: Plan, now: int) -> int:
        values = {**asdict(plan), "stages": _json(plan.stages)}
        return _put_numbered(tx, PlanRow, {**values, "created_at": now, "updated_at": now})

    def topics(self, tx: Tx) -> list[Topic]:
        query = select(TopicRow).order_by(col(TopicRow.position), col(TopicRow.source))
        return [
            Topic(**{field.name: getattr(row, field.name) for field in fields(Topic)})
            for row in tx.session.scalars(query)
        ]

    def resources(self, tx: Tx) -> list[Resource]:
        query = select(ResourceRow).order_by(col(ResourceRow.position), col(ResourceRow.id))
        return [_resource(row) for row in tx.session.scalars(query)]

    def plans(self, tx: Tx) -> list[Plan]:
        query = select(PlanRow).order_by(col(PlanRow.position), col(PlanRow.id))
        return [_plan(row) for row in tx.session.scalars(query)]


class SqlPlaylists:
    """Implements `learning.ports.Playlists`."""

    def add(self, tx: Tx, playlist: Playlist) -> None:
        tx.session.connection().execute(insert_into(tx, PlaylistRow).values(_row_of(playlist)))

    def find(self, tx: Tx, id_: str, *, lock: bool = False) -> Playlist | None:
        query = select(PlaylistRow).where(col(PlaylistRow.id) == id_)
        row = tx.session.scalars(query.with_for_update() if lock else query).first()
        return _playlist(row) if row is not None else None

    def put(self, tx: Tx, playlist: Playlist) -> None:
        _put(tx, PlaylistRow, _row_of(playlist), key="id")

    def remove(self, tx: Tx, id_: str) -> None:
        tx.session.connection().execute(delete(PlaylistRow).where(col(PlaylistRow.id) == id_))

    def of(self, tx: Tx, owners: Collection[str]) -> list[Playlist]:
        query = select(PlaylistRow).where(col(PlaylistRow.owner).in_(sorted(owners)))
        ordered = query.order_by(col(PlaylistRow.updated_at).desc(), col(PlaylistRow.id))
        return [_playlist(row) for row in tx.session.scalars(ordered)]

    def give(self, tx: Tx, before: str, owner: str) -> None:
        ours = update(PlaylistRow).where(col(PlaylistRow.owner) == before)
        tx.session.connection().execute(ours.values(owner=owner))


class SqlProgress:
    """Implements `learning.ports.ProgressStore`."""

    def done(self, tx: Tx, persons: Collection[str]) -> Mapping[str, int]:
        first = func.min(col(ProgressRow.at))
        query = select(col(ProgressRow.thing), first).where(col(ProgressRow.person).in_(sorted(persons)))
        rows = tx.session.execute(query.group_by(col(ProgressRow.thing)))
        return {str(thing): int(at) for thing, at in rows}

    def finish(self, tx: Tx, person: str, key: str, now: int) -> None:
        insert = insert_into(tx, ProgressRow).values(person=person, thing=key, at=now)
        tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["person", "thing"]))

    def undo(self, tx: Tx, persons: Collection[str], key: str) -> None:
        ours = col(ProgressRow.person).in_(sorted(persons))
        tx.session.connection().execute(delete(ProgressRow).where(ours, col(ProgressRow.thing) == key))


def _put(tx: Tx, table: type[SQLModel], values: dict[str, object], key: str = "source") -> None:
    insert = insert_into(tx, table).values(values)
    changed = {name: insert.excluded[name] for name in values if name != key}
    tx.session.connection().execute(insert.on_conflict_do_update(index_elements=[key], set_=changed))


def _put_numbered(tx: Tx, table: type[ResourceRow | PlanRow], values: dict[str, object]) -> int:
    kept = {name: value for name, value in values.items() if name != "id"}
    insert = insert_into(tx, table).values(kept)
    changed = {name: insert.excluded[name] for name in kept if name not in ("source", "created_at")}
    put = insert.on_conflict_do_update(index_elements=["source"], set_=changed).returning(col(table.id))
    return int(tx.session.connection().execute(put).scalar_one() or 0)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _resource(row: ResourceRow) -> Resource:
    plain = {field.name: getattr(row, field.name) for field in fields(Resource)}
    return Resource(**{**plain, "topics": _texts.decode(row.topics), "requires": _texts.decode(row.requires)})


def _plan(row: PlanRow) -> Plan:
    plain = {field.name: getattr(row, field.name) for field in fields(Plan)}
    return Plan(**{**plain, "stages": _stages.decode(row.stages)})


def _row_of(playlist: Playlist) -> dict[str, object]:
    lists = {name: _json(getattr(playlist, name)) for name in ("items", "topics", "declined")}
    return {**asdict(playlist), **lists}


def _playlist(row: PlaylistRow) -> Playlist:
    plain = {field.name: getattr(row, field.name) for field in fields(Playlist)}
    lists = {
        "items": _numbers.decode(row.items),
        "topics": _texts.decode(row.topics),
        "declined": _numbers.decode(row.declined),
    }
    return Playlist(**{**plain, **lists})
