"""Regression gate for LLM applications.

A suite file becomes cases (`suite`), an engine (`run`) asks adapters for replies, scorers turn
replies into scores, `compare` holds them against the baseline, `report` shows it, and pytest is
the front door (`plugin`).
"""

__version__ = "0.1.0"
