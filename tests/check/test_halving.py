"""Many leaves at once: what does not pass is cut, its parts cover it, and nothing is dropped without a last word."""

import numpy as np

from chainrule_fast.space.halving import Part, settle
from chainrule_fast.space.tree import Items


def items(boxes):
    lower, upper = (np.array(ends, dtype=float) for ends in zip(*boxes, strict=True))
    count = len(boxes)
    nothing = np.zeros(count, dtype=np.intp), np.zeros(count), np.zeros((count, 0))
    return Items("natural", "t", np.arange(count), lower, upper, *nothing)


class Watched:
    """Passes boxes narrower than `narrow` whose lower end is at least `least`; keeps the items that got a last word."""

    def __init__(self, narrow, least=-np.inf):
        self.narrow, self.least, self.weight, self.asked, self.seen = narrow, least, np.array([1.0, 3.0]), [], []

    def passes(self, those, part):
        good = ((part.upper - part.lower).max(axis=1) < self.narrow) & (part.lower[:, 0] >= self.least)
        self.seen += zip(part.owner[good].tolist(), part.lower[good].tolist(), part.upper[good].tolist(), strict=True)
        return good

    def last_word(self, those, i):
        self.asked.append(int(those.number[i]))


def test_halves_cover_the_box_and_cut_the_side_that_matters_most():
    whole = Part(np.array([7, 8]), np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([[4.0, 1.0], [2.0, 2.0]]))
    halves, thin = whole.halves(np.array([1.0, 3.0]))
    assert halves.owner.tolist() == [7, 8, 7, 8]
    assert halves.lower.tolist() == [[0, 0], [0, 1], [2, 0], [0, 1.5]]
    assert halves.upper.tolist() == [[2, 1], [2, 1.5], [4, 1], [2, 2]]
    assert not len(thin)


def test_a_box_too_thin_to_be_cut_gets_a_last_word():
    end = np.nextafter(1.0, 2)
    judge = Watched(narrow=0.0)
    settle(judge, items([([1.0, 2.0], [end, 2.0]), ([3.0, 3.0], [3.0, 3.0]), ([0.0, 0.0], [1.0, 1.0])]))
    assert sorted(set(judge.asked)) == [0, 1, 2]


def test_a_leaf_with_one_part_that_never_passes_gets_a_last_word_and_others_do_not():
    # Only the parts of box 0 to the left of 0 fail, after all cuts.
    judge = Watched(narrow=0.6, least=0.0)
    settle(judge, items([([-1.0, 0.0], [1.0, 0.5]), ([0.0, 0.0], [1.0, 1.0]), ([1.0, 0.0], [1.5, 0.5])]))
    assert set(judge.asked) == {0}
    areas = dict.fromkeys((1, 2), 0.0)
    for owner, lower, upper in judge.seen:
        if owner in areas:
            areas[owner] += float(np.prod(np.array(upper) - lower))
    assert areas == {1: 1.0, 2: 0.25}
