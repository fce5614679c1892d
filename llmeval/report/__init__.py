"""Run + verdict -> page."""
