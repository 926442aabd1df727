"""Chains of repeaters that swap as soon as they can. Avis et al., arXiv:2305.09635, Sec. III."""
