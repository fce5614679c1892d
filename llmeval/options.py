"""The options of a run, each also an environment variable and a configuration key.

Only a table: the pytest plugin makes its options from it, `llmeval.config` reads the environment
and the configuration file by it. Imports nothing of ours, because every pytest run reads it.
"""

from typing import Literal, NamedTuple

Kind = Literal["flag", "int", "float", "text", "path", "path or off", "names", "run"]


class Option(NamedTuple):
    """One option."""

    name: str
    """On the command line, without `--llmeval-`."""
    type: Kind
    """`flag` takes no value; `names` may be given several times (in the environment: separated by
    commas); the value of `run` may be left out and is then "latest"; "path or off" is a path, or
    the word "off" as it is."""
    metavar: str
    help: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    """Smallest value allowed."""
    above: float | None = None
    """Bound that the value must exceed."""
    unit: str = ""
    """What ends the name of its field in Settings: "s" for seconds, "usd" for dollars."""

    @property
    def flag(self) -> str:
        """As written on the command line."""
        return f"--llmeval-{self.name}"

    @property
    def key(self) -> str:
        """As written in a configuration file."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"LLMEVAL_{self.key.upper()}"

    @property
    def field(self) -> str:
        """The field of Settings."""
        return f"{self.key}_{self.unit}" if self.unit else self.key


OPTIONS: tuple[Option, ...] = (
    Option(
        "adapter",
        "names",
        "NAME|OLD=NEW",
        "run with this adapter instead (of OLD only); give it several times to run side by side",
    ),
    Option("profile", "text", "NAME", "a set of options from the configuration"),
    Option("repeat", "int", "N", "trials per case, over what the suites say", least=1),
    Option("limit", "int", "N", "at most N cases of each suite", least=1),
    Option("concurrency", "int", "N", "requests in flight in the whole run (default 16)", least=1),
    Option(
        "max-retries", "int", "N", "retries of a failed request (default 3; 0 is none)", least=0
    ),
    Option("timeout", "float", "S", "seconds one attempt may take", above=0, unit="s"),
    Option("deadline", "float", "S", "seconds the whole run may take", above=0, unit="s"),
    Option(
        "max-cost",
        "float",
        "USD",
        "stop asking when this many dollars are spent, judges included",
        above=0,
        unit="usd",
    ),
    Option("cache", "text", "MODE", "use stored replies (default off)", ("off", "use", "refresh")),
    Option("record", "path", "FILE", "write every request and its reply to FILE"),
    Option("replay", "path", "FILE", "take every reply from FILE; asks nothing"),
    Option(
        "resume", "run", "RUN", "take finished trials from an interrupted run (default: the latest)"
    ),
    Option("baselines", "path", "DIR", "where baselines are kept (default baselines)"),
    Option("update-baseline", "flag", "", "make this run the baseline"),
    Option("accept-failures", "flag", "", "confirm that failing cases become part of the baseline"),
    Option("against", "text", "NAME", "compare with this variant or adapter of the same run"),
    Option(
        "gate",
        "text",
        "MODE",
        "how the run is judged, over what the suites say",
        ("strict", "ratchet", "statistical", "off"),
    ),
    Option("reports", "path", "DIR", "where reports are written (default reports)"),
    Option(
        "history",
        "path or off",
        "FILE|off",
        "where each run adds a line (default llmeval-history.jsonl in the reports)",
    ),
    Option("dry-run", "flag", "", "say how many calls, tokens and dollars to expect; ask nothing"),
)
"""In the order of the help text."""
