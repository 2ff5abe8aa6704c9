"""Turns outages of the storage into refusals. A page then keeps what a person wrote, and says whether it was saved."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import ParamSpec, TypeVar

from refusals import Refused
from storage.ports import CommitUnknown, StorageUnavailable

P = ParamSpec("P")
T = TypeVar("T")


def as_refusals(method: Callable[P, Coroutine[object, object, T]]) -> Callable[P, Coroutine[object, object, T]]:
    """The method, changed to raise Refused(`unavailable`) in place of StorageUnavailable.

    The refusal has the fact `outcome`: `unsaved`, or `unknown` if the change may have been saved.
    """

    @wraps(method)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await method(*args, **kwargs)
        except StorageUnavailable as error:
            outcome = "unknown" if isinstance(error, CommitUnknown) else "unsaved"
            raise Refused("unavailable", str(error), outcome=outcome) from error

    return asked
