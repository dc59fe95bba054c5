"""``python -m legspeed``, and what the ``legspeed`` script calls.

Nothing is imported before it is asked for: worker processes import this module again, and need none of it.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    import sys

    try:
        from legspeed.cli import app

        app(prog_name="legspeed")
    except KeyboardInterrupt:  # before a verb has begun, or after it has ended
        print("legspeed: stopped", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
