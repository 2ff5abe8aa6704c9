"""The roles of one staff member."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from identity.actor import Role
from identity.roles import check_change, chosen
from refusals import Refused


@pytest.mark.parametrize(
    ("names", "role", "also"),
    [
        (["agent"], "agent", set()),
        (["admin"], "admin", set()),
        (["admin", "agent"], "agent", {"admin"}),
        (["agent", "supervisor", "admin", "admin"], "supervisor", {"agent", "admin"}),
    ],
)
def test_chosen_of_several_roles_puts_the_one_of_conversations_first(
    names: list[str], role: Role, also: set[Role]
) -> None:
    assert chosen(names) == (role, frozenset(also))


@pytest.mark.parametrize("names", [[], ["owner"], ["agent", "Admin"]])
def test_chosen_of_none_or_an_unknown_role_is_refused(names: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        chosen(names)
    assert refused.value.code == "invalid" and "role" in (refused.value.fields or {})


@pytest.mark.parametrize(
    ("by", "before", "after", "others", "code"),
    [
        ("u1", ["admin"], ["admin", "agent"], 2, "forbidden"),
        ("u2", ["admin"], ["agent"], 0, "conflict"),
        ("u2", ["agent", "admin"], ["agent"], 0, "conflict"),
    ],
)
def test_change_of_own_roles_or_of_the_last_admin_is_refused(
    by: str, before: Sequence[Role], after: Sequence[Role], others: int, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_change(by, "u1", "Tobias", before, after, others)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("by", "before", "after", "others"),
    [
        ("u1", ["agent", "admin"], ["admin", "agent"], 0),
        ("u2", ["admin"], ["agent"], 1),
        ("u2", ["agent"], ["admin"], 0),
    ],
)
def test_change_that_leaves_an_admin_is_accepted(
    by: str, before: Sequence[Role], after: Sequence[Role], others: int
) -> None:
    check_change(by, "u1", "Tobias", before, after, others)
