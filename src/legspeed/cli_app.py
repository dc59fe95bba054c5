"""The program: its help, and what every verb does when something goes wrong. The verbs are added elsewhere."""

from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable
from typing import Annotated, ParamSpec

import typer

from legspeed.cli_options import EPILOG
from legspeed.stop import stop

P = ParamSpec("P")

app = typer.Typer(
    help="Find every near-maximal effort in your watch files (FIT, GPX, TCX, zips): strides, hill sprints, sprints, "
    "fast reps; and when you last ran truly fast.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _say(message: str) -> None:
    """Write one line to stderr."""
    from legspeed.console import say

    say(message)


def guarded(verb: Callable[P, int]) -> Callable[P, None]:
    """Turn what a verb raises into one line and an exit code; a closed pipe (``| head``) ends it quietly."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from legspeed.errors import LegspeedError

        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a name that this terminal cannot show must not end the report
        try:
            code = verb(*args, **kwargs)
            stop().end()
        except LegspeedError as error:
            _say(str(error))
            code = 2
        except KeyboardInterrupt as why:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # once more, and it ends on the spot
            _say(f"stopped: {why}" if str(why) else "stopped")
            code = 130
        except BrokenPipeError:
            code = 0
        raise typer.Exit(code)

    return run


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        from legspeed.version import __version__

        typer.echo(f"legspeed {__version__}")
        raise typer.Exit
