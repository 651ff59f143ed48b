"""The server answers its own page and nobody else; whatever a stranger writes gets a sentence, never markup."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import time
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import websockets
from playwright.sync_api import Page, expect
from websockets.sync.client import connect

from tests.explorer import pages

CROSS = {
    "inputs": ["x", "y"],
    "weights": {"w_x": "free", "w_y": "1", "bias": "-1"},
    "data": {"points": [["-1", "1", "0"], ["1", "-1", "0"], ["3", "1", "1"], ["1", "3", "1"]]},
}


def request(server: str, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, str]:
    parts = urlsplit(server)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": parts.netloc, "Content-Length": str(len(body)), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:80", ""])
def test_another_host_name_is_refused(server: str, host: str) -> None:
    assert request(server, "GET", "/", {"Host": host})[0] in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "file://"])
def test_another_origin_is_refused(server: str, origin: str) -> None:
    assert request(server, "GET", "/", {"Origin": origin})[0] == 403
    assert request(server, "POST", "/page", {"Origin": origin}, b"{}")[0] == 403


def test_a_change_without_an_origin_and_a_cross_site_fetch_are_refused(server: str) -> None:
    assert request(server, "POST", "/page", {}, b"{}")[0] == 403
    assert request(server, "GET", "/", {"Sec-Fetch-Site": "cross-site"})[0] == 403


@pytest.mark.parametrize(
    "path",
    ["/static/../server.py", "/static/..%2fserver.py", "/static/server.py", "/static/index.html", "/etc/passwd",
     "/static//etc/passwd", "/static/", "/docs"],
)  # fmt: skip
def test_no_file_but_the_pages_own_is_served(server: str, path: str) -> None:
    assert request(server, "GET", path, {})[0] == 404


def test_a_cross_site_websocket_is_refused(server: str) -> None:
    address = server.replace("http", "ws") + "prove"
    for origin in ("http://evil.example", None):
        with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
            connect(address, origin=origin, proxy=None)
        assert refused.value.response.status_code == 403


def talk(server: str) -> Any:
    return connect(server.replace("http", "ws") + "prove", origin=server.rstrip("/"), proxy=None)


def test_only_the_last_question_of_a_page_is_answered(server: str) -> None:
    with talk(server) as socket:
        for number in range(20):
            socket.send(json.dumps({"number": number, "problem": CROSS}))
        numbers = []
        while 19 not in numbers:
            numbers.append(json.loads(socket.recv(timeout=20))["number"])
        assert numbers == sorted(numbers)
        assert len(numbers) < 20  # some were taken back before they were done


@pytest.mark.parametrize(
    "problem",
    [
        {**CROSS, "data": {"file": "/etc/passwd"}},
        {**CROSS, "data": {"points": [["-1", "1", "0"]] * 2001}},
        {**CROSS, "data": {"points": [["1e999999", "1", "0"]]}},
        {**CROSS, "weights": {"w_q": "1"}},
        {**CROSS, "inputs": ["<script>"]},
        {**CROSS, "layers": [2, 1], "activation": ["swish", "sigmoid"]},
        {},
        [],
        "x",
        None,
    ],
)
def test_a_hostile_problem_gets_a_sentence(server: str, problem: Any) -> None:
    with talk(server) as socket:
        socket.send(json.dumps({"number": 1, "problem": problem}))
        answer = json.loads(socket.recv(timeout=20))["answer"]
        assert 10 < len(answer["error"]) < 400
        assert "passwd:" not in answer["error"]
        assert "Traceback" not in answer["error"]
        socket.send(json.dumps({"number": 2, "problem": CROSS}))  # and the next question is answered
        assert "minimum" in json.loads(socket.recv(timeout=20))["answer"]


@pytest.mark.parametrize("text", ["x" * 1_100_000, "{", "[" * 100_000])
def test_a_message_that_is_no_question_ends_the_conversation_not_the_server(server: str, text: str) -> None:
    with talk(server) as socket:
        socket.send(text)
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            socket.recv(timeout=10)
    assert request(server, "GET", "/", {})[0] == 200


def test_a_page_too_many_is_turned_away(server: str) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            socket = stack.enter_context(talk(server))
            socket.send(json.dumps({"number": 1, "problem": CROSS}))
            socket.recv(timeout=20)
        with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:  # with a reason that a page hears
            stack.enter_context(talk(server)).recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
    time.sleep(0.3)  # the server notices that they have gone
    with talk(server):
        pass


def packed(text: str) -> str:
    squeeze = zlib.compressobj(wbits=-15)
    raw = squeeze.compress(text.encode()) + squeeze.flush()
    return "#s1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


ATTACK = "<img src=x onerror=alert(1)>"


def test_a_hostile_address_gets_a_sentence_and_the_page_works(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    for address, message in [
        ("#s1.!!!", "damaged"),
        ("#nonsense", "does not hold a state"),
        (packed("{"), "damaged"),
        (packed("[1]"), "no JSON object"),
        (packed('{"v": 2}'), "reads version 1"),
        (packed(json.dumps({"inputs": [ATTACK]})), "cannot name an input"),
        (packed(json.dumps({"points": [[ATTACK, 1, 0]]})), "needed a number"),
        (packed(json.dumps({"points": [[1, 1, 7]]})), "needed a number from 0 to 1"),
        (packed(json.dumps({"points": [[1, 1, 1]] * 2001})), "at most 2000"),
        (packed(json.dumps({"weights": {ATTACK: 1}})), "there is no weight"),
        (packed(json.dumps({"layers": [{"units": 99, "activation": "tanh"}]})), "1 to 8 units"),
        (packed(json.dumps({"layers": [{"units": 1, "activation": "__proto__"}]})), "is none of"),
        (packed(" " * 3_000_000), "more than a megabyte"),
    ]:
        page.goto("about:blank")
        page.goto(server + address)
        expect(page.locator(".toast")).to_contain_text(message)
        assert page.locator("img").count() == 0
        assert len(pages.state(page)["points"]) == 4


def test_a_hostile_csv_gets_a_sentence(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    page.get_by_role("button", name="All points, CSV…").click()
    for text, message in [
        ("", "no points"),
        (f"x, y, label\n{ATTACK}, 1, 0", "needed a number"),
        ("kind, x\nyes, 2\nno, 1", "The label is the last column here, “x”; put another one last, or call it label"),
        ("1, 2, 0\n1, 2", "point 2 has 2 columns"),
        ("\n".join(f"1, 2, word{k}" for k in range(9)), "needed numbers, or 2 to 8 words"),
        ("1, 2, 3.5", "needed a number from 0 to 1"),
        ("1, 2, 55", "at most 8 fit"),
        ("x, label, case_weight\n1, 0, -2", "needed 0 or more"),
        ("x, label, case_weight\n1, 0, 0", "all case weights are 0"),
        ("\n".join(["1, 2, 1"] * 2001), "at most 2000"),
        ("x, x, label\n1, 2, 0", "different names"),
    ]:
        page.get_by_role("textbox", name="Points", exact=True).fill(text)
        page.get_by_role("button", name="Use these points").click()
        expect(page.locator(".dialog .error")).to_contain_text(message)
        assert page.locator("img").count() == 0
        assert len(pages.state(page)["points"]) == 4


def test_a_csv_with_words_as_labels_is_read(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    page.get_by_role("button", name="All points, CSV…").click()
    page.get_by_role("textbox", name="Points", exact=True).fill(
        "length;width;kind\n1.5;0.2;setosa\n4.5;1,5;versicolor".replace("1,5", "1.5")
    )
    page.get_by_role("button", name="Use these points").click()
    assert pages.state(page)["inputs"] == ["length", "width"]
    assert pages.state(page)["points"] == [[1.5, 0.2, 0], [4.5, 1.5, 1]]
    expect(page.locator(".toast")).to_have_text("Label 0 is setosa, label 1 is versicolor.")


def test_a_title_of_markup_stays_text(server: str, open_page: Callable[..., Page]) -> None:
    start = json.dumps({"title": ATTACK + "</script><script>alert(1)</script>", "points": [[1, 1, 1]]})
    page = open_page(server + packed(start))
    assert page.locator("img").count() == 0
    assert pages.state(page)["title"].startswith("<img")
