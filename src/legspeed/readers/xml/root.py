"""How a document has to begin: without a document type, and with the root of its format."""

from __future__ import annotations

from legspeed.errors import UnknownFormatError


def check_root(name: str, wanted: str, format_: str) -> None:
    """Refuse a document whose root (in lower case) is not the wanted one."""
    if name in {"html", "head", "body"}:
        raise UnknownFormatError(
            "this is a web page (HTML) saved under another name; log in, then download the activity itself"
        )
    if name != wanted:
        raise UnknownFormatError(
            f"this is no {format_}: its root is <{name[:40]}>; export the activity as FIT, GPX or TCX"
        )


def refuse_doctype(name: str, *_: object) -> None:
    """Refuse a document type: recordings have none, and entities are only defined there."""
    if name.lower() == "html":
        raise UnknownFormatError("this is a web page (HTML), not a recording; log in, then download the activity again")
    raise UnknownFormatError(
        f"it declares a document type ({name[:40]}), which no recording has and which is not read; export it again"
    )
