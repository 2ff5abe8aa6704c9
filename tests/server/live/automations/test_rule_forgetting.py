"""What rules have done is forgotten where it no longer matters. On both databases."""

from __future__ import annotations

from functools import partial

import pytest

from automations.adapters.store import SqlStore
from automations.timing import Handled
from server.live.automations import rule_forgetting
from server.live.automations.rule_forgetting import RuleForgetting
from storage.ports import Storage, Tx
from tests.automations.adapters.test_looks import rule
from ticketing.adapters.tables import TicketRow

STORE = SqlStore()


async def test_what_rules_have_done_on_closed_tickets_and_before_they_were_removed_is_forgotten(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fifth ticket does not exist. One transaction forgets two tickets."""
    monkeypatch.setattr(rule_forgetting, "AT_ONCE", 2)
    pauses = 0

    async def pause() -> None:
        nonlocal pauses
        pauses += 1

    def unit(tx: Tx) -> None:
        STORE.keep(tx, rule("a"))
        for number, closed_at in ((1, None), (2, 9), (3, None), (4, 9)):
            row = TicketRow(number=number, status="solved", team="media", channel="form", created_at=1, updated_at=1)
            row.closed_at = closed_at
            tx.session.add(row)
        for number in range(1, 6):
            STORE.handle(tx, "a", number, Handled(5, 1))
        STORE.handle(tx, "gone", 3, Handled(5, 1))

    await storage.write(unit)
    forgetting = RuleForgetting(storage, pause)
    await forgetting.run()
    kept = [set(await storage.read(partial(STORE.handled, ticket=number))) for number in range(1, 6)]
    assert kept == [{"a"}, set(), {"a"}, set(), set()]
    assert pauses == 2
    await forgetting.run()
    assert pauses == 2
