"""The one place that cleans.

``normalize`` makes activities of a recording of any format and asks the others, each for one thing: ``stand_ins`` for
channels that only a pod or an app wrote, ``time`` for rows that run forward, ``legs`` for what belongs to which
activity, ``ways`` for distance and speed, ``positions``, ``cadence``, ``laps``, ``pauses``, and ``sports`` for what was
done.
"""
