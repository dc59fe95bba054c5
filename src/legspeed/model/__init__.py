"""The values that flow through legspeed: channels, activities, digests, efforts, seasons.

All are frozen; nothing is changed in place. Units are in the names. ``None`` means *the file has no such thing*,
``NaN`` inside a column means *this sample is missing*; 0 always means zero.
"""

from legspeed.model.activity import Activity, Lap, Pause, WorkoutStep
from legspeed.model.bursts import Bursts
from legspeed.model.channels import CHANNEL_NAMES, CHANNELS, F8, Channel
from legspeed.model.delays import WatchDelay
from legspeed.model.digest import Assessability, Burst, RunDigest, StreamLag
from legspeed.model.efforts import COUNTING_KINDS, KINDS, REFUSALS, TIERS, Effort, EffortSet, Refusal, Run, Yardstick
from legspeed.model.judgement import Findings, JudgedRun, Judgement
from legspeed.model.notes import NOTE_CODES
from legspeed.model.packed import Packed
from legspeed.model.problems import DAMAGE, PROBLEM_CODES, Problem
from legspeed.model.season import (
    Duplicate,
    Exposure,
    Failure,
    FileResult,
    Gap,
    Member,
    Note,
    NotRun,
    Period,
    ScoreDay,
    Season,
    Tally,
)
from legspeed.model.strength import Jumps, PlyometricSession, StrengthSession, StrengthSet

__all__ = [
    "CHANNELS",
    "CHANNEL_NAMES",
    "COUNTING_KINDS",
    "DAMAGE",
    "F8",
    "KINDS",
    "NOTE_CODES",
    "PROBLEM_CODES",
    "REFUSALS",
    "TIERS",
    "Activity",
    "Assessability",
    "Burst",
    "Bursts",
    "Channel",
    "Duplicate",
    "Effort",
    "EffortSet",
    "Exposure",
    "Failure",
    "FileResult",
    "Findings",
    "Gap",
    "JudgedRun",
    "Judgement",
    "Jumps",
    "Lap",
    "Member",
    "NotRun",
    "Note",
    "Packed",
    "Pause",
    "Period",
    "PlyometricSession",
    "Problem",
    "Refusal",
    "Run",
    "RunDigest",
    "ScoreDay",
    "Season",
    "StreamLag",
    "StrengthSession",
    "StrengthSet",
    "Tally",
    "WatchDelay",
    "WorkoutStep",
    "Yardstick",
]
