"""Calculus for neural networks that you can see and trust."""

__version__ = "0.1.0"
