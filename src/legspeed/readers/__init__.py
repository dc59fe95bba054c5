"""Readers: bytes in, activities out.

``sources`` finds files in folders and archives, ``registry`` chooses by content who reads one, ``fit``, ``gpx`` and
``tcx`` turn bytes into a ``recording`` as the file has it, and ``normalize`` alone cleans. ``api`` joins them.
"""

from legspeed.readers.api import decode, read, read_all
from legspeed.readers.entries import Entry
from legspeed.readers.registry import Reader, Registry, registered
from legspeed.readers.sources import discover

__all__ = ["Entry", "Reader", "Registry", "decode", "discover", "read", "read_all", "registered"]
