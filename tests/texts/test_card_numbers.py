from __future__ import annotations

import pytest

from texts.card_numbers import MASK, holds_card, masked, masked_so_far


@pytest.mark.parametrize(
    ("written", "tail"),
    [
        ("4111111111111111", "1111"),
        ("4111 1111 1111 1111", "1111"),
        ("4111-1111-1111-1111", "1111"),
        ("4111.1111\u00a01111\u20131111", "1111"),
        ("4111  1111  1111  1111", "1111"),
        ("4111 - 1111 - 1111 - 1111", "1111"),
        ("3782 822463 10005", "0005"),
        ("5555555555554444", "4444"),
        ("2223003122003222", "3222"),
        ("30569309025904", "5904"),
        ("4222222222222", "2222"),
        ("6304000000000000000", "0000"),
        ("４１１１１１１１１１１１１１１１", "1111"),
    ],
)
def test_card_number_in_a_text_is_masked_but_for_four_digits(written: str, tail: str) -> None:
    assert masked(f"My card ({written}), thanks") == f"My card ({MASK} {tail}), thanks"


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "Order 1764374754000 of 2026",
        "ISBN 978-3-16-148410-0",
        "+49 1511 2345678901",
        "411111111111",
        "41111111111111111111111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "",
    ],
)
def test_other_number_stays(text: str) -> None:
    assert masked(text) == text
    assert not holds_card(text)


def test_card_number_among_other_numbers_is_masked_alone() -> None:
    text = "Order 12345, 4111 1111 1111 1111 and 5555-5555-5555-4444 12/27 123"
    assert masked(text) == f"Order 12345, {MASK} 1111 and {MASK} 4444 12/27 123"
    assert masked("2026 4111 1111 1111 1111 2027") == f"2026 {MASK} 1111 2027"


def test_masked_text_is_masked_once() -> None:
    once = masked("4111 1111 1111 1111 4111 1111 1111 1111")
    assert once == f"{MASK} 1111 {MASK} 1111"
    assert masked(once) == once


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("My card is 4111 1111 1111 111", "My card is ••••"),
        ("My card is 4111 1111 ", "My card is ••••"),
        ("My card is 4111 1111 1111 1111", f"My card is {MASK} 1111"),
        ("My order is 4111", "My order is 4111"),
        ("4111 1111 is my order", "4111 1111 is my order"),
    ],
)
def test_number_that_is_still_typed_is_masked_at_the_end(typed: str, shown: str) -> None:
    assert masked_so_far(typed) == shown
