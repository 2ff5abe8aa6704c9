from __future__ import annotations

import pytest

from chat.typed_texts import check_line, check_text
from refusals import Refused


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "\u200b", "\u2800", "\u3164\u2060", "\U000e0041"])
def test_invisible_text_is_invalid(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_text(text)
    assert refusal.value.code == "invalid" and refusal.value.fields is not None and "text" in refusal.value.fields


@pytest.mark.parametrize("line", ["\u200b", "Ana\u202e", "A\nB", "\u3164"])
def test_line_that_is_invisible_or_breaks_layout_is_invalid(line: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_line(line, "name")
    assert refusal.value.code == "invalid" and refusal.value.fields is not None and "name" in refusal.value.fields
    assert check_line(" Ana ", "name") == "Ana"
    assert check_line(" ", "name") is None
