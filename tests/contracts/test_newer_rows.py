"""Rows that only a newer version can read, beside rows of this one, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlmodel import SQLModel

from alarms.adapters.store import SqlStore as Alarms
from alarms.adapters.tables import WaitingAlarmRow
from storage.newer_rows import met
from storage.ports import Storage, Tx
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.adapters.policy_tables import PolicyRow
from ticketing.adapters.triage_tables import CustomFieldRow
from ticketing.custom_fields import CustomField
from ticketing.targets import Policy

FIELD = '{"key": "%s", "kind": "%s", "labels": {"en": "A"}}'
POLICY = '{"id": "%s", "name": "A", "first_reply": %s}'
KINDS: list[tuple[str, str, Sequence[SQLModel], Callable[[Tx], Sequence[object]], object]] = [
    (
        "custom field",
        "newer",
        [
            CustomFieldRow(key="newer", position=0, archived=False, body=FIELD % ("newer", "hologram")),
            CustomFieldRow(key="ours", position=1, archived=False, body=FIELD % ("ours", "number")),
        ],
        SqlCustomFields().custom_fields,
        CustomField(key="ours", kind="number", labels={"en": "A"}),
    ),
    (
        "service level",
        "newer",
        [
            PolicyRow(id="newer", position=0, body=POLICY % ("newer", '"soon"')),
            PolicyRow(id="ours", position=1, body=POLICY % ("ours", "60")),
        ],
        SqlPolicies().policies,
        Policy(id="ours", name="A", first_reply=60),
    ),
    (
        "alarm",
        "1",
        [
            WaitingAlarmRow(id=1, destination="d", kind="moon", team="media", since=1, created_at=1),
            WaitingAlarmRow(id=2, destination="d", kind="queue", team="media", since=1, created_at=1),
        ],
        lambda tx: [one.id for one in Alarms().waiting(tx, "d", 10)],
        2,
    ),
]


@pytest.mark.parametrize(("kind", "id_", "rows", "read", "ours"), KINDS, ids=[kind for kind, *_ in KINDS])
async def test_row_of_a_newer_version_is_named_and_the_others_count(
    storage: Storage, kind: str, id_: str, rows: list[SQLModel], read: Callable[[Tx], Sequence[object]], ours: object
) -> None:
    # A copy: the rows belong to one session.
    await storage.write(lambda tx: tx.session.add_all([type(row)(**row.model_dump()) for row in rows]))
    assert list(await storage.read(read)) == [ours]
    assert (kind, id_) in met()
