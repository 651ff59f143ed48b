"""The theorems: what follows from the facts of a cover. Nothing else in the kernel draws a conclusion about the infimum.

Write m for the infimum of f over the domain D, L and U for the ends of the claimed value. The regions of the facts cover D; each is closed.

INFIMUM.  m >= L, if for each fact: its floor is at least L; or it attains, and its region has no global minimiser or only such as cost at least L.
    Why: suppose m < L. Points that cost less than L lie only in regions that attain; these are finitely many, so the least of their least values is taken at some θ*, and it is m:
    θ* is a global minimiser that costs less than L, in a region that has none of that kind.

ATTAINED. m <= f(best) <= U for a point `best` of D; and if each fact has a floor above U (or has only points that cost more than its floor, which is at least U), or attains and has its
    global minimisers in `at`, or only such as cost more than U: then m is attained, and every global minimiser lies in `at`.
    Why: `best` lies in a region of the second sort. The least of their least values is taken at some θ*, and is at most U; all else costs more. So θ* is a global minimiser, and every
    global minimiser lies in a region of the second sort, and costs at most U; hence it lies in `at`.

NOT ATTAINED.  All reals. V is a limit, or limits come as near to V as one likes: some tail of one weight falls outwards to V; or an approach comes down to V. If each fact has a floor of at least V and only points that cost more than that, or a floor above V, or it
    attains and has no global minimiser that costs V or less: then m = V, and no point costs V or less, so m is not attained.
    Why: m <= V by the limits. Suppose some point costs V or less. It lies in a region that attains; as above there is then a global minimiser θ* with f(θ*) <= V there.

STATIONARY. If each fact says that its region has no point with slope 0, or names a zone (in which exactly one such point lies, in the zone's `at`), or lies in the `at` of an entry
    *unknown*: then the list is complete, if it holds the zones whose `at` meets D, one for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainrule_check.claim import Claim, Place, holds
from chainrule_check.enclose import at_point, values
from chainrule_check.facts import Fact, Subject
from chainrule_check.intervals import End
from chainrule_check.lemmas.above import Approach
from chainrule_check.refusal import Refused
from chainrule_check.regions import Box
from chainrule_check.rules.limit import tail_end
from chainrule_check.rules.newton import Zone
from chainrule_check.sums import Vector


def conclude(
    subject: Subject, claim: Claim, facts: Sequence[Fact], best: Vector | None, approaches: Sequence[Approach] = ()
) -> bool | None:
    """Accept the claim's kind, value and place, and say whether from some point the limit is the infimum (None: not known); or Refused, at the hypothesis that does not hold."""
    if claim.kind == "not attained":
        return _not_attained(subject, claim, facts, approaches)
    _infimum(claim, facts)
    if claim.kind == "undecided" and claim.value[1] is None:
        return None
    _best(subject, claim, best)
    if claim.kind == "attained":
        _attained(claim, facts)
    return None


def _infimum(claim: Claim, facts: Sequence[Fact]) -> None:
    lower = claim.value[0]
    for fact in facts:
        high_enough = lower is None or (fact.floor is not None and fact.floor >= lower)
        costly = fact.where is None or lower is None or (fact.least is not None and fact.least >= lower)
        if not (high_enough or (fact.attains and costly)):
            raise Refused("f is not shown to be at least the claimed infimum's lower end here", fact.place)


def _best(subject: Subject, claim: Claim, best: Vector | None) -> None:
    upper = claim.value[1]
    if best is None or upper is None:
        raise Refused("needed a point that costs no more than the claimed infimum's upper end", "proof.best")
    if not subject.domain.holds(best):
        raise Refused("the point lies outside the domain", "proof.best")
    found = at_point(subject.f, best).value
    if not found.sure or found.high is None or not found.high <= upper:
        raise Refused("f at this point is not shown to be at most the claimed infimum's upper end", "proof.best")


def _attained(claim: Claim, facts: Sequence[Fact]) -> None:
    upper = claim.value[1]
    assert upper is not None
    assert claim.at is not None
    for fact in facts:
        far = fact.floor is not None and (fact.floor > upper or (fact.strict and fact.floor >= upper))
        costly = fact.where is None or (fact.least is not None and fact.least > upper)
        near = fact.attains and (costly or (fact.where is not None and fact.where.within(claim.at)))
        if not (far or near):
            raise Refused("global minimisers outside the claimed box are not ruled out here", fact.place)


def _not_attained(subject: Subject, claim: Claim, facts: Sequence[Fact], approaches: Sequence[Approach]) -> bool | None:
    if not claim.over_all_reals or claim.direction is None:
        raise Refused("a cover shows *not attained* over all reals only", "claim.kind")
    value, falls, reached = _limit(subject, claim, facts, approaches)
    if value is None:
        raise Refused("no tail and no approach comes down to a known limit in the claimed direction", "claim.direction")
    if not holds(claim.value, *value):
        raise Refused("the limit in the claimed direction does not lie in the claimed value", "claim.value")
    for fact in facts:
        dearer = fact.floor is not None and (fact.floor > value[1] or (fact.strict and fact.floor >= value[1]))
        costly = fact.where is None or (fact.least is not None and fact.least > value[1])
        if not (fact is falls or dearer or (fact.attains and costly)):
            raise Refused("points that cost no more than the limit are not ruled out here", fact.place)
    return reached


def _limit(
    subject: Subject, claim: Claim, facts: Sequence[Fact], approaches: Sequence[Approach]
) -> tuple[tuple[End, End] | None, Fact | None, bool | None]:
    """V, between two numbers; the tail that falls to it, whose points all cost more, if there is one; and whether V is the limit from some point."""
    assert claim.direction is not None
    for approach in approaches:
        if approach.near and approach.direction == claim.direction:
            return (approach.value, approach.value), None, approach.reached
    if subject.size == 1:
        for fact in facts:
            if fact.strict and isinstance(fact.far, tuple) and _is_tail(fact, claim.direction[0] > 0):
                return fact.far, fact, True
    return None, None, None


def _is_tail(fact: Fact, upwards: bool) -> bool:
    tail = tail_end(fact.region) if isinstance(fact.region, Box) else None
    return tail is not None and tail[1] == upwards


def conclude_limits(subject: Subject, claim: Claim, facts: Sequence[Fact]) -> None:
    """Accept the claimed limits, each what the tail in its direction has shown; or Refused."""
    if claim.limits is None:
        return
    if subject.size != 1 or not claim.over_all_reals:
        raise Refused("limits are claimed of one weight over all reals only", "claim.limits")
    for upwards, key in enumerate(("-inf", "+inf")):
        stated = claim.limits[upwards]
        far = next((fact.far for fact in facts if _is_tail(fact, bool(upwards))), None)
        if far == "infinity":
            right = stated == (None, None)
        else:
            right = isinstance(far, tuple) and None not in stated and holds(stated, *far)
        if not right:
            raise Refused("the limit is not shown to be what is claimed", f"claim.limits.{key}")


def conclude_stationary(subject: Subject, claim: Claim, facts: Sequence[Fact], zones: Sequence[Zone]) -> None:
    """Accept the claimed list of stationary points, or Refused."""
    listed = claim.stationary
    assert listed is not None
    unknown = [entry for entry in listed if entry.kind == "unknown"]
    for fact in facts:
        if fact.stationary == "unknown" and not any(
            isinstance(fact.region, Box) and fact.region.within(entry.at) for entry in unknown
        ):
            raise Refused(
                "points with slope 0 are not ruled out here, and no unknown entry holds the region", fact.place
            )
    present = [zone for zone in zones if subject.domain.meets(zone.at)]
    named = [entry for entry in listed if entry.kind != "unknown"]
    if len(present) != len(named):  # then each zone has an entry of its own, as their places are apart
        raise Refused(f"{len(named)} points are listed, and {len(present)} are shown", "claim.stationary")
    for i, a in enumerate(present):
        if any(a.at.meet(b.at) is not None for b in present[:i]):
            raise Refused("two of the places meet, so the same point may be listed twice", "claim.stationary")
    for zone in present:
        if not any(_told(entry, zone) for entry in named):
            at = ", ".join(map(str, zone.at.middle()))
            raise Refused(
                f"the {zone.kind} near {at} is not listed at its place, with such a value", "claim.stationary"
            )
    for entry in unknown:
        found = values(subject.f, entry.at)
        if not holds(entry.value, found.low, found.high):
            raise Refused(
                "the values that f takes in an unknown place are not shown to lie in what is claimed",
                "claim.stationary",
            )


def _told(entry: Place, zone: Zone) -> bool:
    return entry.kind == zone.kind and entry.at == zone.at and holds(entry.value, zone.value.low, zone.value.high)
