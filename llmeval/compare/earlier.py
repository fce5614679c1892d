"""The baseline's replies, for checks that compare with them while a run goes on."""

from llmeval.compare import baseline
from llmeval.compare.stored import StoredCase
from llmeval.compare.stored_reader import read
from llmeval.config import Settings
from llmeval.records import Case


class Earlier:
    """Reply texts of the baselines; a suite's are read when the first is asked for, and kept.

    Args:
        settings: Says where baselines are.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._texts: dict[str, dict[str, tuple[str, ...]]] = {}

    def __call__(self, case: Case, trial: int) -> str | None:
        """Return the reply that the baseline has for a trial, None when it has none of its case.

        With more trials than the baseline has, its replies are taken in turns.

        Raises:
            StoredFileError: The baseline cannot be read.
        """
        known = self._of(case.suite)
        texts = known.get(case.id) or known.get(case.renamed_from or "") or ()
        return texts[(trial - 1) % len(texts)] if texts else None

    def _of(self, suite: str) -> dict[str, tuple[str, ...]]:
        if suite not in self._texts:
            file = baseline.path(self._settings, suite)
            records = read(file, suite) if file.exists() else ()
            self._texts[suite] = {
                found.case: tuple(t.reply for t in found.trials if t.reply is not None)
                for found in records
                if isinstance(found, StoredCase)
            }
        return self._texts[suite]
