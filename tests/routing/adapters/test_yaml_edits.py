"""A YAML text is changed in place, and nothing else of it moves."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from routing.adapters import yaml_edits
from routing.adapters.yaml_edits import Path

BLOCK = """\
# The head.
days:   # of the week
  mon: ["09:00-17:00"]  # early

  tue: []
  # The end of the days.
teams:
  - {name: Media}  # first
  # between
  - {name: Prod}
"""
FLOW = '{days: {mon: ["09:00-17:00"], tue: []}, teams: [{name: Media}, {name: Prod}]}  # all\n'

A = {"name": "A"}
EDITS: tuple[tuple[Callable[[str], str], str, str], ...] = (
    (lambda text: yaml_edits.put(text, ("days", "tue"), ["10:00-11:00"]), '"tue": []', '"tue": ["10:00-11:00"]'),
    (lambda text: yaml_edits.put(text, ("days", "wed"), "x: #y"), '"tue": []', '"tue": [], "wed": "x: #y"'),
    (lambda text: yaml_edits.put_mapping(text, ("days", "a"), {"b": 1}), '"tue": []', '"tue": [], "a": {"b": 1}'),
    (lambda text: yaml_edits.add(text, ("teams",), {"name": "no"}), "}]}", '}, {"name": "no"}]}'),
    (lambda text: yaml_edits.add(text, ("days", "off"), {"a": True}), '"tue": []', '"tue": [], "off": [{"a": true}]'),
    (lambda text: yaml_edits.insert(text, ("teams",), 0, A), '"teams": [', '"teams": [{"name": "A"}, '),
    (lambda text: yaml_edits.insert(text, ("teams",), 1, A, lines=True), '"Media"}', '"Media"}, {"name": "A"}'),
    (lambda text: yaml_edits.rename(text, ("days", "tue"), "2"), '"tue": []', '"2": []'),
    (lambda text: yaml_edits.drop(text, ("days", "mon")), '"mon": ["09:00-17:00"], ', ""),
    (lambda text: yaml_edits.drop(text, ("teams", 1)), ', {"name": "Prod"}', ""),
    (lambda text: yaml_edits.drop(text, ("teams", 0)), '{"name": "Media"}, ', ""),
    (lambda text: yaml_edits.drop(text, ("days", "mon", 0)), '"mon": ["09:00-17:00"], ', ""),
    (
        lambda text: yaml_edits.as_list(text, ("days",)),
        '{"mon": ["09:00-17:00"], "tue": []}',
        '[{"mon": ["09:00-17:00"], "tue": []}]',
    ),
)
"""Edits, each with the part of the text as JSON that it replaces."""


@pytest.mark.parametrize("text", [BLOCK, FLOW, BLOCK.replace("\n", "\r\n"), BLOCK.rstrip()])
@pytest.mark.parametrize("edit", EDITS)
def test_edit_changes_one_value_and_keeps_the_comments(text: str, edit: tuple[Callable[[str], str], str, str]) -> None:
    change, old, new = edit
    after = change(text)
    before = json.dumps(yaml.safe_load(text))
    assert old in before and json.dumps(yaml.safe_load(after)) == before.replace(old, new, 1)
    for comment in ("# The head.", "# of the week", "# The end of the days.", "# between", "# all"):
        assert (comment in after) == (comment in text)
    assert ("\r\n" in text) == ("\r\n" in after) and after.count("\n") - after.count("\r\n") in (0, after.count("\n"))


def test_unchanged_lines_keep_every_byte() -> None:
    after = yaml_edits.put(BLOCK, ("days", "mon"), ["10:00-12:00"])
    changed = [pair for pair in zip(BLOCK.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert changed == [('  mon: ["09:00-17:00"]  # early', '  mon: ["10:00-12:00"]  # early')]


@pytest.mark.parametrize("path", [("nothing", "x"), ("days", "mon", "x"), ("teams", 7)])
def test_missing_path_is_a_key_error(path: Path) -> None:
    with pytest.raises(KeyError):
        yaml_edits.put(BLOCK, path, 1)


def test_text_with_an_alias_is_recognized() -> None:
    assert yaml_edits.has_aliases("a: &x [1]\nb: *x\n") and not yaml_edits.has_aliases(BLOCK)


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\u2028\u2029\ufeff")))
def test_any_text_is_read_back_as_written(text: str) -> None:
    try:
        read = yaml.safe_load(yaml_edits.put("a: {b: 1}\n", ("a", "c"), text))
    except yaml.reader.ReaderError:
        return
    assert read == {"a": {"b": 1, "c": text}}
