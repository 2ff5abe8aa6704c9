"""The custom fields that the customers' pages need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ticketing.custom_fields import CustomField


class FieldsOfRequests(Protocol):
    async def fields(self) -> Sequence[CustomField]:
        """The custom fields that customers see, in their order. Raises Refused(`unavailable`) in an outage."""
        ...
