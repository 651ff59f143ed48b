"""The explorer: one page where points, weights, the equation, the curve and the proof move together.

Three hosts show it: a small server on the loopback (`serve`), one saved file (`saved_page`), a notebook (`widget`).
Nothing here is imported before it is used; the server needs the extra ``chainrule[explore]``, the widget
``chainrule[notebook]``, the saved page nothing.
"""

from chainrule.explorer.saved import saved_page
from chainrule.explorer.state import state_of

__all__ = ["saved_page", "state_of"]
