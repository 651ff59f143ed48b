"""All of R^k where no direction is free: a core box, and everything outside it shown to be worse.

What is *worse* is measured by the lower of two values: the best point known, and the lowest known limit at infinity V (`patterns`). If the best point is
lower, the loss outside the core must exceed it, and the minimum is attained inside. If V is, the loss must exceed V everywhere: in the
core by boxes, outside by cones, near the directions that lead to V because it is approached from above (`approach`). Cones that are left teach something:
a limit that is lower, another direction to the same limit, a direction along which V is approached from below (follow it, and find a lower
point), a bundle of rows that cost something together, or that the core is too small. Then the search begins again with what was learnt.

Where that ends in nothing the infimum is enclosed within the gap, if it can be, and the verdict is *undecided*.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from chainrule.algebra.backends import backend
from chainrule.problem.data import Floats
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.search import MARGIN, Progress, Search
from chainrule.prove.boxes.state import Limits, Searched
from chainrule.prove.boxes.tree import WELL, Tree
from chainrule.prove.boxes.wells import find_well
from chainrule.prove.clock import TimeUp, look
from chainrule.prove.neuron.local import Effort, local_minima
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer
from chainrule.prove.space.above import ApproachedGround, mark_above
from chainrule.prove.space.answers import Interrupted, box_answer, open_answer
from chainrule.prove.space.infinity import approaching, touching, used_wells
from chainrule.prove.space.outside import Outside, Stuck, search_outside
from chainrule.prove.space.quest import Quest
from chainrule.prove.space.smaller import Solve

SIZES = tuple(2.0**i for i in range(4, 13))  # half-widths of the core, in units in which the forms are of order one
FREELY = 2  # so often a core that is too small grows before anything is learnt from what is outside it
FEW_CELLS, CELLS = 2_000, 50_000
# Where only an interval is left to be shown: how far it reaches below the target, in gaps or as a share; and how much further where the core does not allow it.
TIMES, SHARES, FURTHER = (1, 10, 100, 1000), (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9), 4
MOST_BOXES, FLOOR_WORK = 50_000, 2_000_000
WORK = 20_000_000  # cells × terms, with many weights
# Widths, of the core by the forms' scale, below which a cell is not cut: first those at which a core that is too small shows, last those
# at which few rows have a sign that is open.
WIDTHS = (2.0**-8, 2.0**-12, 2.0**-18, 2.0**-24)
ROUNDS = 60
INSIDE = 0.75  # the best point lies so far inside the core, at most


def around_a_core(
    ridge: Ridge, solve: Solve, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Answer | None:
    """The verdict over all of R^k; None where nothing could be shown about all reals."""
    if ridge.profile.convex and (answer := _by_convexity(ridge, limits.until)) is not None:
        return answer
    quest = Quest.begin(ridge, solve, limits.until)
    try:
        return _settled(quest, limits, progress, checkpoint)
    except KeyboardInterrupt as interrupt:
        raise Interrupted(quest.best) from interrupt


def _settled(quest: Quest, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None) -> Answer | None:
    """Rounds of core and cones, each with what was learnt in those before."""
    ridge = quest.ridge
    # Cells are cut finer only where k is small: their number grows with the power k − 1.
    steps = [(WIDTHS[0], FEW_CELLS), (WIDTHS[1], FEW_CELLS), (WIDTHS[2], CELLS), (WIDTHS[3], CELLS)]
    if len(ridge.a.T) > 4:
        steps[2:] = [(WIDTHS[1], _cells(ridge, WORK))]
    index, step = 0, 0
    for _ in range(ROUNDS):
        index = max(index, _size_for(quest))
        if index >= len(SIZES):
            break
        width, cells = steps[step]
        look(limits.until)
        found = _outside(quest, SIZES[index], cells, width)
        if isinstance(found, Outside):
            search = _core_search(quest, SIZES[index], limits, progress, checkpoint)
            if quest.at_infinity and quest.meet(search.best):
                continue
            stop = search.run()
            core = np.stack([search.lower, search.upper])
            if not quest.at_infinity:
                return box_answer(ridge, search.result(stop), core, found, None, "")
            if stop == "closed":
                mark_above(search.state.tree, quest.ridge, quest.known.approaches, core)
                searched = search.result(stop)
                low = [i for i in used_wells(searched) if searched.wells[i].value[0] <= quest.target + MARGIN]
                if not low:
                    return approaching(ridge, searched, core, found)
                even = touching(ridge, searched, core, found, low, Fraction(quest.limit or 0))
                if even is not None:
                    return even
                quest.even = True
                break
            if stop != "resolution":
                return box_answer(ridge, search.result(stop), core, None, None, "")
            index += 1
        elif (found.far or index >= FREELY) and quest.learn(found):
            continue
        elif not found.far:
            index, step = index + 1, 0
        elif step + 1 < len(steps):
            step += 1
        else:
            break  # no core, however large, and no cells, however narrow or many
    return _enclosed(quest, limits, progress)


def _size_for(quest: Quest) -> int:
    """The first core that holds the best point well inside, where that is the one to beat."""
    if quest.at_infinity:
        return 0
    for i, size in enumerate(SIZES):
        if np.all(np.abs(quest.best) <= INSIDE * quest.ridge.half_widths(size)):
            return i
    return len(SIZES)


def _outside(quest: Quest, size: float, most: int, narrow: float) -> Outside | Stuck:
    reach = quest.ridge.half_widths(size)
    return search_outside(
        quest.ridge, -reach, reach, quest.target + 10 * MARGIN, most, quest.known, narrow, quest.until
    )


def _core_search(
    quest: Quest, size: float, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Search:
    reach = quest.ridge.half_widths(size)
    if not quest.at_infinity:
        found = [x for x in quest.minima if np.all(np.abs(x) < reach) and not np.array_equal(x, quest.best)]
        points = np.array([quest.best, *found])
        return Search(quest.ridge, -reach, reach, limits, False, progress, checkpoint, points=points)
    ground = ApproachedGround(quest.ridge, backend(limits.backend), quest.known.approaches)
    return Search(ground, -reach, reach, limits, False, progress, checkpoint, quest.target)


def _by_convexity(ridge: Ridge, until: float) -> Answer | None:
    """A convex loss: the stationary point of a well is the only one there is, and the global minimum."""
    far = np.full(ridge.a.shape[1], 2.0**20)
    point = local_minima(ridge, -far, far, Effort(until=until))[0]
    well = find_well(ridge, point, -far, far)
    if well is None:
        return None
    tree = Tree(len(point))
    tree.close(np.zeros(1, int), WELL)
    at = np.stack([point - well.radius, point + well.radius])
    searched = Searched(tree, (well,), point, well.value, at, "closed", 1, ())
    return box_answer(ridge, searched, np.stack([well.lower, well.upper]), "convex", None, "")


def _enclosed(quest: Quest, limits: Limits, progress: Progress | None) -> Answer | None:
    """The infimum within the gap, or as nearly as some boxes and cones allow, where no verdict was reached; None where cones show nothing.

    A floor that cones hold but the core's boxes do not reach is given up for one that is lower by much more.
    """
    limits = replace(limits, boxes=min(limits.boxes or MOST_BOXES, MOST_BOXES))
    answer, low, least = None, -np.inf, 0.0
    for slack in sorted([*(limits.gap * x for x in TIMES), *(quest.target * share for share in SHARES)]):
        try:
            outside = _floored(quest, quest.target - slack) if slack >= least else None
        except TimeUp:
            if answer is None:
                raise
            break
        if outside is None:
            continue
        reach, found = outside
        search = Search(quest.ridge, -reach, reach, limits, False, progress, None, quest.target - slack)
        stop = search.run()
        searched = search.result(stop)
        floor = min(quest.target - slack, searched.value[0])
        if floor > low:
            point, value = quest.lowest_point()
            searched = replace(searched, best=point, value=(floor, value))
            answer, low = open_answer(quest.ridge, searched, np.stack([-reach, reach]), found, quest.gap), floor
        if stop in ("closed", "interrupted", "time") or low >= quest.target - FURTHER * slack:
            break
        least = FURTHER * slack
    return answer


def _cells(ridge: Ridge, work: int) -> int:
    """As many as are worth their time where many weights need many."""
    return max(FEW_CELLS, min(CELLS, work // len(ridge.a)))


def _floored(quest: Quest, floor: float) -> tuple[Floats, Outside] | None:
    """A core, and cones outside it that are all above a floor."""
    cells = FEW_CELLS if len(quest.best) <= 4 else _cells(quest.ridge, FLOOR_WORK)
    known = replace(quest.known, approaches=())
    for size in SIZES[2::2]:
        reach = quest.ridge.half_widths(size)
        found = search_outside(quest.ridge, -reach, reach, floor + 10 * MARGIN, cells, known, WIDTHS[1], quest.until)
        if isinstance(found, Outside):
            return reach, found
        if found.far:
            break  # no core, however large
    return None
