"""Names of files as they are shown: safe on any terminal, and each only once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

_LABEL_CHARS: Final = 400
#: Folders and files of systems and sync tools: thumbnails, resource forks, what was deleted.
_SYSTEM: Final = frozenset(
    {"__macosx", "$recycle.bin", "system volume information", "@eadir", "lost+found", "thumbs.db", "desktop.ini"}
)


def label(name: str) -> str:
    """Make a name safe to show: no control, direction or line characters, no half characters, not endless.

    Terminals obey control characters, direction marks can show ``nur.exe`` as ``exe.run``, and names that are no valid
    text cannot be printed at all: each such character becomes U+FFFD.
    """
    if not name.isprintable():
        name = "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else "\ufffd" for c in name)
    if len(name) > _LABEL_CHARS:
        half = _LABEL_CHARS // 2
        name = f"{name[:half]}…{name[1 - half :]}"
    return name


def is_junk(name: str) -> bool:
    """Tell whether a file or folder is hidden or a system's own (``._run.fit`` is no run but a resource fork)."""
    return (name.startswith(".") and name not in (".", "..")) or name.lower() in _SYSTEM


@dataclass(slots=True)
class Labels:
    """The labels given so far."""

    used: dict[str, int] = field(default_factory=dict)

    def unique(self, name: str) -> str:
        """Return the name as a safe label, with ``~2`` and so on if that was given before."""
        shown = label(name)
        count = self.used[shown] = self.used.get(shown, 0) + 1
        return shown if count == 1 else self.unique(f"{shown}~{count}")
