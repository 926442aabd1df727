"""Quantum networks, reproduced: physics models of published protocols behind keyword-only functions."""

__version__ = "0.1.0"
