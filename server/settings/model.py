"""Reads the settings of the language model."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError


def endpoint(value: object) -> str | None:
    """The base URL of a language model. It may be in the operator's own network, without TLS."""
    if value is None:
        return None
    text = str(value)
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    named = parts.hostname and parts.scheme in ("http", "https")
    if not named or parts.username or parts.password or parts.query or parts.fragment or not text.isprintable():
        _refuse("the base of an API, like https://models.example.com/v1")
    return text.rstrip("/")


def name(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    if not text.isprintable() or not 1 <= len(text) <= 200 or text != text.strip():
        _refuse("the name of a model, like gpt-4o-mini")
    return text


def _refuse(right: str) -> NoReturn:
    """Raise ValueError without the value, which may have a key in it."""
    raise PydanticCustomError("setting", "{sentence}", {"sentence": right})
