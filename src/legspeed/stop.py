"""What Ctrl-C does, decided once for the whole program: at whatever moment it comes, the answer is the same."""

from __future__ import annotations

import signal
from collections.abc import Callable


class Stop:
    """The program's answer to Ctrl-C: a ``KeyboardInterrupt`` that says what is kept; none once all is done.

    Attributes
    ----------
    kept : callable
        Returns what there is to say, asked when it comes; the verb that opens the book sets it.
    """

    def __init__(self) -> None:
        self.kept: Callable[[], str] = str
        self._over = False

    def __call__(self, *_: object) -> None:
        """Answer the signal."""
        if not self._over:
            raise KeyboardInterrupt(self.kept())

    def end(self) -> None:
        """Let Ctrl-C do nothing any more: the result is out, and Python itself takes a moment to end."""
        self._over = True
        if signal.getsignal(signal.SIGINT) is self:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def stop() -> Stop:
    """Return the answer in force; where none is, as when legspeed is a library, a new one that nothing calls."""
    found = signal.getsignal(signal.SIGINT)
    return found if isinstance(found, Stop) else Stop()
