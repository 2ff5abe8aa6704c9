"""How much all the unproven may upload together in a day, and who still may once much of it is used."""

from __future__ import annotations

from attachments.adapters.rows import Usage

MIB = 2**20
COST_MIN = 64 * 1024
"""Bytes that a file counts as, at least: it bounds the rows that are summed up for each upload. With a plain count of
files, a few addresses could use up everybody's share with hardly any data."""
UNPROVEN_BYTES_A_DAY = 10_000 * MIB
"""What all the unproven may upload together."""
SCARCE_PART = 2
"""Above one in so many of that, only networks that uploaded little may go on."""
LITTLE_PART = 20
"""Little: one in so many of what a network may upload in a day."""


def unproven_may(everybody: int, network: Usage, size: int, *, files_a_day: int, bytes_a_day: int) -> bool:
    """May a network upload a file of `size` bytes, as far as all the unproven together are concerned? `everybody`: what
    they uploaded today, each file as COST_MIN bytes at least; the limits a day are those of a network."""
    after = everybody + max(size, COST_MIN)
    if after > UNPROVEN_BYTES_A_DAY:
        return False
    if after <= UNPROVEN_BYTES_A_DAY // SCARCE_PART:
        return True
    return network.count < files_a_day // LITTLE_PART and network.size + size <= bytes_a_day // LITTLE_PART
