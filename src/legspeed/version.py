"""The version, by itself: whoever writes it into a report need not ask the front door, which leads to all rooms."""

from typing import Final

__version__: Final = "0.1.0"
