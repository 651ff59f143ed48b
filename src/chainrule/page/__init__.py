"""One self-contained HTML file that reads like an article, and the same as Markdown and as LaTeX."""

from chainrule.page.article import render_fragment, render_page
from chainrule.page.latex import render_latex
from chainrule.page.markdown import render_markdown
from chainrule.page.notebook import notebook_html

__all__ = ["notebook_html", "render_fragment", "render_latex", "render_markdown", "render_page"]
