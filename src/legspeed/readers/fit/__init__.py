"""FIT: bytes in, recordings out.

``reader`` goes the whole way. ``parts`` settles where the file's parts end, ``walk`` finds their messages: in one pass
by ``stream``, which ``skim`` helps past what nobody reads, and, where something makes no sense to ``doubt``, once more
and carefully by ``resync`` and ``ahead``. ``definitions`` says how messages are laid out, ``records`` puts those of one
kind in order.
``columns`` turns records into columns (``fields`` a single one), ``developer`` the fields of pods and apps, of which
``claims`` tells what channel they say they measure; ``rows`` reads messages of which there are few, and ``summary``
makes laps, sessions and the rest of them, ``exercises`` the sets of a strength session.
``tables`` lists all that is in a file.
``profile``, ``devices`` and ``names`` hold the facts of the format.
"""

from legspeed.readers.content import is_fit as sniff
from legspeed.readers.fit.reader import messages, read

__all__ = ["messages", "read", "sniff"]
