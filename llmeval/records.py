"""What flows through the pipeline: suites, cases, requests, replies, scores, trials, runs.

Frozen, without behaviour. "Not measured" is None plus a status, never NaN, 0 or "".
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from msgspec import Struct, field

Outcome = Literal["passed", "failed", "error", "skipped"]
Severity = Literal["critical", "normal", "warn"]
Role = Literal["system", "user", "assistant", "tool"]
Better = Literal["higher", "lower"]
On = Literal["last", "each", "all"]
Mode = Literal["strict", "ratchet", "statistical", "off"]

NOTHING: Mapping[str, Any] = {}
ATTACK_PARTS = ("role", "goal", "technique", "encoding", "carrier", "position")
"""What identifies an attack: fields of `Attack`, stored with each trial."""


class _DataclassFields:
    """Gives records what `dataclasses.replace`, `fields` and `asdict` look for, once asked."""

    def __get__(self, record: object, cls: type[Struct]) -> "dict[str, Any]":
        from dataclasses import fields, make_dataclass

        # Only its field objects are wanted; the defaults do not matter to those functions.
        twin = make_dataclass(cls.__name__, cls.__struct_fields__)
        return {found.name: found for found in fields(twin)}


class Record(Struct, frozen=True, kw_only=True):
    """What all records have in common.

    Structs, not dataclasses: a class is made in a twenty-fifth of the time, of which a short run
    notices a tenth of a second, and an object in a tenth. To plug-ins they look like dataclasses.
    """

    __dataclass_fields__: ClassVar[Any] = _DataclassFields()


# --- what is asked ---------------------------------------------------------------------------


class ToolCall(Record, frozen=True, kw_only=True):
    """One call of a tool that a model asked for."""

    name: str
    arguments: Any
    """The parsed JSON value; the raw text where it is not JSON."""
    id: str | None = None
    opaque: Any = None
    """What the service wants back with the call (what the model thought, signed): nobody else
    looks at it, and it is no part of a run's log."""


class Message(Record, frozen=True, kw_only=True):
    """One message of a conversation."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None


class Request(Record, frozen=True, kw_only=True):
    """One question to one adapter."""

    adapter: str
    """Name from the configuration."""
    messages: tuple[Message, ...]
    """The conversation so far, without the system prompt; the last one is to be answered."""
    system: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters; they win over the adapter's own."""
    workspace: str | None = None
    """Absolute path of the folder that a coding assistant works on a copy of; None: that of the
    adapter."""
    tools: tuple[Mapping[str, Any], ...] = ()
    """OpenAI function form."""
    session: str = ""
    """Names the conversation: the same for all turns of a trial, fresh for each trial."""
    case: str = ""
    """Id of the case."""
    trial: int = 1
    """Counts from 1."""
    timeout_s: float | None = None
    """Seconds one attempt may take; None is no limit."""


class Usage(Record, frozen=True, kw_only=True):
    """Tokens as the service counted them; None where it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    """The part of the input that the service had in its prompt cache."""
    reasoning_tokens: int | None = None
    """The part of the output that was reasoning."""


class Timing(Record, frozen=True, kw_only=True):
    """Where the time of one reply went, in seconds."""

    queued_s: float | None = None
    """Waiting for a free slot."""
    waited_s: float | None = None
    """Pauses for rate limits and between attempts."""
    first_token_s: float | None = None
    """From sending to the first piece of text, of the successful attempt; streamed replies only."""
    total_s: float | None = None
    """From sending to the last byte, of the successful attempt; None when not measured live."""
    attempts: int = 1


class Passage(Record, frozen=True, kw_only=True):
    """A piece of text that the application retrieved."""

    id: str | None = None
    text: str | None = None


class Reply(Record, frozen=True, kw_only=True):
    """What came back for one request."""

    text: str | None = None
    finish_reason: str | None = None
    """`stop`, `length`, `content_filter`, `tool_calls`, `refusal`, or the service's own word."""
    model: str | None = None
    """The model that answered, as the service named it."""
    request_id: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    retrieved: tuple[Passage, ...] | None = None
    """None when the application does not say what it retrieved."""
    steps: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, str | None] | None = None
    """Text of the files that the application changed, by relative path; None: it deleted it."""
    usage: Usage = Usage()
    cost_usd: float | None = None
    """None when no price is known."""
    cached: bool = False
    """True for a reply from the cache or from a recording: it has no latency and no cost."""
    timing: Timing = Timing()


class Program(Record, frozen=True, kw_only=True):
    """A program that a check wants run on what an application wrote."""

    argv: tuple[str, ...]
    """Program and arguments; no shell."""
    stdin: str = ""
    files: Mapping[str, str | None] = field(default_factory=dict)
    """What the application wrote, as in Reply.files."""
    add: Mapping[str, str] = field(default_factory=dict)
    """Files that the suite puts beside or over them: text by relative path."""
    workspace: str | None = None
    """Folder that is copied for it; None: that of the adapter, an empty one if it has none."""
    adapter: str = ""
    """Name of the adapter that was asked."""
    timeout_s: float = 60.0


class Judge(Record, frozen=True, kw_only=True):
    """Who grades replies: one model or a jury, a `[tool.llmeval.judges.NAME]` table."""

    name: str
    adapters: tuple[str, ...]
    """The jury's members; each casts `samples` votes."""
    samples: int = 1
    combine: Literal["majority", "median", "mean"] = "majority"
    uncertain_band: tuple[float, ...] | float | None = None
    """Where a mean of the votes decides nothing; see `llmeval.scorers.jury`."""
    timeout_s: float = 120.0
    """Seconds one attempt may take."""


# --- what is expected ------------------------------------------------------------------------


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
    suite: str | None = None
    """None: the suite that names the file."""
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


# --- what was measured -----------------------------------------------------------------------


class Score(Record, frozen=True, kw_only=True):
    """What one scorer says of one reply."""

    status: Literal["scored", "skipped", "error"] = "scored"
    score: float | None = None
    """None unless scored. 0…1, or the check's own unit (seconds, tokens, USD)."""
    passed: bool | None = None
    """None unless scored."""
    reason: str = ""
    """One line: why it failed, was skipped or could not be measured; "" for a plain pass."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """JSON values for reports and suite-wide figures, `expected` and `got` of a label say.

    `judge` is stored beside the others; `kind` of an error becomes that of the trial's failure.
    """


class CheckResult(Record, frozen=True, kw_only=True):
    """A score with the check it belongs to."""

    check: str
    """Name, with `not_` where negated."""
    metric: str
    severity: Severity
    status: Literal["scored", "skipped", "error"]
    turn: int | None = None
    """Which turn's reply was checked, from 1; None for a check after all turns."""
    score: float | None = None
    min: float | None = None
    max: float | None = None
    better: Better = "higher"
    passed: bool | None = None
    reason: str = ""
    version: str = "1"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Failure(Record, frozen=True, kw_only=True):
    """Why a trial could not be measured."""

    kind: str
    """A stable word: an adapter's kind, or `budget`, `deadline`, `cancelled`, `empty_output`,
    `truncated`, `scorer_raised`, `nothing_scored`, `worker_crashed`."""
    message: str


class Exchange(Record, frozen=True, kw_only=True):
    """One turn as it went."""

    user: str | None
    reply: Reply | None
    """None when the turn was not reached or got no reply."""


class Trial(Record, frozen=True, kw_only=True):
    """One case asked once."""

    nodeid: str
    suite: str
    case: str
    index: int
    """The case's place in its suite, file order."""
    adapter: str
    trial: int
    """Counts from 1."""
    outcome: Outcome
    row: str | None = None
    variant: str | None = None
    started: str | None = None
    """ISO 8601, UTC."""
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    """Short hashes by part, see `llmeval.run.fingerprint`."""
    vars: Mapping[str, Any] = field(default_factory=dict)
    system: str | None = None
    messages: tuple[Message, ...] = ()
    """What was sent in the last turn, without the system prompt."""
    context: str | None = None
    references: tuple[str, ...] = ()
    wrong_references: tuple[str, ...] = ()
    goal: str | None = None
    reply: Reply | None = None
    """The last turn's reply."""
    turns: tuple[Exchange, ...] = ()
    """Empty for a case of one turn."""
    checks: tuple[CheckResult, ...] = ()
    error: Failure | None = None
    xfail: bool = False
    """Expected to fail: in no metric and no gate."""
    min_trial_pass_rate: tuple[int, int] | float = 1.0
    """Of its case: the share of measured trials that must pass, as k of n or in 0…1."""
    weight: float = 1.0
    """Of its case: how much it counts in means over cases."""
    renamed_from: str | None = None
    attack: Mapping[str, Any] = field(default_factory=dict)
    """ATTACK_PARTS, `result` (`obeyed`, `mentioned` or `resisted`), `task` (the case's own checks
    passed), `refused` (of a look-alike) and `attacker` (of a pursuit: adapter, attempts, answers,
    cost); empty for a case that nobody attacks."""


class RunHeader(Record, frozen=True, kw_only=True):
    """First line of a run's log."""

    run: str
    """Name of the run and of its folder."""
    started: str
    environment: Mapping[str, Any] = field(default_factory=dict)
    git: Mapping[str, Any] = field(default_factory=dict)
    """`sha`, `branch`, `dirty`; empty outside a repository."""
    ci_url: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    adapters: Mapping[str, Any] = field(default_factory=dict)
    """Adapter name to its fingerprint: type, model, parameters, without secrets."""
    judges: Mapping[str, Any] = field(default_factory=dict)
    suites: Mapping[str, Any] = field(default_factory=dict)
    """Suite name to `path`, `selected` (ids), `full` (was the whole suite selected)."""
    seed: int = 0


class RunEnd(Record, frozen=True, kw_only=True):
    """Last line of a run's log."""

    finished: str
    seconds: float
    totals: Mapping[str, Any] = field(default_factory=dict)


# --- what was concluded ----------------------------------------------------------------------


class MetricVerdict(Record, frozen=True, kw_only=True):
    """One metric of a suite, before and now."""

    metric: str
    where: Mapping[str, Any] = field(default_factory=dict)
    baseline: float | None = None
    current: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    limit: Mapping[str, float] | None = None
    """`min` and `max` of the limit on it."""
    limit_ok: bool | None = None
    measured: int | None = None
    """How many cases (or trials, for run-time metrics) the current figure rests on."""
    corrected: Mapping[str, float] | None = None
    """The figure corrected by people's labels: `value` with its 95 % interval `low`, `high`,
    `labelled` cases, and the `weight` 0…1 that unlabelled scores have in it."""


class SuiteVerdict(Record, frozen=True, kw_only=True):
    """What is concluded of one suite."""

    suite: str
    path: str
    status: Literal["passed", "failed", "inconclusive"]
    mode: Mode
    mode_reason: str
    comparison: Literal[
        "regression",
        "mixed",
        "improvement",
        "no_change",
        "insufficient_data",
        "not_comparable",
        "no_baseline",
        "off",
    ]
    counts: Mapping[str, int] = field(default_factory=dict)
    """`cases`, `passed`, `failed`, `error`, `skipped`, `xfailed`, `xpassed`, `warned`, `trials`,
    `measured`, …"""
    metrics: tuple[MetricVerdict, ...] = ()
    regressed: tuple[str, ...] = ()
    improved: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Case id to the fields that differ and forbid comparing it."""
    under_test: tuple[str, ...] = ()
    """What differs and is under test, in words: "model: a → b"."""
    against: str = "baseline"
    """The version of the same run that took the baseline's place, where one did."""
    test: Mapping[str, Any] | None = None
    """How the statistical gate tested: `unit`, `correlation` within runs, `p_independent`,
    `cases_needed`, `trials_needed`; None where it did not."""
    rounds: Mapping[str, Any] | None = None
    """Where the number of rounds was left open: `min`, `max`, `made`, the rounds after which
    `looks` were planned, `look` (the place of the one that judged, from 1), whether it `settled`
    the suite before the last round, `calls_saved`, `why` all rounds were made; else None."""
    baseline: Mapping[str, Any] | None = None
    """`path`, `runs`, `age_days`, `adapter`."""
    cost_usd: Mapping[str, float | None] = field(default_factory=dict)
    """`target`, `judge`."""
    reasons: tuple[str, ...] = ()
    """Why it is red or inconclusive, one line each; the headline first."""
    notes: tuple[str, ...] = ()
    """What the reader should know and what to do next, one line each."""


class Verdict(Record, frozen=True, kw_only=True):
    """What is concluded of a run."""

    status: Literal["passed", "failed", "inconclusive"]
    exit_status: int
    suites: tuple[SuiteVerdict, ...]
    git: Mapping[str, Any] = field(default_factory=dict)
    run: str = ""
