"""Methods that look at the slope only, written out because their table shows what they keep.

    gradient descent   θ ← θ − η g
    momentum           v ← μ v + g,                    θ ← θ − η v                         μ = 0.9
    Adam               m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²                      β₁ = 0.9, β₂ = 0.999
                       θ ← θ − η m̂ / (√ŝ + ε),  m̂ = m/(1 − β₁ᵗ),  ŝ = s/(1 − β₂ᵗ)          ε = 1e-8

B. Polyak, *Some methods of speeding up the convergence of iteration methods* (1964); D. Kingma and J. Ba, *Adam: a
method for stochastic optimization* (2015), algorithm 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from chainrule.descent.objective import Objective
from chainrule.descent.path import PathStep
from chainrule.descent.schedule import Schedule
from chainrule.problem.data import Floats

MOMENTUM = 0.9
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8

Inside = dict[str, Floats]
Move = Callable[[Floats, int, Inside], tuple[Floats, Inside]]
"""From the gradient, the step's number and what is kept: the direction to subtract η times, and what is kept next."""


def gradient_move(g: Floats, step: int, inside: Inside) -> tuple[Floats, Inside]:
    return g, {}


def momentum_move(g: Floats, step: int, inside: Inside) -> tuple[Floats, Inside]:
    velocity = MOMENTUM * inside.get("velocity", np.zeros_like(g)) + g
    return velocity, {"velocity": velocity}


def adam_move(g: Floats, step: int, inside: Inside) -> tuple[Floats, Inside]:
    mean = BETA_1 * inside.get("mean", np.zeros_like(g)) + (1 - BETA_1) * g
    square = BETA_2 * inside.get("square", np.zeros_like(g)) + (1 - BETA_2) * g * g
    fair_mean, fair_square = mean / (1 - BETA_1 ** (step + 1)), square / (1 - BETA_2 ** (step + 1))
    return fair_mean / (np.sqrt(fair_square) + EPSILON), {"mean": mean, "square": square}


MOVES: Mapping[str, Move] = {"gd": gradient_move, "momentum": momentum_move, "adam": adam_move}


def walk(objective: Objective, method: str, start: Floats, schedule: Schedule) -> Iterator[PathStep]:
    """The start and the places after each step; ends early where the loss is no longer a finite number."""
    theta, inside = start, Inside()
    for number in range(schedule.steps + 1):
        value, gradient = objective.slope(theta)
        finite = bool(np.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(theta).all())
        last = number == schedule.steps or not finite
        rate = None if last else schedule.at(number)
        with np.errstate(all="ignore"):
            direction, inside = MOVES[method](gradient, number, inside)
            kept = {name: tuple(map(float, values)) for name, values in inside.items()}
            yield PathStep(number, tuple(map(float, theta)), value, tuple(map(float, gradient)), rate, kept)
            if rate is None:
                return
            theta = theta - rate * direction
