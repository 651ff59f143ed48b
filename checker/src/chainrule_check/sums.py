"""What a function of the weights is to the kernel: a sum.

    f(θ) = slope·θ + offset + Σ c_i φ_i(f_i(θ)) + Σ c_j Π_m f_jm(θ)

with exact rational slope, offset and c, functions φ of the table, and inner f that are sums again. A *form* is a sum without parts, `A·θ + b`. All that
can be added exactly is added exactly: the mean over rows, multiplication by numbers, and what cancels among forms.

Nothing is dropped because a factor 0 stands before it, unless it is defined everywhere: `0·(1/x)` has no value at 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq

from chainrule_check.functions import Function

Vector = tuple[fmpq, ...]


@dataclass(frozen=True)
class Apply:
    """φ of a sum."""

    function: Function
    argument: Sum

    @cached_property
    def total(self) -> bool:
        return self.function.total and self.argument.total

    @property
    def size(self) -> int:
        return 1 + self.argument.size


@dataclass(frozen=True)
class Product:
    """A product of two sums or more, none of them a number."""

    factors: tuple[Sum, ...]

    @cached_property
    def total(self) -> bool:
        return all(factor.total for factor in self.factors)

    @property
    def size(self) -> int:
        return sum(factor.size for factor in self.factors)


Part = Apply | Product


@dataclass(frozen=True)
class Sum:
    """A form and parts, each with its factor."""

    slope: Vector
    offset: fmpq
    parts: tuple[tuple[fmpq, Part], ...] = ()

    @staticmethod
    def number(value: fmpq, size: int) -> Sum:
        return Sum((fmpq(0),) * size, value)

    @staticmethod
    def weight(index: int, size: int) -> Sum:
        return Sum(tuple(fmpq(int(i == index)) for i in range(size)), fmpq(0))

    def of(self, part: Part) -> Sum:
        """The sum that is one part alone, over the same weights."""
        return Sum((fmpq(0),) * len(self.slope), fmpq(0), ((fmpq(1), part),))

    @cached_property
    def size(self) -> int:
        """How many parts it has, inner ones counted too."""
        return 1 + sum(part.size for _, part in self.parts)

    @cached_property
    def is_form(self) -> bool:
        return not self.parts

    @cached_property
    def is_number(self) -> bool:
        return not self.parts and not any(self.slope)

    @cached_property
    def total(self) -> bool:
        """Whether it is defined and continuous for all real weights."""
        return all(part.total for _, part in self.parts)

    def scaled(self, factor: fmpq) -> Sum:
        if factor == 1:
            return self
        parts = ((factor * c, part) for c, part in self.parts)
        return Sum(tuple(factor * a for a in self.slope), factor * self.offset, tuple(_needed(parts)))

    def minus(self) -> Sum:
        return self.scaled(fmpq(-1))

    def plus_number(self, value: fmpq) -> Sum:
        return Sum(self.slope, self.offset + value, self.parts)


def dot(a: Vector, b: Vector) -> fmpq:
    return sum((x * y for x, y in zip(a, b, strict=True) if x != 0 and y != 0), fmpq(0))


def total_of(sums: Iterable[Sum], size: int) -> Sum:
    """The sum of sums over `size` weights."""
    slope, offset = [fmpq(0)] * size, fmpq(0)
    parts: list[tuple[fmpq, Part]] = []
    for each in sums:
        for j, a in enumerate(each.slope):
            if a != 0:
                slope[j] += a
        offset += each.offset
        parts.extend(each.parts)
    return Sum(tuple(slope), offset, tuple(parts))


def _needed(parts: Iterable[tuple[fmpq, Part]]) -> Iterable[tuple[fmpq, Part]]:
    return ((c, part) for c, part in parts if c != 0 or not part.total)


def substituted(f: Sum, columns: tuple[Vector, ...]) -> Sum:
    """The function of φ that f is at ``θ = Σ_j φ_j · columns[j]``."""
    parts = tuple((c, _substituted(part, columns)) for c, part in f.parts)
    return Sum(tuple(dot(f.slope, column) for column in columns), f.offset, parts)


def _substituted(part: Part, columns: tuple[Vector, ...]) -> Part:
    if isinstance(part, Apply):
        return Apply(part.function, substituted(part.argument, columns))
    return Product(tuple(substituted(factor, columns) for factor in part.factors))
