"""Segmenter: an activity in, bursts out; bursts against a yardstick, efforts out."""

from legspeed.segmenter.digest import digest
from legspeed.segmenter.judge import judge, judge_again

__all__ = ["digest", "judge", "judge_again"]
