"""Quantum networks, reproduced: physics models of published protocols."""

__version__ = "0.1.0"
