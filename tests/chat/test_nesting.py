from __future__ import annotations

from itertools import pairwise

import pytest

from chat.nesting import BRACKET, is_deeper


@pytest.mark.parametrize(("text", "deeper"), [('{"a":[[1]]}', True), ('{"a":["[[["]}', False), ("[][][]", False)])
def test_depth_counts_brackets_outside_of_texts(text: str, deeper: bool) -> None:
    assert is_deeper(text, 2) is deeper


@pytest.mark.parametrize(
    "text",
    [
        '"' * 100_000,
        "[" * 100_000,
        '{"a":' * 20_000,
        '"' + '\\"' * 50_000,
        "[]" * 50_000,
        'x"[' * 30_000,
        "\\" * 100_000,
        "",
    ],
)
def test_bracket_search_reads_each_character_once(text: str) -> None:
    """Each match begins where the previous one ended."""
    spans = [found.span() for found in BRACKET.finditer(text)]
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
