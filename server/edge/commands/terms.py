"""The common part of the `ok` to every `hello`."""

from __future__ import annotations

from attachments.file_types import TYPES
from attachments.inspection import SIZE_MAX
from chat.frames.ephemeral import Limits
from chat.frames.fields import FILES_MAX, FRAME_MAX, TEXT_MAX
from server.edge.commands.answers import Terms
from server.edge.limits import Rates


def terms_of(epoch: str, rates: Rates, heartbeat_s: int) -> Terms:
    limits = Limits(
        frame=FRAME_MAX,
        text=TEXT_MAX,
        files={"count": FILES_MAX, "size": SIZE_MAX, "types": list(TYPES)},
        commands_per_10s=rates.commands_per_10s,
        chats_per_hour=rates.chats_per_hour,
    )
    return Terms(epoch=epoch, heartbeat_s=heartbeat_s, limits=limits)
