"""Exercises for a class: a sheet and its solutions from one seed, every solution checked, answers marked by the tutor."""

from chainrule.exercises.exercise import Exercise
from chainrule.exercises.make import LEVELS, MOST, TOPICS, exercises
from chainrule.exercises.marking import Mark, mark_table, read_answers
from chainrule.exercises.sheet import FORMS, answer_form, render_sheet

__all__ = [
    "FORMS",
    "LEVELS",
    "MOST",
    "TOPICS",
    "Exercise",
    "Mark",
    "answer_form",
    "exercises",
    "mark_table",
    "read_answers",
    "render_sheet",
]
