"""Where the parts of a season lie while nobody looks at them: in a temporary file that goes with its owner."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from dataclasses import dataclass
from io import RawIOBase
from typing import Final

#: So much is held in memory before a file is begun: a short season needs none, and each writing is worth its call.
_HELD_BYTES: Final = 131_072
#: A season of no more runs than this is held as it is, 1.5 kB a run: to make its runs anew for every look takes longer.
HELD_RUNS: Final = 800
#: A process with so many files open (a squad's seasons) begins no more: systems allow 256 at least, and reading needs
#: some.
_MOST_FILES: Final = 128


class Scratch:
    """Bytes put aside, to be fetched again; more than a few in memory only where no file can be written.

    What has been put aside may be fetched from any thread.
    """

    def __init__(self) -> None:
        self._file: RawIOBase | None = None
        self._written = 0
        self._held = bytearray()
        self._full = False
        self._reading = threading.Lock()

    def put(self, data: bytes | memoryview) -> int:
        """Put some bytes aside and return where they begin."""
        begin = self._written + len(self._held)
        self._held += data
        if len(self._held) >= _HELD_BYTES and not self._full:
            self._write()
        return begin

    def aside(self, data: bytes | memoryview) -> Aside:
        """Put some bytes aside and return what fetches them."""
        return Aside(self, self.put(data), len(data))

    def fetch(self, begin: int, count: int) -> bytes:
        """Return bytes that were put aside.

        Raises
        ------
        OSError
            When the disk has lost them.
        """
        at = begin - self._written
        data = bytes(self._held[at : at + count]) if at >= 0 else self._read(begin, count)
        if len(data) < count:
            raise OSError("what was put aside is gone")
        return data

    def _write(self) -> None:
        """Write down what is held; a disk without room is not asked again."""
        try:
            if self._file is None:
                import tempfile

                # Without a buffer of its own: what could not be written is not tried again with every call.
                self._file = tempfile.TemporaryFile(buffering=0, prefix="legspeed-")  # noqa: SIM115
                if self._file.fileno() >= _MOST_FILES:
                    self._file.close()
                    self._file, self._full = None, True
                    return
                weakref.finalize(self, self._file.close)
            done = 0
            with self._reading:
                self._file.seek(self._written)
                while done < len(self._held):
                    done += self._file.write(self._held[done:]) or 0
        except OSError:
            self._full = True
            return
        self._written += done
        self._held = bytearray()

    def _read(self, begin: int, count: int) -> bytes:
        """Return bytes from the file; as many as there are."""
        if self._file is None:
            return b""
        if sys.platform != "win32":  # without moving the place where others read: threads, and children by fork
            return os.pread(self._file.fileno(), count, begin)
        with self._reading:
            self._file.seek(begin)
            return self._file.read(count) or b""


@dataclass(frozen=True, slots=True)
class Aside:
    """Fetches what was put aside at one place."""

    scratch: Scratch
    begin: int
    count: int

    @property
    def lies(self) -> tuple[int, int]:
        """Where it begins and how long it is."""
        return self.begin, self.count

    def __call__(self) -> bytes:
        """Fetch it."""
        return self.scratch.fetch(self.begin, self.count)
