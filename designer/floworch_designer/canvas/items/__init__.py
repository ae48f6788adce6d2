"""Painting of single things: faces and rims of cards, small cards, frames, ports, wires."""
