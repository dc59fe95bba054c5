"""``python -m benchmarks NAME``: run one benchmark."""

from __future__ import annotations

import argparse
import sys

from benchmarks import accuracy, agree, read, season, start


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark named on the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    verbs = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for module in (accuracy, agree, read, season, start):
        name = module.__name__.rpartition(".")[2]
        text = (module.__doc__ or "").partition("\n")[0]
        verb = verbs.add_parser(name, help=text, description=module.__doc__)
        module.options(verb)
        verb.set_defaults(run=module.run)
    given = parser.parse_args(arguments)
    result: int = given.run(given)
    return result


if __name__ == "__main__":
    sys.exit(main())
