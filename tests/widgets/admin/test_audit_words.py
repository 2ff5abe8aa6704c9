"""`widgets.admin.audit_words`: the lines of the audit log in words."""

from __future__ import annotations

import re
from itertools import product

import pytest

from identity import audit
from identity.audit import AuditLine
from widgets.admin.audit_words import said_of

NAME = re.compile(r"`([a-z_]+)`")
DOCUMENTED = [
    pair
    for row in re.findall(r"^\| (`.*?) \| (`.*?) \|", audit.__doc__ or "", re.MULTILINE)
    for pair in product(*(NAME.findall(cell) for cell in row))
]


def line(verb: str, thing: str) -> AuditLine:
    return AuditLine(at=0, actor_kind="staff", actor="a", verb=verb, thing=thing, thing_id="x", detail={})


@pytest.mark.parametrize(("verb", "thing"), DOCUMENTED)
def test_documented_line_is_said_in_words(verb: str, thing: str) -> None:
    """Not by the names that the database has for the verb and the thing."""
    said = said_of(line(verb, thing), {"x": "Maya"})
    assert said.icon != "scroll-text" and f"{verb} {thing}" not in said.text
