"""Paths downhill: gradient descent and its relatives, step by step, and a sentence that says how each ended."""

from chainrule.descend.descent import METHODS, descend
from chainrule.descend.ending import Ending
from chainrule.descend.objective import Objective
from chainrule.descend.path import Path, PathStep
from chainrule.descend.schedule import SCHEDULES, Schedule

__all__ = ["METHODS", "SCHEDULES", "Ending", "Objective", "Path", "PathStep", "Schedule", "descend"]
