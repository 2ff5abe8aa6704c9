from __future__ import annotations

import re

import pytest

from canned_replies.variables import VARIABLES, unknown_variables
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
