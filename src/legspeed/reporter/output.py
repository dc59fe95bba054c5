"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from legspeed.errors import OutputError

_CHARS: Final = 2**20
_OTHERWISE: Final = "choose another place with -o"

Content = str | bytes | Iterable[str]
"""Bytes, or a text, which may come in pieces."""


def write_whole(path: str | Path, content: Content, *, otherwise: str = _OTHERWISE) -> None:
    """Write bytes, or a text as UTF-8, whole or not at all: into a temporary file that then replaces the target.

    A target that is a device or a pipe (`/dev/stdout`, ``>(gzip > …)``) is written to; a link's target is replaced, not
    the link. `otherwise` is what to do where that is not possible, in words for the user.

    Raises
    ------
    OutputError
        When it cannot be written; what stood there before is untouched.
    """
    target = Path(path)
    try:
        mode = target.stat().st_mode if target.exists() else None
        if mode is None or stat.S_ISREG(mode):  # the link to a pipe leads to a name that cannot be opened
            target = Path(os.path.realpath(target))
        if mode is not None and stat.S_ISDIR(mode):
            raise OutputError(f"{path}: this is a folder: name a file in it")
        if mode is not None and not stat.S_ISREG(mode):
            with target.open("wb") as stream:
                stream.writelines(in_bytes(content))
        else:
            _replace(target, content, mode)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise OutputError(f"{path}: cannot be written ({why}): {otherwise}") from error


@contextlib.contextmanager
def one_at_a_time(path: str | Path) -> Iterator[None]:
    """Let one process at a time read a file and write it again; another's edit in between would be lost.

    The lock is on the folder, as the file itself is replaced; it ends with the process at the latest. Windows cannot
    lock a folder: there, and where the file system has no locks, nobody waits.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            folder = os.open(Path(os.path.realpath(path)).parent, os.O_RDONLY)
            stack.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield


def in_bytes(content: Content) -> Iterator[bytes]:
    """Yield bytes as they are, a text as UTF-8, at most a million characters at a time."""
    if isinstance(content, bytes):
        yield content
        return
    for piece in (content,) if isinstance(content, str) else content:
        for first in range(0, len(piece), _CHARS):
            yield piece[first : first + _CHARS].encode("utf-8", "replace")


def write_new(path: str | Path, text: str) -> None:
    """Write a text to a file that must not exist yet.

    Raises
    ------
    OutputError
        When it exists or cannot be written.
    """
    try:
        with Path(path).open("xb") as stream:
            stream.write(text.encode("utf-8"))
    except FileExistsError as error:
        raise OutputError(f"{path}: exists already and was left as it is: choose another with -o") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise OutputError(f"{path}: cannot be written ({why}): {_OTHERWISE}") from error


def _replace(target: Path, content: Content, mode: int | None) -> None:
    """Write beside the target, then replace it; on any failure nothing is left behind."""
    import secrets

    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as stream:
            stream.writelines(in_bytes(content))
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            part.chmod(stat.S_IMODE(mode))
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
