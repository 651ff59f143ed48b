"""Pictures of results. Matplotlib is loaded only when one is drawn; nothing is ever shown by itself."""

from chainrule.plot.animation import animation_gif, animation_html
from chainrule.plot.cover import pieces_of, plot_cover
from chainrule.plot.descent import DescentArtists, plot_descent
from chainrule.plot.figure import figure_bytes, plot_report, save_figure
from chainrule.plot.loss import LossArtists, plot_loss
from chainrule.plot.network import NetworkArtists, network_size, plot_network
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.plane import PlaneArtists, plot_plane
from chainrule.plot.search import SearchArtists, plot_search
from chainrule.plot.slices import plot_slice, plot_slices
from chainrule.plot.surface import SurfaceArtists, plot_landscape, plot_surface
from chainrule.prove.explain.headline import headline

__all__ = [
    "LIGHT",
    "DescentArtists",
    "LossArtists",
    "NetworkArtists",
    "Palette",
    "PlaneArtists",
    "SearchArtists",
    "SurfaceArtists",
    "animation_gif",
    "animation_html",
    "figure_bytes",
    "headline",
    "network_size",
    "pieces_of",
    "plot_cover",
    "plot_descent",
    "plot_landscape",
    "plot_loss",
    "plot_network",
    "plot_plane",
    "plot_report",
    "plot_search",
    "plot_slice",
    "plot_slices",
    "plot_surface",
    "save_figure",
]
