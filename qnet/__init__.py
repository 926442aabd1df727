"""Quantum networks, reproduced: physics models of published protocols behind keyword-only functions."""
