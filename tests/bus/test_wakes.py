from __future__ import annotations

import pytest

from bus.wakes import Batch, Wake, payloads, read


def test_changes_of_one_process_share_a_payload() -> None:
    (payload,) = payloads("p1", {("chat", "c1"): (7, ""), ("news", "c1"): (0, "typing")}, 8_000)
    assert read(payload) == Batch("p1", [Wake("chat", "c1", 7), Wake("news", "c1", 0, "typing")])


def test_changes_that_do_not_fit_are_split_and_none_is_lost() -> None:
    changed = {("chat", f"chat-{number}"): (number, "") for number in range(500)}
    found = list(payloads("p1", changed, 1_000))
    assert max(len(payload.encode()) for payload in found) <= 1_000
    batches = [batch for payload in found if (batch := read(payload)) is not None]
    assert {(wake.kind, wake.id): (wake.seq, wake.news) for batch in batches for wake in batch.wakes} == changed


def test_news_that_does_not_fit_is_dropped_and_the_rest_is_sent() -> None:
    changed = {("news", "c1"): (0, "long" * 300), ("chat", "c1"): (7, "")}
    (payload,) = payloads("p1", changed, 1_000)
    assert read(payload) == Batch("p1", [Wake("chat", "c1", 7)])


def test_wake_up_with_a_place_in_a_log_is_sent_without_an_event_that_does_not_fit() -> None:
    (payload,) = payloads("p1", {("log", "c1"): (7, "long" * 300)}, 1_000)
    assert read(payload) == Batch("p1", [Wake("log", "c1", 7)])


@pytest.mark.parametrize("payload", ["", "hello", "[]", '["p1",[["chat"]]]', '["p1",[["chat",3]]]', '{"process":"p1"}'])
def test_text_that_is_no_payload_is_refused(payload: str) -> None:
    assert read(payload) is None
