"""``python -m legspeed``, and what the ``legspeed`` script calls.

Nothing is imported before it is asked for: worker processes import this module again, and need none of it.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from legspeed.cli import app

    app(prog_name="legspeed")


if __name__ == "__main__":
    main()
