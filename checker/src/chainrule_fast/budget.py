"""How much work the check of a formula may take: so much for any, and more for each step of the proof, by the length of the formula.

A few hundred characters can ask for years: (1.1…1 + x)^1000 written out exactly, or the Hessian of a product of sums of a hundred variables on
every half of a box. Work is counted, not timed, so that the same document is accepted or refused on every machine. A unit is about a
microsecond where this was measured.
"""

from __future__ import annotations

from threading import Lock

from chainrule_fast.clock import look
from chainrule_fast.report import Refused

ANY = 3_000_000
EACH = 200
"""Units for any document, and for each node of the formula in each step of the proof. Proofs that a search wrote ask for a small part of that."""


class Budget:
    """What is left to be spent on one document."""

    def __init__(self) -> None:
        self.allowed, self.spent = ANY, 0.0
        self._lock = Lock()

    def allow(self, nodes: int, steps: int) -> None:
        """More, for so many steps about a formula of so many nodes."""
        self.allowed += EACH * nodes * steps

    def spend(self, units: float) -> None:
        """Refused where more is spent than is allowed."""
        look()
        with self._lock:  # boxes are bounded in several threads
            self.spent += units
        if self.spent > self.allowed:
            raise Refused(
                f"checking this takes more than the {self.allowed:,} units of work that are done for a formula and a proof of this size; "
                "needed a smaller formula, or a proof in smaller steps",
                "proof",
            )
