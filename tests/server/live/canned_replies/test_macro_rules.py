from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from canned_replies.macro import Actions
from server.live.canned_replies.macro_rules import macro_check


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
