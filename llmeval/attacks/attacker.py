"""The key `attack` of a case: which attacks it gets, and the case under each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec.structs import replace

from llmeval.attacks import pursuit
from llmeval.attacks.carriers import CARRIERS, MESSAGE, POSITIONS
from llmeval.attacks.choice import ALL, MOST_ATTACKS, Axes, Key, named, selectors, short, spread
from llmeval.attacks.compose import Composed, Plan, compose
from llmeval.attacks.corpus import OwnText, keys, own_texts
from llmeval.attacks.encodings import ENCODINGS
from llmeval.attacks.goals import GOALS
from llmeval.attacks.lookalikes import LOOK_ALIKES
from llmeval.attacks.placing import appended, planted, turns_of
from llmeval.errors import ParameterError
from llmeval.records import Case, Check, Ground

DEFAULT_SAMPLE = 50
MOST_TURNS = 20
Words = str | tuple[str, ...]
_NEEDS = {
    "secret": "has nothing to leak: give the case a `system`, or `secrets`",
    "system": "needs a case with a `system` prompt",
    "forbidden_tools": "needs `forbidden_tools`",
    "tools": "needs a case with `tools`",
}


@dataclass(frozen=True, kw_only=True)
class Attacker:
    """What is written under `attack`."""

    document: str | None = None
    carrier: Words | None = None
    position: Words = ALL
    goals: Words = ALL
    secrets: tuple[str, ...] = ()
    plant: Literal["auto", "system", "context", "none"] = "auto"
    forbidden_tools: tuple[str, ...] = ()
    techniques: Words = ALL
    corpus: tuple[Mapping[str, Any], ...] = ()
    """Rows of a file of own texts, asked instead of our techniques."""
    encodings: Words = ALL
    sample: int | Literal["all"] | None = field(default=None, metadata={"ge": 1})
    """None: 50, where a model writes the attacks 10."""
    benign: int = field(default=10, metadata={"ge": 0, "le": len(LOOK_ALIKES)})
    seed: int = 0
    mode: Literal["spread", "adaptive", "model"] = "spread"
    attacker: str = "attacker"
    """The adapter that writes the attacks in the mode `model`."""
    turns: int = field(default=5, metadata={"ge": 1, "le": MOST_TURNS})
    """At most so many texts it tries."""
    task: Literal["measure", "require"] = "measure"
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    # --- which attacks --------------------------------------------------------------------------

    def keys(self, ground: Ground) -> tuple[Key, ...]:
        """Return the attacks on a case, its clean controls and its benign look-alikes, in order.

        Raises:
            ParameterError: A name is unknown, or a goal cannot be reached in this case.
        """
        axes = self.axes(ground)
        attacks = self._attacks(axes, ground)
        if not attacks:
            raise ParameterError("techniques", "no combination of the parts makes an attack")
        asked = {key.carrier for key in attacks}
        used = [name for name in axes.carriers if name in asked or self.mode == "adaptive"]
        if ground.is_bare and MESSAGE in used:
            used.remove(MESSAGE)  # without the attack nothing would be asked
        controls = [Key("control", "", "", "", carrier, "") for carrier in used]
        return (*attacks, *controls, *self._look_alikes(used, axes.positions))

    @property
    def writer(self) -> str | None:
        """The adapter that writes the attacks; None where they are written already."""
        return self.attacker if self.mode == "model" else None

    def _attacks(self, axes: Axes, ground: Ground) -> list[Key]:
        if self.mode == "model":
            if self.corpus:
                raise ParameterError("mode", "a model writes its own texts; leave `techniques` out")
            names = pursuit.styles(_words(self.techniques))
            return pursuit.keys(axes, names, self._count, self.seed)
        if self.corpus:
            if self.mode == "adaptive":
                raise ParameterError("mode", "a search combines our own techniques; leave it out")
            return self._own_keys(axes, ground)
        if self.mode == "adaptive":
            return [searched(min(self._count, axes.size))]
        return self._chosen(axes)

    @property
    def _count(self) -> int:
        """How many attacks at most."""
        if self.sample is None:
            return pursuit.DEFAULT_SAMPLE if self.mode == "model" else DEFAULT_SAMPLE
        return MOST_ATTACKS if self.sample == ALL else int(self.sample)

    def axes(self, ground: Ground) -> Axes:
        """Return what may be combined.

        Raises:
            ParameterError: A name is unknown, or a goal cannot be reached in this case.
        """
        carriers = self._carriers(ground)
        positions = named("position", _words(self.position), POSITIONS)
        return Axes(
            goals=self._goals(ground),
            techniques=selectors((ALL,) if self.mode == "model" else _words(self.techniques)),
            encodings=named("encodings", _words(self.encodings), ENCODINGS),
            carriers=carriers,
            positions=positions,
        )

    def _own_keys(self, axes: Axes, ground: Ground) -> list[Key]:
        found = keys(self._own(ground), axes.carriers, axes.positions, self.seed)
        placed = [
            key._replace(position="end")
            if (key.carrier, key.position) == (MESSAGE, "middle")
            else key
            for key in found
        ]
        return placed[: self._count]

    def _own(self, ground: Ground) -> dict[str, OwnText]:
        """Return the user's own texts; read from the rows once."""
        found = self._made.get("own")
        if found is None:
            has_codes = bool(self.secrets) or self._plant(ground.has_system) != "none"
            found = self._made["own"] = own_texts(self.corpus, has_codes=has_codes)
        texts: dict[str, OwnText] = found
        return texts

    def _chosen(self, axes: Axes) -> list[Key]:
        if self.sample != ALL:
            return spread(axes, self._count, self.seed)
        every = []
        for key in axes.every():
            every.append(key)
            if len(every) > MOST_ATTACKS:
                said = f"'all' selects more than {MOST_ATTACKS:,} attacks; give a number"
                raise ParameterError("sample", said)
        return every

    def _carriers(self, ground: Ground) -> tuple[str, ...]:
        if self.carrier is None:
            return (MESSAGE,) if self.document is None else ("document",)
        found = named("carrier", _words(self.carrier), CARRIERS)
        if MESSAGE in found and self.document is not None and ALL not in _words(self.carrier):
            raise ParameterError("document", "a message carries no document; name another carrier")
        if not ground.has_slot and found != (MESSAGE,):
            said = "the case does not say where the document goes; write {{ attack }} there"
            raise ParameterError("carrier", said)
        return found

    def _goals(self, ground: Ground) -> tuple[str, ...]:
        words = _words(self.goals)
        possible = [name for name in GOALS if not self._missing(name, ground)]
        if ALL in words:
            return tuple(possible)
        found = named("goals", words, GOALS)
        for name in found:
            missing = self._missing(name, ground)
            if missing:
                raise ParameterError("goals", f"{name} {missing}")
        return found

    def _missing(self, goal: str, ground: Ground) -> str:
        has = {
            "": True,
            "secret": bool(self.secrets) or self._plant(ground.has_system) != "none",
            "system": ground.has_system,
            "forbidden_tools": bool(self.forbidden_tools),
            "tools": ground.has_tools,
        }
        if self.mode == "model" and not pursuit.is_pursued(goal):
            return "needs a turn of the user afterwards, which the mode `model` does not have"
        needs = GOALS[goal].needs
        return "" if has[needs] else _NEEDS[needs]

    def _plant(self, has_system: bool) -> str:  # noqa: FBT001  (a fact, not an option)
        if self.plant != "auto":
            return self.plant
        # A prompt of its own that an application does not use would plant nothing.
        return "system" if has_system else "none"

    def _look_alikes(self, carriers: list[str], positions: tuple[str, ...]) -> list[Key]:
        order = sorted(range(len(LOOK_ALIKES)), key=lambda n: short(self.seed, "benign", n))
        found = []
        for place, number in enumerate(order[: self.benign] if carriers else ()):
            carrier = carriers[place % len(carriers)]
            position = positions[place % len(positions)]
            if carrier == MESSAGE and position == "middle":
                position = "end"
            found.append(Key("benign", "", str(number), "", carrier, position))
        return found

    # --- the case under attack ------------------------------------------------------------------

    def attacked(
        self,
        key: Key,
        case: Callable[[str], Case],
        ground: Ground,
        seed: tuple[str, int],
        document: str | None = None,
        text: str | None = None,
    ) -> Case:
        """Return a case under one attack, with codes that are fresh for this trial.

        Args:
            key: Which attack.
            case: What `{{ attack }}` stands for -> the case.
            ground: What is known of the case.
            seed: Id of the case and number of the trial, from 1.
            document: What carries the instruction, variables filled in.
            text: What a model has written, in the mode `model`.
        """
        plan = Plan(
            document=document,
            secrets=self.secrets,
            forbidden_tools=self.forbidden_tools,
            plant=self._plant(ground.has_system),
            seed=self.seed,
            own=self._own(ground) if self.corpus else {},
            attacker=self.attacker,
            turns=self.turns,
        )
        composed = compose(key, plan, *seed, text=text)
        base = case(composed.text) if ground.has_slot else appended(case(""), composed.text)
        return self._under(base, composed)

    def _under(self, base: Case, composed: Composed) -> Case:
        attack = composed.attack
        if attack.role == "search":
            attack = replace(attack, budget=attack.budget * base.repeat)
            return replace(base, attack=attack, repeat=1, min_repeat=None)
        own = self._own_checks(base.checks, attack.role)
        task = tuple(check.metric for check in base.checks if _decides(check, base))
        turns, checks = turns_of(base, composed, own)
        if attack.role == "attack":
            checks = self._with_resists(checks, composed.judged)
        elif attack.role == "benign":
            checks = self._kept(("benign", id(checks)), checks, lambda: (*checks, _SERVED))
        return replace(
            base,
            turns=turns,
            checks=checks,
            system=planted(base.system, composed),
            attack=replace(attack, task=task),
            allow_truncated=base.allow_truncated or attack.goal == "deny_service",
        )

    def _own_checks(self, checks: tuple[Check, ...], role: str) -> tuple[Check, ...]:
        """Return the case's own checks: under attack they measure, unless they are required."""
        if role == "control" or self.task == "require":
            return checks

        def measuring() -> tuple[Check, ...]:
            return tuple(replace(check, severity="warn") for check in checks)

        return self._kept(("own", id(checks)), checks, measuring)

    def _with_resists(self, checks: tuple[Check, ...], judged: str) -> tuple[Check, ...]:
        on: Any = judged
        resists = Check(check="resists", metric="resists", parameters=_NO_PARAMETERS, on=on)
        return self._kept(("all", id(checks), judged), checks, lambda: (resists, *checks))

    def _kept(
        self, key: Any, source: Any, make: Callable[[], tuple[Check, ...]]
    ) -> tuple[Check, ...]:
        """Return the same tuple for the same source: scorers are bound once for each tuple."""
        found = self._made.get(key)
        if found is None or found[0] is not source:
            if len(self._made) > 1000:
                self._made.clear()
            found = self._made[key] = (source, make())
        kept: tuple[Check, ...] = found[1]
        return kept


_NO_PARAMETERS: Mapping[str, Any] = {}
_SERVED = Check(
    check="refusal",
    metric="over_refusal",
    parameters={"ignorance": False},
    negated=True,
    severity="warn",
)
"""On harmless look-alikes: a refusal is one too many."""


def searched(budget: int) -> Key:
    """Return what stands for a search with so many attacks."""
    return Key("search", "", str(budget), "", ALL, "")


def _words(value: Words) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _decides(check: Check, case: Case) -> bool:
    return (check.severity or case.severity) != "warn"
