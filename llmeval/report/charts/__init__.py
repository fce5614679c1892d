"""Pictures as inline SVG: plain functions of numbers that return inert HTML."""
