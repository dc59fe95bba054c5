import inspect
import subprocess
import sys
import typing

import pytest

import legspeed


def test_the_public_names_are_one_sorted_list_and_all_there():
    assert list(legspeed.__all__) == sorted(legspeed.__all__)
    assert len(set(legspeed.__all__)) == len(legspeed.__all__)
    for name in legspeed.__all__:
        assert getattr(legspeed, name).__doc__, name
    assert set(legspeed.__all__) <= set(dir(legspeed))


def test_every_error_is_public():
    from legspeed import errors

    ours = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert ours <= set(legspeed.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = legspeed.nothing


def test_every_public_function_is_typed_and_takes_options_by_name():
    for name in legspeed.__all__:
        value = getattr(legspeed, name)
        if inspect.isfunction(value):
            signature = inspect.signature(value)
            assert signature.return_annotation is not inspect.Signature.empty, name
            first, *others = signature.parameters.values()
            assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in others), name
            assert all(p.annotation is not inspect.Parameter.empty for p in (first, *others)), name


def test_the_errors_tree_stands_in_its_docstring():
    from legspeed import errors

    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, Exception):
            assert name in errors.__doc__


def loaded_by(statement):
    """Return the modules loaded after a statement, in a fresh interpreter."""
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_importing_legspeed_loads_nothing_heavy():
    allowed = {"legspeed"}
    assert {name for name in loaded_by("import legspeed") if name.startswith("legspeed")} <= allowed
    heavy = {"rich", "typer", "fitparse", "gpxpy", "asyncio", "multiprocessing", "lxml"}
    assert not heavy & loaded_by("import legspeed; legspeed.read; legspeed.digest; legspeed.Season")


def test_help_loads_no_numpy_and_no_rich():
    run = "try: main()\nexcept SystemExit: pass"
    code = f"import sys; sys.argv = ['legspeed', '--help']; from legspeed.__main__ import main\n{run}"
    loaded = loaded_by(f"exec({code!r})")
    assert not {"numpy", "rich"} & loaded


def test_types_can_be_resolved_at_run_time():
    for name in ("season", "analyze", "read", "read_all", "digest"):
        function = getattr(legspeed, name)
        assert typing.get_type_hints(function)["return"]
