from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from canned_replies.macro import Actions
from server.live.canned_replies.macro_rules import macro_check, normal
from ticketing.custom_fields import CustomField, Option


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
    check = macro_check(lambda: teams, lambda: "Brand", lambda _: ())
    actions = Actions(status="solved", resolution="configuration_request")
    assert check(None, actions, "media") == check(None, actions, None) == {}
    assert "only for Lumina" in check(None, actions, "finance")["resolution"]
    assert list(check(None, Actions(status="solved", resolution="configuration_request", team="finance"), "media")) == [
        "resolution"
    ]
    assert list(check(None, Actions(team="old"), None)) == ["team"]


def test_tags_are_stored_once_as_tickets_have_them_and_at_most_20() -> None:
    check = macro_check(dict, lambda: "Brand", lambda _: ())
    assert normal(Actions(add_tags=["#Month End", "month-end", "a b(", "x"])).add_tags == ["month-end", "a b(", "x"]
    assert check(None, Actions(add_tags=[f"t{n}" for n in range(20)]), None) == {}
    assert "20 tags" in check(None, Actions(add_tags=[f"t{n}" for n in range(21)]), None)["tags"]


def test_value_that_no_ticket_could_get_is_refused() -> None:
    fields = [
        CustomField(key="cause", kind="choice", labels={"en": "Cause"}, options=[Option("weather", {"en": "Weather"})]),
        CustomField(key="old", kind="text", labels={"en": "Old"}, archived=True),
    ]
    check = macro_check(dict, lambda: "Brand", lambda _: fields)
    assert check(None, Actions(custom_fields={"cause": "weather"}), None) == {}
    assert check(None, Actions(custom_fields={"cause": "fog", "old": "x"}), None) == {
        "custom_fields.cause": "Cause: Choose one of weather.",
        "custom_fields.old": "There is no field 'old'.",
    }
