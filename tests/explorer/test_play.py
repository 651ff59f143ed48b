"""What a person does with the page, in Chromium: drag, type, add, delete, free, undo, descend."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chainrule.explorer.answers import answer_json
from tests.explorer import pages


@pytest.fixture
def page(server: str, open_page: Callable[..., Page]) -> Page:
    opened = open_page(server)
    pages.proved(opened)
    return opened


def test_a_dragged_point_moves_and_is_proved_anew(page: Page) -> None:
    pages.drag(page, (3, 1), (2, -3))
    assert pages.state(page)["points"][2] == pytest.approx([2, -3, 1], abs=0.06)
    pages.proved(page)
    # The dragged point now lies below the line wherever w_x < 2: the old minimum 1.0531… is gone.
    assert "1.0531" not in (page.locator(".headline").text_content() or "")


def test_the_cross_made_from_an_empty_plane_reaches_the_proved_minimum(page: Page) -> None:
    pages.preset(page, "Empty plane")
    expect(page.locator(".chip")).to_have_text("Nothing to prove yet")
    page.get_by_role("button", name="label 0").click()
    pages.click(page, -1, 1)
    pages.click(page, 1, -1)
    page.get_by_role("button", name="label 1").click()
    pages.click(page, 3, 1)
    pages.click(page, 1, 3)
    # A click falls within half a pixel; what is typed is exact.
    for index, (x, y) in enumerate([(-1, 1), (1, -1), (3, 1), (1, 3)]):
        page.locator(".point").nth(index).focus()
        for name, value in (("x", x), ("y", y)):
            field = page.get_by_label(f"{name} of the chosen point")
            field.fill(str(value))
            field.press("Tab")
    assert pages.state(page)["points"] == [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]]
    expect(page.locator(".headline")).to_contain_text("1.0531999895", timeout=15000)
    pages.proved(page)
    expect(page.locator(".facts")).to_contain_text("0.037176476210706")


def test_a_focused_point_moves_with_the_arrow_keys_and_further_with_shift(page: Page) -> None:
    page.locator(".point").first.focus()
    page.keyboard.press("ArrowRight")
    assert pages.state(page)["points"][0] == [-0.9, 1, 0]  # a hundredth of the ten units that are seen
    page.keyboard.press("Shift+ArrowUp")
    assert pages.state(page)["points"][0] == [-0.9, 1.5, 0]
    page.keyboard.press("Enter")
    assert pages.state(page)["points"][0] == [-0.9, 1.5, 1]
    page.keyboard.press("Delete")
    assert len(pages.state(page)["points"]) == 3
    expect(page.locator(".point:focus")).to_have_count(1)


def test_a_point_is_added_by_keyboard_alone(page: Page) -> None:
    page.get_by_role("button", name="Add a point").press("Enter")
    expect(page.locator(".point")).to_have_count(5)
    expect(page.locator(".point").nth(4)).to_be_focused()


def test_a_double_click_flips_a_label(page: Page) -> None:
    page.mouse.dblclick(*pages.spot(page, 3, 1))
    assert pages.state(page)["points"][2] == [3, 1, 0]
    assert len(pages.state(page)["points"]) == 4


def test_two_free_weights_show_the_surface_and_three_show_curves(page: Page) -> None:
    expect(page.locator(".curve-picture")).to_have_count(1)
    pages.switch(page, "w y")
    expect(page.locator(".contour .levels")).to_have_attribute("d", re.compile("M.*L"))
    expect(page.locator(".curve-picture")).to_have_count(0)
    pages.switch(page, "bias")
    expect(page.locator(".curve-picture")).to_have_count(3)


def test_without_a_free_weight_the_page_says_what_to_do(page: Page) -> None:
    pages.switch(page, "w x")
    expect(page.locator(".blank")).to_contain_text("Every weight is fixed")
    expect(page.locator(".verdict-body")).to_contain_text("Free one")


def test_an_answer_for_older_data_is_never_shown_as_a_proof(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    pages.proved(page)
    # Between a change and its answer no frame may say "proved" with another key than the present one.
    wrong = page.evaluate(
        """async () => {
        const p = chainrulePage, wrong = [];
        for (let i = 0; i < 60; i++) {
          p.act({ type: "point", index: 0, point: [-1 - i / 50, 1, 0] });
          await new Promise(requestAnimationFrame);
          const said = document.querySelector(".chip").textContent, answer = p.proof.answer;
          if (said.startsWith("Proved") && !answer) wrong.push(i);
        }
        return wrong;
    }"""
    )
    assert wrong == []
    pages.proved(page)
    shown = page.locator(".headline").text_content()
    fresh = open_page(f"{server}#{page.evaluate('location.hash')[1:]}")
    pages.proved(fresh)
    page.wait_for_timeout(500)  # the address follows after 400 ms
    fresh = open_page(page.url)
    pages.proved(fresh)
    assert fresh.locator(".headline").text_content() == shown


def test_undo_and_redo_take_a_whole_drag_as_one_step(page: Page) -> None:
    before = pages.state(page)["points"]
    pages.drag(page, (3, 1), (2, -3))
    after = pages.state(page)["points"]
    page.get_by_role("button", name="Undo").click()
    assert pages.state(page)["points"] == before
    page.get_by_role("button", name="Redo").click()
    assert pages.state(page)["points"] == after
    page.locator(".point").first.focus()
    page.keyboard.press("Control+z")
    assert pages.state(page)["points"] == before


def test_typing_a_weight_keeps_its_exact_text_and_refuses_nonsense(page: Page) -> None:
    field = page.get_by_label("w y, value")
    field.fill("1/3")
    field.press("Enter")
    assert pages.state(page)["weights"]["w_y"] == "1/3"
    pages.proved(page)
    field.fill("<b>seven</b>")
    field.press("Enter")
    expect(page.locator(".toast")).to_contain_text("needed a number")
    assert pages.state(page)["weights"]["w_y"] == "1/3"
    assert page.locator(".toast b").count() == 0


def test_sliding_a_free_weight_moves_along_the_curve_and_asks_for_no_new_proof(page: Page) -> None:
    slider = page.get_by_label("w x, slider")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert pages.state(page)["weights"]["w_x"] == pytest.approx(0.03)
    expect(page.locator(".chip")).to_have_text("Proved for this data · doubles")


def test_xor_is_learnt_with_a_hidden_layer_from_its_preset(page: Page) -> None:
    pages.preset(page, "XOR")
    page.get_by_label("Steps", exact=True).select_option("100")
    page.get_by_role("button", name="Run").click()
    pages.until(page, "chainrulePage.derive().loss < 0.02", seconds=40)
    outputs = page.evaluate(
        "(async () => { const f = await import('/static/formula.js'); const d = chainrulePage.derive();"
        " return d.rows.map(r => f.output(d.network, d.weights, r)); })()"
    )
    assert [round(a) for a in outputs] == [0, 0, 1, 1]
    page.get_by_role("button", name="Rewind").click()
    assert pages.state(page)["weights"]["w1[0,x]"] == 0.6


def test_a_weight_of_a_hidden_layer_is_proved_and_a_second_one_in_a_box(page: Page) -> None:
    pages.preset(page, "XOR, one weight free")
    page.get_by_role("switch", name="weight of unit 0 of layer 2 from 0 is free").click()
    expect(page.locator(".verdict-body")).to_contain_text("Free one")
    page.get_by_role("switch", name="weight of unit 0 of layer 1 from x is free").click()
    pages.proved(page)
    # Over the whole line: the loss has finite limits there, which the verdict names.
    expect(page.locator(".headline")).to_contain_text("Lowest at")
    expect(page.locator(".facts")).to_contain_text("no other on the whole line")
    page.get_by_role("switch", name="weight of unit 0 of layer 2 from 0 is free").click()
    expect(page.locator(".headline")).to_contain_text("Lowest in the box ±10 (nobody asked for more)", timeout=20000)
    pages.proved(page)
    expect(page.locator(".contour .mark.proved")).to_have_count(1)


def test_what_stays_open_on_the_whole_line_is_proved_in_a_box(page: Page) -> None:
    # The slope of σ(h·w + …) over w changes sign where several exponentials tie: undecided far out, settled within ±10.
    pages.preset(page, "XOR, one weight free")
    expect(page.locator(".headline")).to_contain_text("where the loss is 0.027211802", timeout=20000)
    pages.proved(page)


def test_the_equation_and_the_steps_follow_a_hidden_layer(page: Page) -> None:
    pages.preset(page, "XOR, one weight free")
    pages.settled(page)
    page.wait_for_timeout(300)
    text = (page.locator(".loss-equation .formula").text_content() or "").replace("\u2061", "").replace("\u2062", "")
    # At (2, −2): h_0 = tanh 3 = 0.99505, h_1 = tanh −5 = −0.99991, so z = 0.99505 w + 2·(−0.99991) + 2 = … + 0.00018159.
    assert "σ(0.99505" in text
    assert "+0.00018159" in text
    steps = page.locator(".steps li")
    expect(steps.filter(has_text="Back through a hidden unit")).to_have_count(2)
    last = (steps.last.text_content() or "").replace("−", "-")
    slope = page.evaluate("(() => { const d = chainrulePage.derive(); return d.slopes[d.free[0]]; })()")
    assert f"{slope:.6g}" in last


def test_three_classes_are_shown_by_their_winner_and_descended(page: Page) -> None:
    pages.preset(page, "Three classes")
    expect(page.get_by_role("button", name="label 2", exact=True)).to_be_visible()
    expect(page.locator(".point.class-2")).to_have_count(6)
    found = page.evaluate(
        """() => { const c = document.querySelector(".plane canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        const at = (x, y) => [...d.slice(4 * (y * c.width + x), 4 * (y * c.width + x) + 3)];
        return [at(3, 30), at(77, 10), at(40, 77)]; }"""
    )
    # Left orange (class 0), upper right blue (class 1), below green (class 2): the largest channel, or red over blue.
    assert found[0][0] > found[0][2] + 20
    assert found[1][2] > found[1][0] + 20
    assert found[2][1] == max(found[2])
    page.get_by_label("Steps", exact=True).select_option("100")
    page.get_by_role("button", name="Run").click()
    pages.until(page, "chainrulePage.derive().loss < 0.2")
    page.locator(".point").first.focus()
    page.keyboard.press("Enter")
    assert pages.state(page)["points"][0][2] == 1


def test_the_loss_its_penalty_and_case_weights_are_chosen_and_proved(page: Page) -> None:
    page.get_by_label("Kind of loss").select_option("cross-entropy")
    field = page.get_by_role("textbox", name="penalty λ")
    field.fill("1/100")
    field.press("Tab")
    page.get_by_label("case weights").check()
    weight = page.get_by_label("case weight of the chosen point")
    weight.fill("3")
    weight.press("Tab")
    assert pages.state(page)["points"][0] == [-1, 1, 0, 3]
    pages.proved(page)
    # The same problem through the command line's door.
    stated = {
        "inputs": ["x", "y"], "loss": "cross-entropy", "penalty": "1/100",
        "weights": {"w_x": "free", "w_y": 1, "bias": -1},
        "data": {"points": [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], "case_weights": [3, 1, 1, 1]},
    }  # fmt: skip
    shown = answer_json(stated)["minimum"]["at"]["w_x"][0][:12]
    expect(page.locator(".headline")).to_contain_text(shown)
    page.get_by_label("Output: activation").select_option("tanh")
    expect(page.locator(".toast")).to_contain_text("cross-entropy needs outputs between 0 and 1")
    assert page.get_by_label("Output: activation").input_value() == "sigmoid"


def test_a_table_of_three_words_makes_three_outputs_and_inputs_are_chosen_for_the_plane(page: Page) -> None:
    page.get_by_role("button", name="All points, CSV…").click()
    rows = ["a, b, c, kind", "1, 2, 5, rose", "2, 1, 6, daisy", "3, 3, 4, poppy", "2, 2, 5, daisy"]
    page.get_by_role("textbox", name="Points", exact=True).fill("\n".join(rows))
    page.get_by_role("button", name="Use these points").click()
    expect(page.locator(".toast")).to_contain_text("softmax over 3 units")
    assert pages.state(page)["classes"] == ["daisy", "poppy", "rose"]
    page.get_by_label("Input shown up").select_option(label="c")
    pages.settled(page)
    page.locator(".point").first.focus()
    page.keyboard.press("ArrowUp")
    first = pages.state(page)["points"][0]
    assert first[:2] == [1, 2]
    assert first[2] > 5
    page.get_by_role("button", name="Add a point").click()
    assert pages.state(page)["points"][4][1] == 2  # what the plane does not show is the chosen point's


def test_layers_and_activations_are_chosen_on_the_picture(page: Page) -> None:
    page.get_by_role("button", name="+ hidden layer").click()
    page.get_by_role("button", name="One unit more in layer 1").click()
    page.get_by_label("Layer 1: activation").select_option("relu")
    assert pages.state(page)["layers"] == [
        {"units": 3, "activation": "relu", "bias": True},
        {"units": 1, "activation": "sigmoid", "bias": True},
    ]
    expect(page.locator(".weight")).to_have_count(3 * 3 + 4)
    page.get_by_role("button", name="Remove layer 1").click()
    expect(page.locator(".weight")).to_have_count(3)


def test_descent_steps_rewinds_and_says_how_it_ended(page: Page) -> None:
    page.get_by_label("Newton").check()
    page.get_by_role("button", name="Step", exact=True).click()
    assert pages.state(page)["descent"]["step"] == 1
    page.get_by_label("Steps", exact=True).select_option("100")
    page.get_by_role("button", name="Run").click()
    ends = page.locator(".ends li")
    expect(ends.nth(0)).to_contain_text("at the global minimum that is proved", timeout=20000)
    expect(ends.nth(1)).to_contain_text("at the global minimum that is proved")
    assert pages.state(page)["weights"]["w_x"] == pytest.approx(1.0531999895, abs=1e-5)
    page.get_by_role("button", name="Rewind").click()
    assert pages.state(page)["weights"]["w_x"] == 0


def test_descent_on_data_without_a_minimum_says_so(page: Page) -> None:
    pages.preset(page, "First try")
    pages.proved(page)
    expect(page.locator(".headline")).to_contain_text("No minimum: the loss falls towards 0.0361647440642")
    for _ in range(25):
        page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(".ends li").first).to_contain_text("the infimum lies at infinity")


@pytest.mark.parametrize(
    "text", ["x, label\n0.5, 0\n1.5, 1", "a, b, c, d, label\n1, 2, 3, 4, 0\n2, 1, 0, -1, 1\n0, 0, 1, 1, 0"]
)
def test_one_input_and_four_inputs_are_shown_too(page: Page, text: str) -> None:
    page.get_by_role("button", name="All points, CSV…").click()
    page.get_by_role("textbox", name="Points", exact=True).fill(text)
    page.get_by_role("button", name="Use these points").click()
    count = len(text.splitlines()[0].split(","))
    expect(page.locator(".weight")).to_have_count(count)
    expect(page.locator(".point")).to_have_count(len(text.splitlines()) - 1)
    page.locator(".point").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Step", exact=True).click()
    pages.settled(page)
    assert pages.state(page)["descent"]["step"] == 1


def test_of_many_inputs_the_picture_draws_the_first_and_says_how_many_are_left(page: Page) -> None:
    names = [f"a{k}" for k in range(12)]
    rows = [", ".join(str((i * k) % 5) for k in range(12)) + f", {i % 2}" for i in range(3)]
    page.get_by_role("button", name="All points, CSV…").click()
    page.get_by_role("textbox", name="Points", exact=True).fill("\n".join([", ".join([*names, "label"]), *rows]))
    page.get_by_role("button", name="Use these points").click()
    picture = page.locator(".network-picture")
    expect(picture.locator(".node")).to_have_count(7 + 1)
    expect(picture.locator(".edges path")).to_have_count(7 + 1)
    expect(picture.locator("text.more")).to_have_text("… 5 more inputs")
    expect(page.locator(".weight")).to_have_count(13)
    # The edge of the last input drawn is its weight's, also where a layer follows that has edges of its own.
    page.get_by_role("button", name="+ hidden layer").click()
    expect(picture.locator(".edges path")).to_have_count(2 * 7 + 2 + 2 + 1)
    spoken = picture.locator(".edges path title").all_text_contents()
    assert any("from a6" in text for text in spoken)
    assert not any("from a7" in text for text in spoken)


def test_a_drag_by_touch_moves_a_point(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server, width=360, height=740, has_touch=True)
    page.locator(".plane-picture").scroll_into_view_if_needed()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, at: tuple[float, float] | None) -> None:
        spots = [] if at is None else [dict(zip("xy", pages.spot(page, *at), strict=True))]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    touch("touchStart", (3, 1))
    touch("touchMove", (2, 0))
    touch("touchMove", (1, -3))
    touch("touchEnd", None)
    assert pages.state(page)["points"][2] == pytest.approx([1, -3, 1], abs=0.1)


def test_the_window_on_the_plane_holds_every_point_and_never_collapses(page: Page) -> None:
    found = page.evaluate(
        """async () => {
        const { fitted } = await import("/static/reading.js");
        const cases = [[], [[0, 0, 0], [2, 0, 1]], [[30, 40, 1]], [[0, 0, 1]], [[0.01, 0.02, 0], [0.03, 0.02, 1]],
          [[5.1, 0.2, 0], [7.9, 6.4, 1]], [[-3, 4, 0], [3, 4, 1]], [[1e6, -1e6, 0], [1e6, 2, 1]]];
        return cases.map((points) => ({ points, view: fitted(points, [0, 1]) }));
    }"""
    )
    for case in found:
        (x0, x1), (y0, y1) = case["view"]["x"], case["view"]["y"]
        assert all(x0 < x < x1 and y0 < y < y1 for x, y, _ in case["points"])
        assert 1 / 3 < (x1 - x0) / (y1 - y0) < 3
    assert [case["view"]["x"] for case in found if case["points"][1:2] == [[2, 0, 1]]] == [[-5, 5]]
