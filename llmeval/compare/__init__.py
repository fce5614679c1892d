"""Run + baseline -> verdict."""
