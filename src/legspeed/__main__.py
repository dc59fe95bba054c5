"""``python -m legspeed``, and what the ``legspeed`` script calls.

Nothing is imported before it is asked for: worker processes import this module again, and need none of it.
"""

from __future__ import annotations

_STOPPED = 130


def main() -> None:
    """Run the command line."""
    import gc
    import signal
    import sys

    from legspeed.stop import Stop

    _open_what_is_closed()
    # A season is a hundred thousand small values that live to its end: to look through them for dead ones again and
    # again takes a tenth of the time of a call.
    gc.set_threshold(200_000, 20, 20)
    try:
        signal.signal(signal.SIGINT, Stop())
        from legspeed.cli import app

        app(prog_name="legspeed")
    except KeyboardInterrupt:  # before a verb has begun
        print("legspeed: stopped", file=sys.stderr)
        _end_stopped()
    except SystemExit as end:
        if end.code == _STOPPED:
            _end_stopped()
        raise


def _open_what_is_closed() -> None:
    """Give what a daemon or ``2>&-`` has closed somewhere to go: else a file of ours gets its number, and its lines."""
    import os
    import sys

    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - until the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _end_stopped() -> None:
    """End with the code of what was stopped.

    Where Ctrl-C came while a text was executed, as one is for every dataclass that is made, Python remembers it though
    it was caught, and at its end kills itself by the signal instead of telling our code.
    """
    import contextlib
    import os
    import sys

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(_STOPPED)


if __name__ == "__main__":
    main()
