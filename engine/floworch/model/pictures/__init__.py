"""A definition as a picture in text form: Mermaid, DOT and SVG. Pure, and without Qt."""
