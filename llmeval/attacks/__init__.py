"""CASE -> ATTACKED CASES: goal x technique x encoding x carrier, composed from small parts.

Every text is written for this package. What is made depends on the seed and on `VERSION` alone.
"""

VERSION = "1"
"""Enters the fingerprint of every attacked case: raised when a text or its making changes."""
