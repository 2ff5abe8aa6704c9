from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from canned_replies.macro import Actions
from server.live.canned_replies.macro_rules import macro_check, normal


@dataclass(frozen=True)
class _Team:
    products: tuple[str, ...]
    name: str = "A team"
    retired: bool = False
    identity: Literal["optional", "required"] = "optional"
    successor: str | None = None
    account_team: str | None = None
    reopen_days: int = 28


def test_code_of_a_product_that_the_team_does_not_support_is_refused() -> None:
    teams = {"media": _Team(("Spectra OX", "Lumina")), "finance": _Team(("Other",)), "old": _Team((), retired=True)}
    check = macro_check(lambda: teams, lambda: "Brand")
    actions = Actions(status="solved", resolution="configuration_request")
    assert check(actions, "media") == check(actions, None) == {}
    assert "only for Lumina" in check(actions, "finance")["resolution"]
    assert list(check(Actions(status="solved", resolution="configuration_request", team="finance"), "media")) == [
        "resolution"
    ]
    assert list(check(Actions(team="old"), None)) == ["team"]


def test_tags_are_stored_once_as_tickets_have_them_and_at_most_20() -> None:
    check = macro_check(dict, lambda: "Brand")
    assert normal(Actions(add_tags=["#Month End", "month-end", "a b(", "x"])).add_tags == ["month-end", "a b(", "x"]
    assert check(Actions(add_tags=[f"t{n}" for n in range(20)]), None) == {}
    assert "20 tags" in check(Actions(add_tags=[f"t{n}" for n in range(21)]), None)["tags"]
