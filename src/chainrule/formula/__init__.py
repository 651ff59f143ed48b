"""The network and its loss, once, over any algebra."""

from chainrule.formula.loss import loss, output_loss, point_loss, weight_values
from chainrule.formula.network import activation, layer_output, output, outputs, preactivation, preactivations
from chainrule.formula.softmax import log_sum_exp, softmax

__all__ = [
    "activation",
    "layer_output",
    "log_sum_exp",
    "loss",
    "output",
    "output_loss",
    "outputs",
    "point_loss",
    "preactivation",
    "preactivations",
    "softmax",
    "weight_values",
]
