"""How customers have paid and what that lets us expect: the built-in, explainable score.

Pure: every function takes the day it is about, and nothing known later than that day is ever used. The scorer behind the
plugin contract is in `dunningkit.scoring.plugin`.
"""

from dunningkit.scoring.beta import Beta
from dunningkit.scoring.evidence import BANK_FLOAT_DAYS, LATENESS_CAP_DAYS, RUNGS, Decay, Evidence, evidence_label
from dunningkit.scoring.ladder import Ladder, Posterior, Strengths, roll
from dunningkit.scoring.portfolio import build_portfolio, segment_key
from dunningkit.scoring.standing import Standing, stand

__all__ = [
    "BANK_FLOAT_DAYS",
    "LATENESS_CAP_DAYS",
    "RUNGS",
    "Beta",
    "Decay",
    "Evidence",
    "Ladder",
    "Posterior",
    "Standing",
    "Strengths",
    "build_portfolio",
    "evidence_label",
    "roll",
    "segment_key",
    "stand",
]
