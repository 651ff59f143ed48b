"""Leaves judged in several processes: the same verdict, the same refusal, and no harm where a process dies."""

import json
import os
import signal
from copy import deepcopy

import pytest
from tests.check.test_boxes import first
from tests.check.test_forgeries import refused_place

from chainrule_fast import check
from chainrule_fast.space import cores as module

pytestmark = pytest.mark.skipif(module._cores() < 2, reason="one core, or no forks")


@pytest.fixture
def parcels(monkeypatch):
    """Every tree is judged in processes, a few leaves at a time; counts the parcels that came back."""
    monkeypatch.setattr(module, "WORTH", 0)
    monkeypatch.setattr(module, "AT_ONCE", 50)
    taken = []
    take = module.Cores._take
    monkeypatch.setattr(module.Cores, "_take", lambda self: (taken.append(1), take(self)))
    return taken


def test_the_verdict_is_the_same(proved, parcels):
    alone = check(json.dumps(proved))
    assert len(parcels) > 10
    assert alone.kind == "attained"


def test_the_refusal_is_that_of_the_first_node_that_is_not_proved(proved, parcels, monkeypatch):
    forged = deepcopy(proved)
    tree = forged["proof"]["tree"]
    wrong = [i for i, node in enumerate(tree) if node[0] == "envelope"][3::20]
    for i in wrong:
        tree[i] = ["natural"]
    place = refused_place(forged)
    monkeypatch.setattr(module, "WORTH", 10**9)
    assert place == refused_place(forged)
    assert first(forged, "natural") <= int(place.removeprefix("proof.tree[").removesuffix("]"))


def _dies(items):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_is_stood_in_for(proved, parcels, monkeypatch):
    monkeypatch.setattr(module, "_judge", _dies)
    assert check(json.dumps(proved)).kind == "attained"
    assert parcels
