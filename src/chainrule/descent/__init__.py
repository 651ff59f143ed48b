"""Paths downhill: gradient descent and its relatives, step by step, and a sentence that says how each ended."""

from chainrule.descent.ending import Ending
from chainrule.descent.objective import Objective
from chainrule.descent.path import Path, PathStep
from chainrule.descent.schedule import SCHEDULES, Schedule
from chainrule.descent.walk import METHODS, descend

__all__ = ["METHODS", "SCHEDULES", "Ending", "Objective", "Path", "PathStep", "Schedule", "descend"]
