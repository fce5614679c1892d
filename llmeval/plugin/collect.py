"""Suite files -> items."""

from collections.abc import Iterator

from msgspec.structs import replace

from llmeval.errors import ConfigError, LlmevalError, SuiteError
from llmeval.plugin.cases import CaseFile, CaseItem
from llmeval.plugin.collector import collector_off
from llmeval.plugin.session import SuiteSession, session_of
from llmeval.plugin.workers import DIST


class SuiteFile(CaseFile):
    """One `*.eval.yaml`; its cases are the items."""

    def collect(self) -> Iterator[CaseItem]:
        """Load and check the suite; every fault of the file is told at once."""
        project = self._session().project
        _refuse_dist_each(self)
        project.warn_about_other_names(self.path.parent)
        with collector_off():
            try:
                self.suite = project.load(self.path)
            except (SuiteError, ConfigError) as error:
                raise self.CollectError(str(error)) from None
            ordinary = self.config.getoption("runxfail", default=False)
            for given in self.suite.cases:
                spec = replace(given, xfail=None) if ordinary and given.xfail else given
                markers = project.markers(spec.tags) if spec.tags else ()
                yield CaseItem.from_parent(self, spec=spec, markers=markers)

    def wait_for(self, item: CaseItem) -> None:
        """Wait until the case has been measured."""
        self._session().measurement().result(item)

    def _session(self) -> SuiteSession:
        try:
            return session_of(self.config, self.path)
        except LlmevalError as error:
            raise self.CollectError(str(error)) from None


def _refuse_dist_each(file: SuiteFile) -> None:
    if getattr(file.config, "workerinput", {}).get(DIST) == "each":
        raise file.CollectError("--dist each would ask every case once per worker; use --dist load")
