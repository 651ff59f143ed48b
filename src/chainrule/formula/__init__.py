"""The network and its loss, once, over any algebra."""

from chainrule.formula.loss import loss, point_loss, weight_values
from chainrule.formula.network import activation, output, preactivation

__all__ = ["activation", "loss", "output", "point_loss", "preactivation", "weight_values"]
