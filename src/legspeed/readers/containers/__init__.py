"""Where bytes come from: folders, zips and gzip, read in place and within limits.

``sources`` finds the files of a path as ``entries``, each of which loads itself in any process; ``archives`` reads
zips, ``inflate`` decompresses.
"""
