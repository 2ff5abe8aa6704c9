"""The file for `--map`: what the names of a Zendesk Guide export mean here."""

from __future__ import annotations

import msgspec

from knowledge.adapters.front_matter import strings_in
from knowledge.guide_mapping import GuideMap
from knowledge.page import Fault


def read_map(text: str) -> GuideMap:
    """The mapping in a YAML file. Raises Fault."""
    try:
        return msgspec.convert(strings_in(text), GuideMap)
    except msgspec.ValidationError as error:
        raise Fault(f"The mapping is not valid: {error}") from None
