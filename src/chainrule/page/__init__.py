"""One self-contained HTML file that reads like an article."""

from chainrule.page.article import render_fragment, render_page
from chainrule.page.notebook import notebook_html

__all__ = ["notebook_html", "render_fragment", "render_page"]
