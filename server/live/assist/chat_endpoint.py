"""A language model behind an endpoint that speaks the chat API of OpenAI (`POST …/chat/completions`)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import structlog
from msgspec import DecodeError, Struct, ValidationError, json

from assist.ports import NoAnswer
from assist.prompts import ANSWER_TOKENS, Message
from egress import Egress, NotSent
from server.settings import Settings

TIMEOUT_S = 30.0
"""Models take longer than other services. Nothing else waits for them."""
ANSWER_MAX = 8_000
"""Longer answers are cut."""
_WORDS = {
    401: "It did not accept the key. Ask an operator to check SWITCHBOARD_ASSIST_KEY.",
    403: "It did not accept the key. Ask an operator to check SWITCHBOARD_ASSIST_KEY.",
    404: "It does not know this address or model. Ask an operator to check the settings.",
    429: "It has too much to do, or the quota is used up. Try again in a minute.",
}
log = structlog.get_logger(__name__)


class _Asked(Struct, frozen=True):
    model: str
    messages: Sequence[Message]
    max_tokens: int = ANSWER_TOKENS
    temperature: float = 0.2


class _Said(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Said


class _Answer(Struct):
    choices: list[_Choice]


class ChatEndpoint:
    """Implements `assist.ports.Model`."""

    def __init__(self, egress: Egress, url: str, key: str | None, model: str) -> None:
        """`url` is the base of the API, such as `https://models.example.com/v1`."""
        self._egress = egress
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._key = key
        self._model = model

    @property
    def host(self) -> str:
        return urlsplit(self._url).netloc

    async def answer(self, messages: Sequence[Message]) -> str:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            answer = await self._egress.send("POST", self._url, headers, json.encode(_Asked(self._model, messages)))
        except NotSent as error:
            log.warning("assist_unanswered", host=self.host, error=type(error).__name__)
            raise NoAnswer(f"{error} Write it yourself, or try again.") from None
        if answer.status != 200:
            log.warning("assist_unanswered", host=self.host, status=answer.status)
            raise NoAnswer(f"{self.host} answered {answer.status}. {_WORDS.get(answer.status, 'Try again.')}")
        try:
            said = json.decode(answer.body, type=_Answer).choices
        except (DecodeError, ValidationError, UnicodeDecodeError):
            said = []
        text = (said[0].message.content or "").strip() if said else ""
        if not text:
            raise NoAnswer(f"{self.host} gave no text. Write it yourself, or try again.")
        return text[:ANSWER_MAX]


def chat_endpoint(settings: Settings, egress: Egress) -> ChatEndpoint | None:
    """The model that the settings name. None if they name none."""
    if settings.assist_url is None or settings.assist_model is None:
        return None
    # The operator chose this host.
    allowing = egress.allowing(urlsplit(settings.assist_url).hostname or "", timeout_s=TIMEOUT_S)
    key = settings.assist_key.get_secret_value() if settings.assist_key is not None else None
    return ChatEndpoint(allowing, settings.assist_url, key, settings.assist_model)
