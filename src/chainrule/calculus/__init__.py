"""Substitution and derivative as lists of steps, each of which can be re-checked."""

from chainrule.calculus.backprop import Backpropagation, UnitValues, backpropagate
from chainrule.calculus.chain import derivative_check, derivative_equation, derivative_steps
from chainrule.calculus.derivative import derivative
from chainrule.calculus.formula_steps import formula_at, formula_derivative, formula_equation, formula_steps
from chainrule.calculus.mean import is_one_point, whole_words
from chainrule.calculus.parts import mean_equation, unit_steps
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Recheck, Step, Steps, recheck
from chainrule.calculus.substitution import (
    loss_equation,
    loss_steps,
    network_equation,
    network_steps,
    point_loss_equation,
    point_loss_steps,
    unit_equations,
)

__all__ = [
    "Backpropagation",
    "Recheck",
    "Step",
    "Steps",
    "UnitValues",
    "backpropagate",
    "derivative",
    "derivative_check",
    "derivative_equation",
    "derivative_steps",
    "formula_at",
    "formula_derivative",
    "formula_equation",
    "formula_steps",
    "is_one_point",
    "loss_equation",
    "loss_steps",
    "mean_equation",
    "network_equation",
    "network_steps",
    "point_loss_equation",
    "point_loss_steps",
    "recheck",
    "simplify",
    "unit_equations",
    "unit_steps",
    "whole_words",
]
