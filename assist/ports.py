"""The port of assistance: a language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assist.prompts import Message


class NoAnswer(Exception):
    """The model gave no usable answer. The sentence is for staff."""


class Model(Protocol):
    @property
    def host(self) -> str:
        """The host to which texts are sent."""
        ...

    async def answer(self, messages: Sequence[Message]) -> str:
        """The model's answer. Raises NoAnswer."""
        ...
