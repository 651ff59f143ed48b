"""Pictures of results. Matplotlib is loaded only when one is drawn; nothing is ever shown by itself."""

from chainrule.plot.animation import animation_gif, animation_html
from chainrule.plot.descent import DescentArtists, plot_descent
from chainrule.plot.figure import figure_bytes, plot_report, save_figure
from chainrule.plot.loss import LossArtists, plot_loss
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.plane import PlaneArtists, plot_plane
from chainrule.plot.words import digits, headline

__all__ = [
    "LIGHT",
    "DescentArtists",
    "LossArtists",
    "Palette",
    "PlaneArtists",
    "animation_gif",
    "animation_html",
    "digits",
    "figure_bytes",
    "headline",
    "plot_descent",
    "plot_loss",
    "plot_plane",
    "plot_report",
    "save_figure",
]
