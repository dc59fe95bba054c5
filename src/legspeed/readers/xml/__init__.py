"""GPX and TCX: what the two have in common is a stream of points in XML.

``gpx`` and ``tcx`` say what their points look like and what the rest means. ``stream`` reads either with expat:
``text`` makes the bytes readable, ``feed`` hands them over piece by piece, ``root`` refuses what is neither, ``plain``
is the short cut for plain points, and ``columns``, ``numbers`` and ``times`` turn their texts into numbers.
"""
