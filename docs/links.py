"""Every link of the built documentation leads somewhere, and nothing in it is fetched from a network.

python docs/links.py build/docs
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {("img", "src"), ("script", "src"), ("link", "href"), ("source", "srcset"), ("iframe", "src")}


class Page(HTMLParser):
    """The ids of a page, where it leads, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[tuple[str, bool]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src", "srcset") and value:
                self.links.append((value, (tag, name) in FETCHED))


def broken(folder: Path) -> list[str]:
    """What is wrong, one sentence each."""
    pages = {path.resolve(): Page(path) for path in folder.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for link, fetched in page.links:
            where = urlsplit(link)
            if where.scheme or where.netloc:
                if fetched and where.scheme != "data":
                    found.append(f"{path.name} fetches {link} from a network")
                continue
            target = (path.parent / unquote(where.path)).resolve() if where.path else path
            if not target.exists():
                found.append(f"{path.name} leads to {link}, which is not there")
            elif where.fragment and target in pages and unquote(where.fragment) not in pages[target].ids:
                found.append(f"{path.name} leads to {link}, and there is no such place on that page")
    return found


if __name__ == "__main__":
    sentences = broken(Path(sys.argv[1]))
    print("\n".join(sentences) or "Every link leads somewhere, and nothing is fetched.")
    sys.exit(bool(sentences))
