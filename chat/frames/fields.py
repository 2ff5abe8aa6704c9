"""The types of single fields, and the limits of frames."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

TEXT_MAX = 8_000
"""Maximum number of code points in one message, note or comment."""
MENTIONS_MAX = 20
"""Maximum number of colleagues whom one note mentions."""
FILES_MAX = 10
"""Maximum number of files on one message."""
FRAME_MAX = 128 * 1024
"""Maximum size in bytes of a frame to the server. A larger frame closes the connection with 1009."""
MUTE_MAX_MINUTES = 480
"""An alarm may be muted for this long at once."""
DEPTH_MAX = 8
"""Maximum nesting depth of a frame."""
SUBPROTOCOL = "switchboard.v1"
CommandId = Annotated[str, Meta(min_length=1, max_length=64)]
ChatId = Annotated[str, Meta(min_length=1, max_length=64)]
FileId = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
Short = Annotated[str, Meta(min_length=1, max_length=200)]
Long = Annotated[str, Meta(max_length=500)]
SiteFields = Annotated[dict[Annotated[str, Meta(max_length=100)], Long], Meta(max_length=20)]
"""Details that a host site sends about its customer. The site chooses the names of the fields."""
Address = Annotated[str, Meta(max_length=16_000)]
"""The URL of a page, with its query. The URL may be long, but its query is not stored."""
TeamKey = Annotated[str, Meta(min_length=1, max_length=32)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
TicketNumber = Annotated[int, Meta(ge=1, le=2**53)]
AlarmKind = Literal["unstaffed", "first_reply", "next_reply", "queue", "closing", "agent_gone"]
