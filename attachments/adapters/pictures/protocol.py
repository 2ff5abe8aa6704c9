"""What the server and its picture processes say to each other, and what both say of a picture."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Literal

Format = Literal["JPEG", "PNG", "GIF", "WEBP"]

REQUEST = struct.Struct("!4sI")
"""A format of `NAMES` and the bytes of the content, which follows."""
ANSWER = struct.Struct("!cI")
"""A status and the bytes of what follows: the picture, or the sentence that says why there is none."""
READY, DONE, REFUSED = b"+", b"=", b"-"
"""`READY` comes once, before the first request."""
NAMES: Mapping[Format, bytes] = {"JPEG": b"JPEG", "PNG": b"PNG\0", "GIF": b"GIF\0", "WEBP": b"WEBP"}

PICTURES_MAX = 50
"""Pictures after which a process is replaced: its memory goes back to the system."""
OUT_MAX = 20 * 1024 * 1024
"""Bytes in a redrawn picture."""

DAMAGED = "This picture is damaged, or cut short. Open it, save it anew, and send that."
TOO_DEAR = "This picture takes too long to check. Save it smaller, and send that."
