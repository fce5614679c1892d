"""What a run says of the trials that could not be measured."""

from collections import Counter
from collections.abc import Iterable

from llmeval.compare.measured import SuiteTable


def note(tables: Iterable[SuiteTable]) -> list[str]:
    """Return one line: how many trials, each kind of error with its most frequent message."""
    errors: Counter[tuple[str, str]] = Counter()
    trials = 0
    for table in tables:
        errors.update(table.errors)
        trials += table.trial_count
    if not errors:
        return []
    kinds: Counter[str] = Counter()
    messages: dict[str, str] = {}
    for (kind, message), amount in errors.most_common():
        kinds[kind] += amount
        messages.setdefault(kind, " ".join(message.split()))
    told = [
        f"{kind} {amount:,}" + (f" ({messages[kind]})" if messages[kind] else "")
        for kind, amount in kinds.most_common()
    ]
    return [f"{errors.total():,} of {trials:,} trials could not be measured: {', '.join(told)}"]
