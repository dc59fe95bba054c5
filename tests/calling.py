"""The command line, called from tests."""

from typer.testing import CliRunner, Result

from legspeed.cli import app


def call(*arguments, env=None) -> Result:
    """Return what `legspeed` with these arguments answers."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=env)


def done(*arguments) -> Result:
    """Return what `legspeed` answers to what it must be able to do."""
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    return result
