"""One self-contained HTML file that reads like an article."""

from chainrule.page.article import notebook_html, render_fragment, render_page

__all__ = ["notebook_html", "render_fragment", "render_page"]
