"""Five blog systems, their style sheets written afresh in the ways that people find them, and what their pages look like."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

FOLDER = Path(__file__).parent / "blog_styles"


@dataclass(frozen=True)
class Blog:
    """`shell` is the page round a post; `theme` what its author asks of the fragment; `write` turns the post into HTML."""

    name: str
    shell: str
    theme: str
    write: object

    def page(self, fragment):
        post = self.write(f"Before *it*.\n\n{fragment}\nAfter *it*.\n")
        style = (FOLDER / f"{self.name}.css").read_text(encoding="utf-8")
        head = '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        return f"{head}<title>{self.name}</title><style>{style}</style>{self.shell.format(post=post)}"


def commonmark(text):
    return MarkdownIt("commonmark").render(text)


def python_markdown(text):
    return pytest.importorskip("markdown").markdown(text, extensions=["smarty", "tables", "toc", "attr_list"])


BLOGS = {
    blog.name: blog
    for blog in (
        Blog(
            "side_bar",
            '<div class="wrapper"><header><h1>Mine</h1></header><section>{post}</section></div>',
            "light",
            commonmark,
        ),
        Blog("small_root", '<div id="content">{post}</div>', "light", python_markdown),
        Blog("dark", '<div class="post">{post}</div>', "dark", commonmark),
        Blog("narrow", '<div class="shell"><main>{post}</main></div>', "light", python_markdown),
        Blog("utility", '<article class="prose">{post}</article>', "auto", commonmark),
    )
}
