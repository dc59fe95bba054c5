"""``python -m legspeed``, and what the ``legspeed`` script calls.

Nothing is imported before it is asked for: worker processes import this module again, and need none of it.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    import gc
    import signal
    import sys

    from legspeed.stop import Stop

    # A season is a hundred thousand small values that live to its end: to look through them for dead ones again and
    # again takes a tenth of the time of a call.
    gc.set_threshold(200_000, 20, 20)
    try:
        signal.signal(signal.SIGINT, Stop())
        from legspeed.cli import app

        app(prog_name="legspeed")
    except KeyboardInterrupt:  # before a verb has begun
        print("legspeed: stopped", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
