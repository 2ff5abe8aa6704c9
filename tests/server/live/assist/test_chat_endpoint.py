"""The chat API of OpenAI, against a model that the test starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from assist.ports import NoAnswer
from assist.prompts import Message
from egress import Egress
from server.live.assist.chat_endpoint import ANSWER_MAX, ChatEndpoint, chat_endpoint
from tests.running import GivenSettings
from tests.server.live.assist.stand_in import StandIn, stand_in

KEY = "sk-a-key-that-nobody-may-read"
ASKED = [Message("system", "Summarize"), Message("user", "a private text")]


@pytest.fixture
def model() -> Iterator[StandIn]:
    with stand_in() as it:
        yield it


def endpoint(model: StandIn, key: str | None = KEY, timeout_s: float = 60.0) -> ChatEndpoint:
    return ChatEndpoint(Egress(["127.0.0.1"], timeout_s=timeout_s), model.url, key, "tiny")


async def test_question_is_a_chat_completion_with_the_key(model: StandIn) -> None:
    assert await endpoint(model).answer(ASKED) == "A suggestion."
    (asked,) = model.asked
    assert asked["model"] == "tiny" and asked["messages"][1] == {"role": "user", "content": "a private text"}
    assert (model.paths, model.keys) == (["/v1/chat/completions"], [f"Bearer {KEY}"])


async def test_model_without_a_key_gets_none(model: StandIn) -> None:
    await endpoint(model, None).answer(ASKED)
    assert model.keys == [None]


async def test_answer_that_is_too_long_is_cut(model: StandIn) -> None:
    model.says = "x" * (2 * ANSWER_MAX)
    assert len(await endpoint(model).answer(ASKED)) == ANSWER_MAX


@pytest.mark.parametrize(
    ("status", "raw", "sentence"),
    [
        (401, b'{"error": {"message": "Incorrect API key provided: sk-a-key-that-nobody-may-read"}}', "the key"),
        (403, b"", "the key"),
        (404, b"", "this address or model"),
        (429, b"", "too much to do"),
        (500, b"a private text", "answered 500. Try again."),
        (302, b"", "answered 302."),
        (200, b"<html>", "gave no text"),
        (200, b"", "gave no text"),
        (200, b"\xff\xfe", "gave no text"),
        (200, b'{"choices": []}', "gave no text"),
        (200, b'{"choices": [{"message": {"content": null}}]}', "gave no text"),
        (200, b'{"choices": [{"message": {"content": "  "}}]}', "gave no text"),
        (200, b'{"choices": [{"message": {"content": 7}}]}', "gave no text"),
        (200, b"x" * (2 * 1024 * 1024), "more than 1 MiB"),
    ],
)
async def test_refusal_is_a_sentence_without_the_key_and_texts(
    model: StandIn, status: int, raw: bytes, sentence: str
) -> None:
    model.status, model.raw = status, raw
    with capture_logs() as lines, pytest.raises(NoAnswer) as refused:
        await endpoint(model).answer(ASKED)
    assert sentence in str(refused.value)
    assert not any(secret in f"{refused.value} {lines}" for secret in (KEY, "private"))


async def test_slow_model_is_given_up(model: StandIn) -> None:
    model.go_on.clear()
    with pytest.raises(NoAnswer, match="did not answer within"):
        await endpoint(model, timeout_s=0.2).answer(ASKED)


async def test_model_that_is_away_is_said_to_be() -> None:
    with stand_in() as gone:
        pass
    with pytest.raises(NoAnswer, match="could not be reached"):
        await endpoint(gone).answer(ASKED)


async def test_model_of_the_settings_may_be_on_a_private_network(tmp_path: Path, model: StandIn) -> None:
    settings = GivenSettings(data=tmp_path, assist_url=f"{model.url}/", assist_model="tiny", assist_key=SecretStr(KEY))
    found = chat_endpoint(settings, Egress())
    assert found is not None and found.host == settings.assist_host == model.host
    assert await found.answer(ASKED) == "A suggestion."
    assert KEY not in repr(settings)


def test_desk_without_an_address_has_no_model(tmp_path: Path) -> None:
    settings = GivenSettings(data=tmp_path)
    assert chat_endpoint(settings, Egress()) is None and settings.assist_host is None
