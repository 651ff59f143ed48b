"""A forged certificate is refused with a sentence that names the place. Each forgery is one change of a good certificate."""

import json
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.check.certificate_maker import make

from chainrule_fast import Refused, Unreadable, check

HUGE = "1" + "0" * 100_000


def put(path, value):
    """A forgery: the value at a path such as ``claim.at.w_x[0]``."""
    keys = [
        int(key) if key.lstrip("-").isdigit() else key for key in path.replace("[", ".").replace("]", "").split(".")
    ]

    def forge(certificate):
        for key in keys[:-1]:
            certificate = certificate[key]
        certificate[keys[-1]] = value(certificate[keys[-1]]) if callable(value) else value

    return forge


def drop(path, key):
    def forge(certificate):
        for step in path.split(".") if path else ():
            certificate = certificate[step]
        del certificate[key]

    return forge


def both(*forgeries):
    def forge(certificate):
        for one in forgeries:
            one(certificate)

    return forge


def shifted(by):
    return lambda pair: [str(Fraction(end) + Fraction(by)) for end in pair]


def found(certificate, reason):
    return certificate["proof"]["pieces"].index(reason)


def drop_piece_and_break(certificate):
    i = found(certificate, "convex")
    del certificate["proof"]["pieces"][i], certificate["proof"]["breaks"][i]


def swap_breaks(certificate):
    breaks = certificate["proof"]["breaks"]
    breaks[1], breaks[2] = breaks[2], breaks[1]


def merge_pieces(certificate):
    """Leave out one break inside, so that one falling piece swallows the convex one with the minimum."""
    i = found(certificate, "convex")
    del certificate["proof"]["pieces"][i], certificate["proof"]["breaks"][i]


def hide_the_minimum(certificate):
    certificate["proof"]["pieces"][found(certificate, "convex")] = "unknown"


def tails_inwards(certificate):
    """Only the tails remain, begun where the slope has the wrong sign."""
    certificate["proof"].update(breaks=["0"], pieces=[])
    for name in ("-inf", "+inf"):
        certificate["proof"]["tails"][name]["end"] = "0"
    certificate["claim"]["stationary"] = []


def unknown_from_the_minimum_on(certificate):
    """An unknown tail begins where the piece with the minimum ends; row by row the loss there could be far lower."""
    proof = certificate["proof"]
    i = found(certificate, "convex")
    del proof["pieces"][i + 1 :], proof["breaks"][i + 2 :]
    proof["tails"]["+inf"] = {"end": proof["breaks"][-1], "slope": "unknown"}


def deep(certificate):
    nest = "x"
    for _ in range(500):
        nest = [nest]
    certificate["claim"]["stationary"] = nest


NOT_ATTAINED = {"kind": "not-attained", "at": None, "direction": {"w_x": "1"}, "value": ["0.25", "0.25"]}
SHIFT_VALUE = shifted("1e-6")

CROSS = {
    "the lower bound raised": (put("claim.value[0]", "0.0371765"), "claim.value"),
    "the upper bound lowered": (put("claim.value[1]", "0.03717"), "claim.value"),
    "the value moved": (put("claim.value", SHIFT_VALUE), "claim.value"),
    "the value of a point moved": (put("claim.stationary[0].value", SHIFT_VALUE), "claim.stationary[0].value"),
    "a value upside down": (put("claim.value", ["2", "1"]), "claim.value"),
    "a piece without its break": (lambda c: c["proof"]["pieces"].pop(), "proof.pieces"),
    "a break without its piece": (lambda c: c["proof"]["breaks"].pop(), "proof.pieces"),
    "a piece dropped": (drop_piece_and_break, "proof.pieces[*]"),
    "breaks swapped": (swap_breaks, "proof.breaks[2]"),
    "two equal breaks": (put("proof.breaks[1]", "-16"), "proof.breaks[1]"),
    "pieces merged": (merge_pieces, "proof.pieces[*]"),
    "rising called falling": (lambda c: put(f"proof.pieces[{found(c, 'rising')}]", "falling")(c), "proof.pieces[*]"),
    "falling called rising": (put("proof.pieces[0]", "rising"), "proof.pieces[0]"),
    "convex called concave": (lambda c: put(f"proof.pieces[{found(c, 'convex')}]", "concave")(c), "proof.pieces[*]"),
    "convex called rising": (lambda c: put(f"proof.pieces[{found(c, 'convex')}]", "rising")(c), "proof.pieces[*]"),
    "falling called flat": (put("proof.pieces[0]", "flat"), "proof.pieces[0]"),
    "a piece for no reason": (put("proof.pieces[0]", "obvious"), "proof.pieces[0]"),
    "a piece for a list": (put("proof.pieces[0]", ["falling"]), "proof.pieces[0]"),
    "a hidden unknown piece": (both(hide_the_minimum, put("claim.stationary", [])), "claim.stationary"),
    "an unknown piece as a minimum": (hide_the_minimum, "claim.stationary[0].kind"),
    "an unknown piece beside the list": (put("proof.pieces[0]", "unknown"), "claim.stationary[0].kind"),
    "the stationary point dropped": (put("claim.stationary", []), "claim.stationary"),
    "the stationary point twice": (
        lambda c: c["claim"]["stationary"].append(c["claim"]["stationary"][0]),
        "claim.stationary[1].at.w_x",
    ),
    "an extra stationary point": (
        lambda c: c["claim"]["stationary"].append({"kind": "maximum", "at": {"w_x": ["5", "6"]}, "value": ["0", "1"]}),
        "claim.stationary[1]",
    ),
    "a minimum called maximum": (put("claim.stationary[0].kind", "maximum"), "claim.stationary[0].kind"),
    "a minimum called saddle": (put("claim.stationary[0].kind", "saddle"), "claim.stationary[0].kind"),
    "at moved off the root": (put("claim.stationary[0].at.w_x", shifted("1e-9")), "claim.stationary[0].at.w_x"),
    "at moved off by a little": (put("claim.stationary[0].at.w_x", shifted("-2e-12")), "claim.stationary[0].at.w_x"),
    "at on another piece": (put("claim.stationary[0].at.w_x", ["9", "10"]), "claim.stationary[0].at.w_x"),
    "at wider than its piece": (put("claim.stationary[0].at.w_x", ["-16", "16"]), "claim.stationary[0].at.w_x"),
    "at is one number": (
        put("claim.stationary[0].at.w_x", ["1.0531999895", "1.0531999895"]),
        "claim.stationary[0].at.w_x",
    ),
    "at upside down": (put("claim.stationary[0].at.w_x", ["1.06", "1.05"]), "claim.stationary[0].at.w_x"),
    "at without end": (put("claim.stationary[0].at.w_x", ["-inf", "inf"]), "claim.stationary[0].at.w_x[0]"),
    "the minimum elsewhere": (put("claim.at.w_x", ["2", "3"]), "claim.at.w_x"),
    "at of another weight": (put("claim.at", {"w_y": ["1", "2"]}), "claim.at"),
    "a point moved": (put("problem.data.points[0][0]", "-1.1"), "*"),
    "a label changed": (put("problem.data.points[0][2]", "1"), "*"),
    "a label a little less": (put("problem.data.points[2][2]", "0.999999999"), "*"),
    "a label above 1": (put("problem.data.points[0][2]", "1.5"), "problem.data.points[0][2]"),
    "a label below 0": (put("problem.data.points[0][2]", "-1e-100"), "problem.data.points[0][2]"),
    "a point dropped": (lambda c: c["problem"]["data"]["points"].pop(), "*"),
    "no points": (put("problem.data.points", []), "problem.data.points"),
    "a short row": (put("problem.data.points[1]", ["1", "2"]), "problem.data.points[1]"),
    "a row that is text": (put("problem.data.points[1]", "110"), "problem.data.points[1]"),
    "a fixed weight changed": (put("problem.weights.w_y", "1.001"), "*"),
    "two free weights": (put("problem.weights.w_y", "free"), "problem.weights"),
    "two free weights, unsaid": (drop("problem.weights", "bias"), "problem.weights"),
    "no free weight": (put("problem.weights.w_x", "1"), "problem.weights"),
    "an unknown weight": (put("problem.weights", {"w_z": "1"}), "problem.weights"),
    "the other weight": (put("proof.weight", "w_y"), "proof.weight"),
    "an input twice": (put("problem.inputs", ["x", "x"]), "problem.inputs"),
    "an input without a name": (put("problem.inputs", ["x", 3]), "problem.inputs[1]"),
    "schema 2": (put("problem.schema", 2), "problem.schema"),
    "version 2": (put("version", 2), "version"),
    "version true": (put("version", True), "version"),
    "another format": (put("format", "proof"), "format"),
    "another method": (put("proof.method", "trust me"), "proof.method"),
    "a method that is a list": (put("proof.method", []), "proof.method"),
    "a flag of the prover": (put("proof", lambda p: {**p, "verified": True}), "proof"),
    "a tolerance": (put("claim", lambda p: {**p, "tolerance": "1"}), "claim"),
    "a tail sign flipped": (put("proof.tails.+inf.slope", "falling"), "proof.tails.+inf"),
    "the other tail sign flipped": (put("proof.tails.-inf.slope", "rising"), "proof.tails.-inf"),
    "a flat tail": (put("proof.tails.+inf.slope", "flat"), "proof.tails.+inf"),
    "a convex tail": (put("proof.tails.+inf.slope", "convex"), "proof.tails.+inf.slope"),
    "a gap before the tail": (put("proof.tails.+inf.end", "17"), "proof.tails.+inf.end"),
    "only tails": (tails_inwards, "proof.tails.*"),
    "an unknown tail that may be low": (unknown_from_the_minimum_on, "claim.value"),
    "a limit moved": (put("claim.limits.w_x.-inf", ["0.7", "0.749"]), "claim.limits.w_x.-inf"),
    "a limit missing": (drop("claim.limits.w_x", "+inf"), "claim.limits.w_x"),
    "not attained": (put("claim", lambda c: c | NOT_ATTAINED), "claim.value"),
    "not attained, with the right value": (
        put("claim", lambda c: c | NOT_ATTAINED | {"value": c["value"]}),
        "claim.direction.w_x",
    ),
    "undecided with a place": (put("claim.kind", "undecided"), "claim.at"),
    "attained with a direction": (put("claim.direction", {"w_x": "1"}), "claim.direction"),
    "a box for a domain": (put("claim.domain", {"w_x": ["-1", "1"]}), "claim.domain"),
    "nan as text": (put("claim.value[0]", "nan"), "claim.value[0]"),
    "infinity as text": (put("claim.value[1]", "inf"), "claim.value[1]"),
    "infinity in the data": (put("problem.data.points[0][0]", "inf"), "problem.data.points[0][0]"),
    "a huge exponent": (put("problem.data.points[0][0]", "1e999999999"), "problem.data.points[0][0]"),
    "a huge exponent below": (put("proof.breaks[0]", "-1e-999999"), "proof.breaks[0]"),
    "a huge hexadecimal": (put("proof.breaks[0]", "0x1p99999"), "proof.breaks[0]"),
    "many digits": (put("claim.value[0]", HUGE), "claim.value[0]"),
    "a ratio with many digits": (put("claim.value[0]", "1/" + HUGE), "claim.value[0]"),
    "a division by zero": (put("claim.value[0]", "1/0"), "claim.value[0]"),
    "a formula": (put("claim.value[0]", "2**-5"), "claim.value[0]"),
    "other digits": (put("claim.value[0]", "٠"), "claim.value[0]"),
    "an underscore": (put("claim.value[1]", "1_0"), "claim.value[1]"),
    "a number with a newline": (put("claim.value[1]", "1\n"), "claim.value[1]"),
    "a true weight": (put("problem.weights.w_y", True), "problem.weights.w_y"),
    "a true input": (put("problem.data.points[0][1]", True), "problem.data.points[0][1]"),
    "no number": (put("claim.value[0]", None), "claim.value[0]"),
    "a number for a pair": (put("claim.value", "0.03"), "claim.value"),
    "deep nesting": (deep, "claim.stationary[0]"),
    "unknown keys": (put("problem", lambda p: {**p, "losses": "absolute"}), "problem"),
    "a title that is none": (put("problem", lambda p: {**p, "title": 3}), "problem.title"),
    "three classes": (put("problem.data", lambda p: {**p, "classes": ["a", "b", "c"]}), "problem.data.classes"),
    **{f"no {key}": (drop("", key), "document") for key in ("format", "version", "problem", "claim", "proof")},
    **{
        f"no {key} in the claim": (drop("claim", key), "claim")
        for key in ("kind", "at", "value", "direction", "domain", "stationary", "limits")
    },
    **{f"no {key} in the proof": (drop("proof", key), "proof") for key in ("weight", "tails", "breaks", "pieces")},
    **{
        f"{key} is {type(value).__name__}": (put(key, [value]), f"{key}*")
        for key in (
            "problem",
            "problem.data",
            "problem.weights",
            "claim",
            "claim.kind",
            "claim.limits",
            "proof",
            "proof.tails",
            "format",
        )
        for value in (None, 3, "x", {})
    },
}


def refused_place(certificate):
    with pytest.raises(Refused) as refusal:
        check(certificate)
    assert refusal.value.message
    return refusal.value.place


def fits(place, wanted):
    if wanted.endswith("[*]"):
        return place.startswith(wanted[:-2]) and place.endswith("]")
    return place.startswith(wanted[:-1]) if wanted.endswith("*") else place == wanted


@pytest.mark.parametrize("name", CROSS)
def test_a_forgery_of_cross_is_refused_at_its_place(walk_through, name):
    forge, wanted = CROSS[name]
    certificate = deepcopy(walk_through["cross"])
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place
    with pytest.raises(Refused):  # the text form as well
        check(json.dumps(certificate))


FIRST_TRY = {
    "attained at the end": (
        put("claim", lambda c: c | {"kind": "attained", "at": {"w_x": ["15", "16"]}, "direction": None}),
        "claim.kind",
    ),
    "the other direction": (put("claim.direction.w_x", "-1"), "claim.direction.w_x"),
    "a long direction": (put("claim.direction.w_x", "2"), "claim.direction.w_x"),
    "no direction": (put("claim.direction", None), "claim.direction"),
    "the infimum 0": (put("claim.value", ["0", "1e-9"]), "claim.value"),
    "the infimum raised": (put("claim.value[0]", "0.0361647441"), "claim.value"),
    "an unknown tail": (put("proof.tails.+inf.slope", "unknown"), "claim.direction.w_x"),
}


@pytest.mark.parametrize("name", FIRST_TRY)
def test_a_forgery_of_first_try_is_refused_at_its_place(walk_through, name):
    forge, wanted = FIRST_TRY[name]
    certificate = deepcopy(walk_through["first-try"])
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' * 100_000, "nested too deeply"),
        ('{"version": 1, "version": 2}', "stands twice"),
        ('{"version": NaN}', "found NaN"),
        ('{"version": -Infinity}', "found -Infinity"),
        ('{"version": ' + HUGE + "}", "100,001 characters"),
        ('{"version": 1.' + HUGE + "}", "100,003 characters"),
        ('{"version": 1e99999999999999999999}', "exponent is too large"),
    ],
)
def test_text_that_is_no_plain_document_is_unreadable(text, message):
    with pytest.raises(Unreadable, match=message):
        check(text)


@pytest.mark.parametrize("document", [None, [], "[]", 3, "3", "null", {}])
def test_a_document_of_the_wrong_type_is_refused(document):
    assert refused_place(document) == "document"


def test_a_binary_float_in_a_tree_is_refused_but_its_decimal_text_is_read(walk_through):
    certificate = deepcopy(walk_through["cross"])
    certificate["claim"]["value"][0] = 0.0
    assert refused_place(certificate) == "claim.value[0]"
    certificate["claim"]["value"][0] = Decimal("0.0")
    assert check(certificate).kind == "attained"
    assert check(json.dumps(certificate, default=float)).kind == "attained"


def test_a_json_number_is_its_decimal_not_its_float(walk_through):
    # 0.1 as a decimal is 1/10; the double nearest to it is larger. With x = 0.1 read exactly, a claim for 1/10 holds.
    good = make([(Fraction(1, 10), -1, 0), (Fraction(1, 10), 3, 1)], reach=64)
    text = json.dumps(good).replace('"1/10"', "0.1")
    assert "0.1," in text
    assert check(text).kind == check(good).kind


def test_an_unknown_piece_or_tail_leaves_only_what_is_still_proved(walk_through):
    certificate = deepcopy(walk_through["cross"])
    proof = certificate["proof"]
    proof["tails"]["-inf"]["slope"] = "unknown"  # on (−∞, −16] the loss stays near 0.75: still no rival of 0.037
    assert check(certificate).kind == "attained"
    i = proof["pieces"].index("convex")
    proof["pieces"][i] = "unknown"
    at = {"w_x": proof["breaks"][i : i + 2]}
    certificate["claim"]["stationary"] = [{"kind": "unknown", "at": at, "value": ["0", "1"]}]
    assert refused_place(certificate) in ("claim.value", "claim.at.w_x")
    certificate["claim"].update(at=at, value=["0", "1"])
    assert check(certificate).kind == "attained"
    certificate["claim"].update(kind="undecided", at=None)
    assert check(certificate).kind == "undecided"


# 3f = h(5v + 40) + h(−5v) + h(v − 8): from 1 at −∞ up to 2, down to about 1 between 0 and 8, up to 2. In between
# h(5v + 40) lacks 2e^−50 at v = 2, while h(v − 8) adds e^−12: the local minimum stays above the limit 1/3 at −∞.
LIMIT_WINS = [(5, 41, 0), (-5, 1, 0), (1, -7, 0)]
# With h(v + 8) in its place, 2e^−10 is lacking at v = 2: the minimum wins.
MINIMUM_WINS = [(1, 9, 0), (-5, 1, 0), (1, -7, 0)]


def test_a_local_minimum_above_a_limit_cannot_be_claimed_as_the_global_one():
    certificate = make(LIMIT_WINS)
    claim = certificate["claim"]
    assert [point["kind"] for point in claim["stationary"]] == ["maximum", "minimum"]
    assert (check(certificate).kind, claim["direction"]) == ("not-attained", {"w_x": "-1"})
    claim.update(kind="attained", at=claim["stationary"][1]["at"], value=["0.3", "0.4"], direction=None)
    assert refused_place(certificate) == "claim.kind"


def test_a_limit_above_a_minimum_cannot_be_claimed_as_the_infimum():
    certificate = make(MINIMUM_WINS)
    assert check(certificate).kind == "attained"
    certificate["claim"].update(kind="not-attained", at=None, value=["0.3", "0.4"], direction={"w_x": "-1"})
    assert refused_place(certificate) == "claim.kind"
    certificate["claim"].update(kind="undecided", direction=None)
    assert check(certificate).kind == "undecided"


def test_an_unknown_tail_that_may_be_lower_spoils_a_limit():
    # The rows of LIMIT_WINS with the tail at +∞ unknown from about −10 on, where every row is near 0 somewhere.
    certificate = make(LIMIT_WINS)
    proof, claim = certificate["proof"], certificate["claim"]
    i = next(i for i, end in enumerate(proof["breaks"]) if Fraction(end) > -10)
    del proof["breaks"][i + 1 :], proof["pieces"][i:], claim["stationary"][:]
    proof["tails"]["+inf"] = {"end": proof["breaks"][i], "slope": "unknown"}
    claim["value"] = ["0", "0.4"]
    assert refused_place(certificate) == "claim.kind"
    claim.update(kind="undecided", direction=None)
    assert check(certificate).kind == "undecided"


def at_one_number(certificate, v):
    for entry in (certificate["claim"], certificate["claim"]["stationary"][0]):
        entry["at"] = {"w_x": [v, v]}


def test_a_root_known_exactly_may_be_claimed_as_one_number(walk_through):
    # pair: z = v − 2 with label 0 and z = v + 2 with label 1, so the terms are h(v − 2) and h(−v − 2): at v = 0 both
    # arguments are −2, and h'(−2) − h'(−2) = 0.
    certificate = deepcopy(walk_through["pair"])
    at_one_number(certificate, "0")
    assert check(certificate).kind == "attained"


@pytest.mark.parametrize("v", ["1e-100", "-1e-20"])
def test_one_number_beside_the_root_is_refused(walk_through, v):
    certificate = deepcopy(walk_through["pair"])
    at_one_number(certificate, v)
    assert refused_place(certificate) == "claim.stationary[0].at.w_x"


def test_terms_that_cancel_in_number_but_not_in_weight_are_no_exact_root(walk_through):
    # Label 0.999 on the second row: h(v − 2), 0.999 h(−v − 2) and 0.001 h(v + 2): at v = 0 the slopes at −2 leave 1 − 0.999.
    certificate = deepcopy(walk_through["pair"])
    certificate["problem"]["data"]["points"][1][2] = "0.999"
    at_one_number(certificate, "0")
    assert refused_place(certificate) == "claim.stationary[0].at.w_x"
