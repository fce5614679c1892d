"""Case + reply -> score."""
