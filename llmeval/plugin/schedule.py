"""Distribution over pytest-xdist's workers: all suites of a run are one unit on one worker.

Limits, budget, breaker and recording hold per process, and waiting for a service does not get
faster with processes; Python tests spread as the user's `--dist` says.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling, LoadScopeScheduling

SUITE_ENDINGS = (".eval.yaml", ".eval.yml")
UNIT = "llmeval"


def is_case(nodeid: str) -> bool:
    """Tell whether a node id belongs to a suite file."""
    return nodeid.partition("::")[0].endswith(SUITE_ENDINGS)


class SuiteScheduling(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
    """Keeps every case of every suite together; the rest follows the user's `--dist`."""

    def _split_scope(self, nodeid: str) -> str:
        if is_case(nodeid):
            return UNIT
        return self._scope_of_test(nodeid, self.config.getvalue("dist"))

    def _scope_of_test(self, nodeid: str, dist: str) -> str:
        if dist == "loadfile":
            return nodeid.partition("::")[0]
        if dist == "loadscope":
            return nodeid.rsplit("::", 1)[0]
        if dist == "loadgroup":
            return str(LoadGroupScheduling._split_scope(self, nodeid))  # noqa: SLF001
        return nodeid

    def _assign_work_unit(self, node: Any) -> None:
        # xdist looks each id up with list.index: seconds at 10,000 cases.
        scope, unit = self.workqueue.popitem(last=False)
        self.assigned_work.setdefault(node, {})[scope] = unit
        places = {nodeid: n for n, nodeid in enumerate(self.registered_collections[node])}
        node.send_runtest_some([places[nodeid] for nodeid, done in unit.items() if not done])


class SchedulingByContent:
    """Uses xdist's own scheduler until a collection holds a suite, so that nothing changes
    for projects without suites.
    """  # noqa: D205

    def __init__(self, config: pytest.Config, log: Any, usual: Any) -> None:
        self._config = config
        self._log = log
        self._chosen = usual
        self._undecided = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chosen, name)

    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None:
        """Decide at the first collection: all workers collect the same."""
        if self._undecided and any(is_case(nodeid) for nodeid in collection):
            usual, self._chosen = self._chosen, SuiteScheduling(self._config, self._log)
            for known in usual.nodes:
                self._chosen.add_node(known)
        self._undecided = False
        self._chosen.add_node_collection(node, collection)
