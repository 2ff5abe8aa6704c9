"""The tickets that rules with a time look at, and what these rules have done, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import json
from sqlalchemy import delete, update
from sqlmodel import col, select

from automations.adapters.tables import AutomationHandledRow, AutomationLookingRow, AutomationLookRow
from automations.timing import Handled
from storage.ports import Tx
from storage.upsert import insert_into

_ticket, _due = col(AutomationLookRow.ticket), col(AutomationLookRow.due)
_targets = json.Decoder(dict[str, int])
_ticket_of, _rule_of = col(AutomationHandledRow.ticket), col(AutomationHandledRow.rule)


class SqlLooks:
    """A part of `automations.adapters.store.SqlStore`."""

    def look(self, tx: Tx, tickets: Collection[int], due: int) -> None:
        if tickets:
            row = insert_into(tx, AutomationLookRow).values([{"ticket": one, "due": due} for one in sorted(tickets)])
            tx.session.connection().execute(row.on_conflict_do_update(index_elements=["ticket"], set_={"due": due}))

    def look_later(self, tx: Tx, ticket: int, due: int) -> None:
        row = insert_into(tx, AutomationLookRow).values(ticket=ticket, due=due)
        tx.session.connection().execute(row.on_conflict_do_nothing(index_elements=["ticket"]))

    def looks(self, tx: Tx, now: int, limit: int) -> Sequence[int]:
        query = select(AutomationLookRow.ticket).where(_due <= now).order_by(_due).limit(limit)
        return list(tx.session.exec(query))

    def take_look(self, tx: Tx, ticket: int, now: int) -> bool:
        done = delete(AutomationLookRow).where(_ticket == ticket, _due <= now)
        return tx.session.connection().execute(done).rowcount == 1

    def handled(self, tx: Tx, ticket: int) -> Mapping[str, Handled]:
        row = AutomationHandledRow
        rows = tx.session.exec(select(row.rule, row.began, row.runs, row.targets).where(row.ticket == ticket))
        return {
            rule: Handled(began, runs, _targets.decode(targets) if targets else {})
            for rule, began, runs, targets in rows
        }

    def handle(self, tx: Tx, rule: str, ticket: int, handled: Handled) -> None:
        targets = json.encode(handled.targets).decode() if handled.targets else ""
        values = {"began": handled.began, "runs": handled.runs, "targets": targets}
        row = insert_into(tx, AutomationHandledRow).values(ticket=ticket, rule=rule, **values)
        done = row.on_conflict_do_update(index_elements=["ticket", "rule"], set_=values)
        tx.session.connection().execute(done)

    def begin_anew(self, tx: Tx, rule: str, tickets: Collection[int], after: int) -> None:
        if tickets:
            these = update(AutomationHandledRow).where(_ticket_of.in_(tickets), _rule_of == rule)
            later = these.where(col(AutomationHandledRow.began) > after)
            tx.session.connection().execute(later.values(began=None))

    def look_at_all(self, tx: Tx, id: str, calendar: str) -> None:
        values = {"upto": 0, "calendar": calendar}
        row = insert_into(tx, AutomationLookingRow).values(rule=id, **values)
        tx.session.connection().execute(row.on_conflict_do_update(index_elements=["rule"], set_=values))

    def look_at_all_again(self, tx: Tx) -> None:
        """Have all rules with a time look at all tickets, after an import."""
        tx.session.connection().execute(update(AutomationLookingRow).values(upto=0))

    def looking(self, tx: Tx) -> Mapping[str, tuple[int | None, str]]:
        row = AutomationLookingRow
        return {
            rule: (upto, calendar) for rule, upto, calendar in tx.session.exec(select(row.rule, row.upto, row.calendar))
        }

    def looked(self, tx: Tx, ids: Collection[str], after: int, upto: int | None) -> None:
        row = AutomationLookingRow
        these = update(row).where(col(row.rule).in_(ids), col(row.upto) == after)
        tx.session.connection().execute(these.values(upto=upto))
