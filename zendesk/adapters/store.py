"""Numbers of ids in SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, tuple_
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.custom_fields import Fields
from zendesk.adapters.tables import ZendeskNumberRow
from zendesk.custom_fields import NumberedFields
from zendesk.fields import CUSTOM, ID_OF, Custom
from zendesk.numbers import Key, Kind, number_of

_ATTEMPTS = 4


class SqlNumbers:
    def known(self, tx: Tx, keys: Collection[Key]) -> dict[Key, int]:
        """The numbers of these ids, for those that have one."""
        if not keys:
            return {}
        wanted = tuple_(col(ZendeskNumberRow.kind), col(ZendeskNumberRow.id)).in_([(key.kind, key.id) for key in keys])
        rows = tx.session.exec(select(ZendeskNumberRow).where(wanted))
        by_id: dict[tuple[str, str], Key] = {(key.kind, key.id): key for key in keys}
        return {by_id[row.kind, row.id]: row.number for row in rows}

    def give(self, tx: Tx, keys: Collection[Key]) -> dict[Key, int]:
        """The numbers of these ids. Ids without one get theirs."""
        found = self.known(tx, keys)
        for attempt in range(_ATTEMPTS):
            missing = sorted(set(keys) - found.keys(), key=lambda key: (key.kind, key.id))
            if not missing:
                break
            rows = [{"kind": key.kind, "number": number_of(key, attempt), "id": key.id} for key in missing]
            tx.session.connection().execute(insert_into(tx, ZendeskNumberRow).values(rows).on_conflict_do_nothing())
            found |= self.known(tx, missing)
        return found

    def keep(self, tx: Tx, key: Key, number: int, name: str | None = None) -> None:
        """Give an id this number, in place of an earlier one. `name` is that of a person who is known only by an
        address."""
        tx.session.execute(
            delete(ZendeskNumberRow).where(
                col(ZendeskNumberRow.kind) == key.kind,
                col(ZendeskNumberRow.id) == key.id,
                col(ZendeskNumberRow.number) != number,
            )
        )
        values = {"kind": key.kind, "number": number, "id": key.id, "name": name}
        kept = insert_into(tx, ZendeskNumberRow).values(values)
        tx.session.execute(
            kept.on_conflict_do_update(index_elements=["kind", "number"], set_={"id": key.id, "name": name})
        )

    def keep_free(self, tx: Tx, wanted: Collection[tuple[Key, int, str | None]]) -> None:
        """Give ids these numbers, and names. Ids that have a number, and numbers that are taken, stay as they are."""
        rows = [{"kind": key.kind, "number": number, "id": key.id, "name": name} for key, number, name in wanted]
        if rows:
            statement = insert_into(tx, ZendeskNumberRow).on_conflict_do_nothing()
            tx.session.connection().execute(statement, rows)

    def follow(self, tx: Tx, wanted: Collection[tuple[Key, int, str | None]]) -> list[tuple[Key, int]]:
        """Give ids these numbers, and names, in place of earlier ones. Of several numbers for one id, the one that it
        has stays, otherwise it gets the first. Returns what had a number or a name before, and has another one now."""
        query = select(ZendeskNumberRow).where(col(ZendeskNumberRow.kind).in_({key.kind for key, *_ in wanted}))
        rows = tx.session.exec(query).all()
        numbers = {(row.kind, row.id): row.number for row in rows}
        names = {(row.kind, row.number): (row.id, row.name) for row in rows}
        chosen = dict[Key, tuple[int, str | None]]()
        for key, number, name in wanted:
            if key not in chosen or numbers.get((key.kind, key.id)) == number:
                chosen[key] = number, name
        changed = list[tuple[Key, int]]()
        for key, (number, name) in chosen.items():
            before, had = names.get((key.kind, number)), numbers.get((key.kind, key.id))
            # An option that has the same key here and there needs no row.
            if before == (key.id, name) or (before is None and key.id.endswith(f":{name}")):
                continue
            self.keep(tx, key, number, name)
            if before is not None or had is not None:
                changed.append((key, number))
        return changed

    def key(self, tx: Tx, kind: Kind, number: int) -> Key | None:
        """The id with this number."""
        query = select(col(ZendeskNumberRow.id)).where(
            col(ZendeskNumberRow.kind) == kind, col(ZendeskNumberRow.number) == number
        )
        found = tx.session.exec(query).first()
        return Key(kind, found) if found is not None else None

    def keys(self, tx: Tx, kind: Kind) -> list[Key]:
        """All ids of a kind that have a number, by id. Of few kinds there are few."""
        query = select(col(ZendeskNumberRow.id)).where(col(ZendeskNumberRow.kind) == kind)
        return [Key(kind, id_) for id_ in tx.session.exec(query.order_by(col(ZendeskNumberRow.id)))]

    def fields(self, tx: Tx, fields: Fields) -> NumberedFields:
        """These custom fields, with the numbers and the values of those that were imported."""
        row = ZendeskNumberRow
        columns = (col(row.kind), col(row.number), col(row.id), col(row.name))
        query = select(*columns).where(col(row.kind).in_(("ticket_field", "property_field", "field_option")))
        numbers, options, properties = dict[str, int](), dict[tuple[int, str], str](), dict[int, Custom]()
        for kind, number, id_, name in tx.session.exec(query):
            if kind == "ticket_field":
                numbers[id_] = number
            elif kind == "property_field":
                properties[number] = CUSTOM[ID_OF[id_]]
            elif name is not None:
                field, _, value = id_.partition(":")
                options[int(field), value] = name
        return NumberedFields(fields, numbers, options, properties)

    def name(self, tx: Tx, key: Key) -> str | None:
        """The name that was kept with an id."""
        query = select(col(ZendeskNumberRow.name)).where(
            col(ZendeskNumberRow.kind) == key.kind, col(ZendeskNumberRow.id) == key.id
        )
        return tx.session.exec(query).first()
