"""Readers: bytes in, activities out.

A file's way through the rooms: ``containers`` finds it in folders and archives and unpacks it, ``registry`` chooses by
its ``content`` who reads it, ``fit`` or ``xml`` (GPX, TCX) turns the bytes into a ``recording`` as the file has it, and
``cleaning`` makes activities of that. ``api`` joins them, ``reference`` is the second opinion, ``labels`` makes names
safe to show.
"""

from legspeed.readers.api import decode, read, read_all
from legspeed.readers.containers.entries import Entry
from legspeed.readers.containers.sources import discover
from legspeed.readers.registry import Reader, Registry, registered

__all__ = ["Entry", "Reader", "Registry", "decode", "discover", "read", "read_all", "registered"]
