"""Everything legspeed raises on purpose.

::

    LegspeedError                 the root: catch this to catch all of ours
    ├── ReadError                 a file could not be read; .source .code
    │   ├── UnknownFormatError    the content is no FIT, GPX, TCX or zip
    │   ├── NotActivityError      well-formed, but holds no activity (monitoring, settings, a course)
    │   ├── NoTimeError           positions without times: a route, not a recording
    │   ├── EncryptedError        a zip entry behind a password
    │   ├── LimitError            larger, deeper or denser than the limits allow
    │   └── DamagedError          nothing to salvage, or any damage at all with ``strict``
    ├── SettingsError             a setting, option or athlete file that cannot be used (also a ValueError)
    └── OutputError               the result could not be written; nothing was left half done

A *problem* (:class:`legspeed.Problem`) is not an error: it says what was repaired or left out while reading went on.
"""

from __future__ import annotations


class LegspeedError(Exception):
    """Root of every error that legspeed raises on purpose."""


class ReadError(LegspeedError):
    """A file, or an entry of an archive, could not be read.

    Parameters
    ----------
    message : str
        What is wrong and what to do next, in one sentence.
    source : str
        The file's name as the user knows it; empty for bytes.
    code : str
        A code of :data:`legspeed.model.PROBLEM_CODES`.
    """

    code = "unreadable"

    def __init__(self, message: str, *, source: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message

    def named(self, source: str) -> ReadError:
        """Return the same error, said of `source`, if it names none yet."""
        if not self.source:
            self.source = source
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), self.message, self.source, self.code)


def _revive(kind: type[ReadError], message: str, source: str, code: str) -> ReadError:
    """Rebuild a pickled error (keyword-only arguments do not survive the default way)."""
    return kind(message, source=source, code=code)


class UnknownFormatError(ReadError):
    """The content is none of the formats that a reader knows."""


class NotActivityError(ReadError):
    """The file is well formed but holds no recording of an activity."""

    code = "not-activity"


class NoTimeError(ReadError):
    """There are positions but no times: a planned route, not a recording."""

    code = "no-time"


class EncryptedError(ReadError):
    """The archive's entry is protected by a password."""

    code = "encrypted"


class LimitError(ReadError):
    """The input is larger, deeper or denser than the limits allow."""

    code = "limit"


class DamagedError(ReadError):
    """Nothing could be salvaged, or ``strict`` was asked and something was damaged."""


class SettingsError(LegspeedError, ValueError):
    """A setting, option or athlete file is unusable; the message names key and remedy."""


class OutputError(LegspeedError):
    """The result could not be written; whatever stood there before is untouched."""
