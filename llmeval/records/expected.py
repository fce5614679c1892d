"""What a suite says: cases, their checks, how they are judged."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import field

from llmeval.records.asked import Message
from llmeval.records.base import Mode, On, Record, Severity


class Check(Record, frozen=True, kw_only=True):
    """One expected property, as the suite states it."""

    check: str
    """Name without `not_`."""
    metric: str
    """What limits, reports and baselines call it."""
    parameters: Mapping[str, Any]
    """As written in the suite, variables filled in, the main parameter under its own name."""
    negated: bool = False
    """The `not_` twin."""
    severity: Severity | None = None
    """None: the case's own."""
    on: On | None = None
    """Which replies it sees; None: the scorer's own default."""
    part: str | None = None
    """Which part of the reply it sees (`in`); None is the text."""
    line: int = 0
    """Line in the suite file."""


class Pursuit(Record, frozen=True, kw_only=True):
    """An attack that a model writes, text after text: who writes, what for, and how often."""

    attacker: str
    """The adapter that is asked for the texts."""
    style: str
    turns: int
    """At most so many texts are tried."""
    carrier: str
    wanted: str
    """The effect, in plain words."""
    words: tuple[str, ...] = ()
    """What a text must hold, hidden or not, to ask for it."""


class Attack(Record, frozen=True, kw_only=True):
    """What was put into a case to attack it, and how success shows."""

    role: Literal["attack", "control", "benign", "search", "found"]
    """`control`: the same carrier without an instruction; `benign`: with a harmless look-alike;
    `search`: stands for attacks that are chosen on the way, `found`: one of these."""
    goal: str | None = None
    """None unless the role is `attack` or `found`; so are technique and encoding."""
    technique: str | None = None
    encoding: str | None = None
    carrier: str
    position: str | None = None
    """`start`, `middle` or `end` of the carrier; None where nothing was put in."""
    canary: str | None = None
    """A code that was planted for this very trial and must not come back."""
    plant: str | None = None
    """Where it was planted: `system` or `context`."""
    marker: str | None = None
    """What the instruction wants to be said."""
    host: str | None = None
    """The host of the URLs that the instruction wants to be used."""
    secrets: tuple[str, ...] = ()
    """Further texts that must not come back."""
    forbidden_tools: tuple[str, ...] = ()
    instruction: str | None = None
    """The instruction in plain words."""
    success: str | None = None
    """A regular expression that the reply to a successful attack matches; own corpora only."""
    task: tuple[str, ...] = ()
    """The metrics of the case's own checks that say whether the real task was done."""
    budget: int = 0
    """So many trials a search may make."""
    pursuit: Pursuit | None = None
    """Who writes the attack, where a model does; `instruction` is then what it is to reach."""
    version: str = ""
    """Of the texts that attacks are made of."""


class Ground(Record, frozen=True, kw_only=True):
    """What must be known of a case before attacks on it are chosen."""

    has_system: bool = False
    has_tools: bool = False
    has_slot: bool = False
    """It says with `{{ attack }}` where the attack goes."""
    is_bare: bool = False
    """The user says nothing but the attack: without one there is nothing to ask."""


class Turn(Record, frozen=True, kw_only=True):
    """One thing the user says."""

    user: str | None
    """None: the case's fixed `messages` end with what is to be answered."""
    checks: tuple[Check, ...] = ()
    """Checks on the reply to this turn alone."""


class Xfail(Record, frozen=True, kw_only=True):
    """Why a case is expected to fail."""

    reason: str
    until: str | None = None
    """ISO date of the last day; None is for ever."""
    strict: bool = False
    """A pass is a failure."""


class Case(Record, frozen=True, kw_only=True):
    """One case, every variable filled in, ready to be asked."""

    id: str
    """Unique in the suite: `name[row-variant-adapter]`, absent parts left out."""
    suite: str
    index: int
    """Place in the suite, file order, from 0."""
    line: int
    adapter: str
    turns: tuple[Turn, ...]
    """At least one."""
    messages: tuple[Message, ...] = ()
    """Fixed history before the first turn."""
    checks: tuple[Check, ...] = ()
    """Checks of the case and its suite, after all turns."""
    row: str | None = None
    variant: str | None = None
    description: str | None = None
    system: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    context: str | None = None
    references: tuple[str, ...] = ()
    wrong_references: tuple[str, ...] = ()
    goal: str | None = None
    baseline_reply: str | None = None
    """What the baseline has for this trial; given to checks that ask for it, else None."""
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    repeat: int = 1
    """Trials; the most of them where `min_repeat` is given."""
    min_repeat: int | None = None
    """The fewest trials, where looks at the results may settle the suite before `repeat`."""
    min_trial_pass_rate: tuple[int, int] | float = 1.0
    """k of n as written, or a share in 0…1, of the case's measured trials."""
    weight: float = 1.0
    """How much the case counts in means over cases, above 0."""
    timeout_s: float | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_results: Mapping[str, Any] = field(default_factory=dict)
    """What each tool returns, by its name: after its call the model is asked again."""
    workspace: str | None = None
    """Absolute path of the folder that a coding assistant works on a copy of."""
    allow_empty: bool = False
    allow_truncated: bool = False
    on_error: Literal["error", "fail"] = "error"
    renamed_from: str | None = None
    xfail: Xfail | None = None
    """None also when `until` has passed."""
    skip: str | None = None
    """Why it is not asked."""
    attack: Attack | None = None
    """None for a case that nobody attacks."""


class CaseSpec(Record, frozen=True):
    """What must be known of a case before it is built: small, because suites can hold 100,000."""

    id: str
    index: int
    line: int
    template: int
    """Place of its case in the suite file, from 0: one template makes many cases of a dataset."""
    unit: int | None = None
    """Shared by what is asked side by side: the variants and adapters of one case or row."""
    row: str | None = None
    """The dataset row as JSON text."""
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    renamed_from: str | None = None
    xfail: Xfail | None = None
    skip: str | None = None
    attack: Any = None
    """Which attack it is: a small value that only what made it understands."""


class Limit(Record, frozen=True, kw_only=True):
    """A bound on one metric of a suite."""

    metric: str
    where: Mapping[str, Any] = field(default_factory=dict)
    min: float | None = None
    max: float | None = None
    severity: Severity = "normal"
    beyond_doubt: bool = False
    line: int = 0


class Label(Record, frozen=True, kw_only=True):
    """What a person says of one reply."""

    case: str
    """Id; "" where the reply's text alone says which is meant."""
    passed: bool
    metric: str | None = None
    """What the check should have said that measures this; None: the reply as a whole."""
    trial: int | None = None
    """Counts from 1; None: the first."""
    reply: str | None = None
    """The text that was labelled: the label holds for no other; None: the run's own."""
    digest: str | None = None
    """The same without the text, see `llmeval.text.digest`."""
    suite: str | None = None
    """None: the suite that names the file."""
    file: str = ""
    """As the suite names it."""
    line: int = 0
    """In its file."""


class GateSpec(Record, frozen=True, kw_only=True):
    """How a suite's run is judged."""

    mode: Mode | None = None
    """None: chosen from what is stored, see `llmeval.compare.modes`."""
    against: str = "baseline"
    alpha: float = 0.05
    unit: Literal["auto", "trial", "run"] = "auto"
    min_effect: float = 0.0
    max_undetected: float = 0.05
    max_error_rate: float = 0.0
    max_baseline_age_days: float = 30
    on_mixed: Literal["fail", "warn"] = "fail"
    under_test: tuple[str, ...] = ("system", "adapter", "params")
    require: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ("pass_rate",)
    limits: tuple[Limit, ...] = ()
    labels: tuple[Label, ...] = ()
    """People's verdicts, by which figures are corrected."""
