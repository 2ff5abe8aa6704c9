"""The protocol between the server and its picture processes."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from attachments.file_types import Format

REQUEST = struct.Struct("!4sI")
"""A request: a format of `NAMES`, and the length of the content that follows."""
ANSWER = struct.Struct("!cI")
"""An answer: a status, and the length of the content that follows. The content is the picture, or a sentence that says
why there is none."""
READY, DONE, REFUSED = b"+", b"=", b"-"
"""The bytes that the process sends. `READY` comes once, before the first request. `DONE` and `REFUSED` are statuses of
answers."""
NAMES: Mapping[Format, bytes] = {"JPEG": b"JPEG", "PNG": b"PNG\0", "GIF": b"GIF\0", "WEBP": b"WEBP"}

PICTURES_MAX = 50
"""A process is replaced after this many pictures, which returns its memory to the system."""
OUT_MAX = 20 * 1024 * 1024
"""Maximum bytes in a redrawn picture."""

DAMAGED = "This picture is damaged or incomplete. Open it, save it again, and send the new file."
TOO_DEAR = "This picture takes too long to check. Make it smaller, and send it again."
