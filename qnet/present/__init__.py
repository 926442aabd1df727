"""Presents what was computed: figures, tables, claims and the page with all of them. It computes no physics."""
