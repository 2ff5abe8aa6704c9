from __future__ import annotations

import re

import pytest

from canned_replies.variables import VARIABLES, filled, unknown_variables
from tests.running import ROOT


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hi {{customer.first_name}}, {{ agent.name }} here", []),
        ("{{order}} and {{order}} and {{Team}}", ["order", "Team"]),
        ("{{}} {team} {{{team}}} } {{", [""]),
    ],
)
def test_unknown_variables_are_named_once_each(text: str, unknown: list[str]) -> None:
    assert unknown_variables(text) == unknown


def test_browser_knows_the_same_variables() -> None:
    source = (ROOT / "widgets/console/static/canned-text.js").read_text()
    values = source.partition("valuesOf = ")[2].partition("});")[0]
    known = re.findall(r"^\s+'?([a-z_.]+)'?(?=[:,])", values, re.MULTILINE)
    assert known == list(VARIABLES) or sorted(known) == sorted(VARIABLES)


@pytest.mark.parametrize(
    ("text", "said", "gaps"),
    [
        ("Hi {{customer.first_name}}, Ines here", "Hi, Ines here", []),
        ("Hola {{ customer.name }}!\nGood morning {{customer.name}}", "Hola!\nGood morning", []),
        ("Thank you, {{customer.first_name}}.", "Thank you.", []),
        ("Bonjour {{customer.first_name}} !", "Bonjour !", []),
        ("Dear {{customer.name}},", "Dear {{customer.name}},", ["customer.name"]),
        ("Done. Thanks {{customer.name}}. Bye", "Done. Thanks. Bye", []),
        *(
            (text, text, ["customer.name"])
            for text in (
                "Requested by {{customer.name}}",
                "Report for {{customer.name}}",
                "Hello Mr {{customer.name}},",
                "Lieber {{customer.name}},",
                "Querida {{customer.name}},",
                "Please also tell your colleague, {{customer.name}}.",
                "Hello {{customer.name}}\nand everybody",
            )
        ),
        ("I asked {{customer.name}} twice", "I asked {{customer.name}} twice", ["customer.name"]),
    ],
)
def test_greeting_of_a_customer_without_a_name_has_no_gap(text: str, said: str, gaps: list[str]) -> None:
    assert filled(text, {"team": "Media"}) == (said, gaps)
    assert filled(text, {"customer.name": "Ana Ruiz", "customer.first_name": "Ana"})[1] == []
