"""What the tests that kill processes share."""

from __future__ import annotations

import os
import time

import pytest


def end_of_group(process):
    """Wait until the last process of a group has ended: none of its workers may outlive it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("a process of the group outlived the one that was killed")
