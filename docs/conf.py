"""The documentation's settings for Sphinx; `make docs` builds it, without a network, into build/docs."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import chainrule

project = "Chainrule"
author = "The Chainrule developers"
project_copyright = "2026, the Chainrule developers"
release = version = chainrule.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "commands", "mathml", "pictures"]
exclude_patterns = ["_ext", "_static"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nitpick_ignore_regex = [("py:.*", ".*")]  # types of NumPy, Matplotlib and the inner modules have no page here
suppress_warnings = ["misc.highlighting_failure"]  # pieces of JSON with … in them

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_default_options = {"exclude-members": "__new__, __init__"}
napoleon_google_docstring = False
napoleon_use_rtype = False
add_module_names = False

html_theme = "furo"
html_title = f"Chainrule {release}"
html_static_path = ["_static"]
html_extra_path = ["_extra"] if (HERE / "_extra").exists() else []
html_css_files = ["chainrule.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False


def _repository_files(app, docname, source):
    """A link to a file of the repository that is no page: its words alone; to a file that is not there it stays, and is warned of."""

    def words(link):
        target = (HERE / f"{docname}.md").parent.joinpath(link[2]).resolve()
        return link[1] if target.is_file() and HERE not in target.parents else link[0]

    source[0] = re.sub(r"\[([^\]]+)\]\((\.\./[^)#]+)\)", words, source[0])


def _rest(app, docname, source):
    """The page of public names ends with those that stand in none of its sections yet, so that none is ever missing."""
    if docname == "reference/api":
        missing = [
            name for name in chainrule.PUBLIC if f":: chainrule.{name}\n" not in source[0] and name != "ChainruleError"
        ]
        rest = "".join(f".. autofunction:: chainrule.{name}\n\n" for name in missing)
        source[0] += f"\n## More\n\n```{{eval-rst}}\n{rest}```\n" if missing else ""


def setup(app):
    app.connect("source-read", _rest)
    app.connect("source-read", _repository_files)
