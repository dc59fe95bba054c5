"""A simulated runner: how fast, with which steps, at which heart rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from legspeed.model import F8

#: Oxygen cost of running on a slope over the cost on the level, at equal heart rate in a large population of runners
#: (published by a training platform in 2017); between the knots it is interpolated.
_STEADY_GRADE: Final = np.array(
    [-0.30, -0.20, -0.15, -0.10, -0.06, -0.04, -0.02, 0.0, 0.02, 0.04, 0.06, 0.10, 0.15, 0.30]
)
_STEADY_COST: Final = np.array([1.35, 1.08, 0.95, 0.88, 0.89, 0.92, 0.96, 1.0, 1.055, 1.135, 1.23, 1.46, 1.85, 3.16])

#: Grid of the tables of both factors, so that a step of the integration is one look-up.
GRADE_STEP: Final = 0.002
GRADE_LIMIT: Final = 0.40


def steady_factor(grade: F8) -> F8:
    """Return speed on a slope over speed on the level for easy and steady running.

    Runners give a little more uphill than on the level (exponent 0.85 on the cost), and take what the slope gives
    downhill only while it is gentle.

    Parameters
    ----------
    grade : float64[n]
        Rise over run as a fraction, uphill positive.
    """
    return np.asarray(np.interp(grade, _STEADY_GRADE, _STEADY_COST) ** -0.85, dtype=np.float64)


def sprint_factor(grade: F8) -> F8:
    """Return sprint speed on a slope over sprint speed on the level.

    Uphill exp(-1.0 g); 3° down gives 9 % (Paradisis & Cooke 2001), no more than 12 % on steeper slopes.
    """
    return np.asarray(np.where(grade >= 0, np.exp(-1.0 * grade), np.minimum(np.exp(-1.68 * grade), 1.12)), np.float64)


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs. Speeds on the level in m/s, cadences in steps of both feet per minute.

    Parameters
    ----------
    five_k_speed_mps, max_speed_mps, easy_speed_mps : float
        Mean speed of a 5 km race today; the best 3 s; the usual easy run.
    easy_cadence_spm : float
        Cadence at easy speed.
    sprint_cadence_spm : float
        Cadence at maximal speed.
    acceleration_tau_s : float
        Time constant of an all-out start (trained men: 1.1 s, Hoppe 2018).
    walk_speed_mps : float
        Walking in recoveries.
    rest_heart_rate_bpm, max_heart_rate_bpm : float
        Heart rate standing about, and at the end of a race.
    steadiness : float
        Scale of the easy pace's wandering; 1 is usual.
    """

    five_k_speed_mps: float
    max_speed_mps: float
    easy_speed_mps: float
    easy_cadence_spm: float = 168.0
    sprint_cadence_spm: float = 228.0
    acceleration_tau_s: float = 1.25
    walk_speed_mps: float = 1.4
    rest_heart_rate_bpm: float = 75.0
    max_heart_rate_bpm: float = 188.0
    steadiness: float = 1.0

    def __post_init__(self) -> None:
        if not 1.2 * self.five_k_speed_mps <= self.max_speed_mps <= 12.5:
            raise ValueError("max_speed_mps: at least 1.2 times five_k_speed_mps and at most 12.5 m/s wanted")
        if not 0.5 * self.five_k_speed_mps <= self.easy_speed_mps <= 0.95 * self.five_k_speed_mps:
            raise ValueError("easy_speed_mps: 0.5 to 0.95 times five_k_speed_mps wanted")

    @classmethod
    def of(cls, five_k_s: float, seed: int | None = None) -> Runner:
        """Return a plausible runner who races 5 km in `five_k_s` seconds.

        Maximal speed falls more slowly than endurance: about 8.7, 7.6, 6.7 and 6.1 m/s for 14:50, 19:00, 24:00 and
        30:00. Easy running comes nearer to racing: 0.70, 0.75, 0.80 and 0.85 of 5 km speed. With a `seed` he is an
        individual (maximal speed ± 0.3 m/s, easy cadence 155-180); without, the average of his level.
        """
        five_k = 5000.0 / five_k_s
        draw = np.random.default_rng(seed).normal if seed is not None else None

        def about(mean: float, sd: float, low: float, high: float) -> float:
            return float(np.clip(mean if draw is None else draw(mean, sd), low, high))

        top = about(3.5 + 0.93 * five_k, 0.3, max(1.42 * five_k, 5.2), 10.5)
        easy_share = about(0.905 - 0.036 * five_k + 0.032 * max(0.0, 4.2 - five_k), 0.02, 0.64, 0.90)
        easy_cadence = about(160.0 + 2.2 * five_k, 5.5, 155.0, 180.0)
        sprint_cadence = about(easy_cadence + 61.0, 9.0, easy_cadence + 38.0, 258.0)
        return cls(
            five_k_speed_mps=five_k,
            max_speed_mps=top,
            easy_speed_mps=easy_share * five_k,
            easy_cadence_spm=easy_cadence,
            sprint_cadence_spm=sprint_cadence,
            acceleration_tau_s=about(1.3, 0.12, 1.05, 1.7),
            walk_speed_mps=about(1.4, 0.12, 1.1, 1.75),
            max_heart_rate_bpm=about(187.0, 8.0, 165.0, 205.0),
            steadiness=about(1.0, 0.25, 0.5, 1.8),
        )

    def in_form(self, share: float) -> Runner:
        """Return the same runner on a day when 5 km speed is `share` times today's.

        Easy speed goes with it. Maximal speed, which endurance training hardly moves, takes a third of the change.
        """
        five_k = share * self.five_k_speed_mps
        return replace(
            self,
            five_k_speed_mps=five_k,
            easy_speed_mps=share * self.easy_speed_mps,
            max_speed_mps=max(1.2 * five_k, self.max_speed_mps * share ** (1 / 3)),
        )

    def all_out_speed_mps(self, seconds: float) -> float:
        """Return the best mean speed over `seconds` on the level.

        Falls from maximal speed towards aerobic speed with 0.013 per second (Bundle, Hoyt & Weyand 2003); aerobic
        speed is taken as 1.05 times the 5 km speed.
        """
        aerobic = 1.05 * self.five_k_speed_mps
        return float(aerobic + (self.max_speed_mps - aerobic) * np.exp(-0.013 * seconds))

    def cadence_spm(self, speed_mps: F8) -> F8:
        """Return the cadence at these speeds on the level.

        Step length carries the rise up to about 67 % of maximal speed, cadence above it; below 2 m/s he walks.

        Parameters
        ----------
        speed_mps : float64[n]
            Speed as on the level.
        """
        top, knee, easy = self.max_speed_mps, 0.67 * self.max_speed_mps, self.easy_speed_mps
        at_knee = self.easy_cadence_spm + 5.5 * max(0.0, knee - easy)
        at_top = max(self.sprint_cadence_spm, at_knee + 12.0)
        slow = self.easy_cadence_spm - 5.0
        running = np.interp(
            speed_mps,
            [1.6, easy, max(knee, easy + 0.2), top, 1.2 * top],
            [slow, self.easy_cadence_spm, at_knee, at_top, at_top + 8],
        )
        walking = 62.0 + 36.0 * speed_mps
        # Between walk and run there is a change of gait, not a mixture: it happens near 1.9 m/s (slow runners: below).
        gait = min(1.9, 0.5 * (self.walk_speed_mps + self.easy_speed_mps))
        moving = np.where(speed_mps < gait, np.minimum(walking, 135.0), running)
        return np.asarray(np.where(speed_mps < 0.35, 0.0, moving), dtype=np.float64)

    def heart_rate_target_bpm(self, speed_mps: F8) -> F8:
        """Return the heart rate that running for long at these level speeds would reach.

        Easy running at 65-79 % of the maximum, threshold at 88-92 %, 5 km at 97-98 % (zones of coaching tables).
        """
        share = speed_mps / self.five_k_speed_mps
        part = np.interp(share, [0.0, 0.3, 0.7, 0.93, 1.0, 1.15], [0.05, 0.28, 0.58, 0.83, 0.97, 1.0])
        return np.asarray(self.rest_heart_rate_bpm + (self.max_heart_rate_bpm - self.rest_heart_rate_bpm) * part)
