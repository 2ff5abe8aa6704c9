from __future__ import annotations

import json
from unittest.mock import Mock

import pytest

from chat.adapters.lane import Settlement
from chat.numbering import Append
from storage.ports import CommitUnknown, StorageUnavailable


@pytest.mark.parametrize(
    ("failure", "not_saved"),
    [(StorageUnavailable("disk full"), True), (CommitUnknown("no answer"), False), (RuntimeError("a fault"), False)],
)
def test_failed_batch_says_not_saved_only_if_that_is_known(failure: Exception, not_saved: bool) -> None:
    origin = Mock()
    append: Append = Mock(origin=origin, command="c1", note=False)
    Settlement(Mock(), Mock(), Mock(), Mock()).deliver([append], failure)
    (frame,) = (json.loads(call.args[0]) for call in origin.send.call_args_list)
    assert (frame["id"], frame["code"]) == ("c1", "unavailable")
    assert ("not saved" in frame["message"]) == not_saved
