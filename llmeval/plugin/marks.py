"""What `skip`, `skipif` and `xfail` marks mean for cases: the same as `skip:` and `xfail:` in YAML.

A conftest.py gives such marks to collected items, by tag for instance; a suite cannot name them.
"""

from collections.abc import Iterable

import pytest
from _pytest.skipping import evaluate_skip_marks, evaluate_xfail_marks
from msgspec.structs import replace

from llmeval.plugin.cases import CaseItem
from llmeval.records import CaseSpec, Xfail

_NAMES = frozenset(("skip", "skipif", "xfail"))


def obey(items: Iterable[CaseItem], config: pytest.Config) -> None:
    """Skip the cases that are marked so, and expect the failures that are."""
    if not config.pluginmanager.has_plugin("skipping"):
        return
    for item in items:
        if item.own_markers and not _NAMES.isdisjoint(mark.name for mark in item.own_markers):
            item.spec = _marked(item)


def _marked(item: CaseItem) -> CaseSpec:
    skipped = evaluate_skip_marks(item)
    if skipped is not None:
        return replace(item.spec, skip=skipped.reason)
    expected = evaluate_xfail_marks(item)
    if expected is None or item.config.getoption("runxfail", default=False):
        return item.spec
    if not expected.run:
        return replace(item.spec, skip=f"[NOTRUN] {expected.reason}")
    return replace(item.spec, xfail=Xfail(reason=expected.reason, strict=bool(expected.strict)))
