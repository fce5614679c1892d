"""File -> cases: load, check, build."""
