"""Where the candidates of a season lie that is read without a book: in a file without a name, gone with its reader."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from io import RawIOBase


class Scratch:
    """Bytes put aside, to be fetched again; in memory only where no file can be written."""

    def __init__(self) -> None:
        self._file: RawIOBase | None = None
        self._full = False

    def put(self, data: bytes | memoryview) -> Callable[[], bytes]:
        """Put some bytes aside and return what fetches them."""
        if not self._full:
            try:
                if self._file is None:
                    # Without a buffer: what could not be written is not tried again, and again, with every call.
                    self._file = tempfile.TemporaryFile(buffering=0, prefix="legspeed-")  # noqa: SIM115
                    weakref.finalize(self, self._file.close)
                begin, done = self._file.seek(0, 2), 0
                while done < len(data):
                    done += self._file.write(data[done:]) or 0
                return _Aside(self, begin, len(data))
            except OSError:
                self._full = True
        held = bytes(data)
        return lambda: held

    def fetch(self, begin: int, count: int) -> bytes:
        """Return bytes that were put aside.

        Raises
        ------
        OSError
            When the disk has lost them.
        """
        if self._file is None:
            raise OSError("nothing was put aside")
        self._file.seek(begin)
        data = self._file.read(count)
        if data is None or len(data) < count:
            raise OSError("what was put aside is gone")
        return data


@dataclass(frozen=True, slots=True)
class _Aside:
    """Fetches what was put aside at one place."""

    scratch: Scratch
    begin: int
    count: int

    def __call__(self) -> bytes:
        return self.scratch.fetch(self.begin, self.count)
