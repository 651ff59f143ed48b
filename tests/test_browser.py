"""The browser of the tests shows files and reaches no network."""


def test_the_browser_shows_a_file_and_refuses_the_network(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text('<title>here</title><img src="https://example.org/a.png">', encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.title() == "here"
    assert browser.refused == ["https://example.org/a.png"]
