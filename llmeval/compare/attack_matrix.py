"""What attacks achieved, by technique and carrier and by each part alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from llmeval.compare import metrics
from llmeval.compare.attacked import OF_ATTACKS, SUCCESS, Rate, by, wilson
from llmeval.compare.chosen import Chosen
from llmeval.compare.measured import SuiteTable

PARTS = ("goal", "technique", "encoding", "carrier", "position")


class Cell(Struct, frozen=True, kw_only=True):
    """The attacks of one technique through one carrier."""

    technique: str
    carrier: str
    succeeded: float
    """Sum over the cases of the share of their trials that succeeded."""
    cases: int
    """How many were measured."""
    worked: tuple[str, ...]
    """Ids of the cases with a success."""


class Matrix(Struct, frozen=True, kw_only=True):
    """The figures of one suite's attacks."""

    techniques: tuple[str, ...]
    """Those that succeed most first."""
    carriers: tuple[str, ...]
    cells: tuple[Cell, ...]
    """Technique by technique; combinations that were not tried are left out."""
    rates: Mapping[str, Rate]
    """By OF_ATTACKS, as far as measured."""
    by_part: Mapping[str, Mapping[str, Rate]]
    """Part -> value -> success."""
    by_list: Mapping[str, Mapping[str, Rate]]
    """`owasp` and `atlas` -> id -> success, see `llmeval.attacks.lists`."""

    def cell(self, technique: str, carrier: str) -> Cell | None:
        """Return one cell, None where nothing was tried."""
        pairs = ((cell.technique, cell.carrier) for cell in self.cells)
        return next((c for c, pair in zip(self.cells, pairs, strict=True)
                     if pair == (technique, carrier)), None)  # fmt: skip


def matrix(table: SuiteTable, cases: Iterable[str] | None = None) -> Matrix | None:
    """Return the figures of the attacks in a suite; None where nothing was attacked.

    Args:
        table: The suite's values.
        cases: Only these; None is all.
    """
    chosen = Chosen(table, cases=cases)
    shares: dict[str, float] = {}
    for name in SUCCESS:
        shares |= metrics.attack_shares(chosen, name)
    if not shares:
        return None
    attacks: dict[str, dict[str, Any]] = {case: dict(table.facts(case).attack) for case in shares}
    by_part = {part: by(part, attacks, shares) for part in PARTS}
    order = by_part["technique"]
    techniques = tuple(sorted(order, key=lambda name: (-order[name].value, name)))
    carriers = tuple(by_part["carrier"])
    found = {name: metrics.attack_shares(chosen, name) for name in OF_ATTACKS}
    rates = {name: rate for name in OF_ATTACKS if (rate := wilson(list(found[name].values())))}
    return Matrix(
        techniques=techniques,
        carriers=carriers,
        cells=_cells(techniques, carriers, attacks, shares),
        rates=rates,
        by_part=by_part,
        by_list=_by_list(attacks, shares),
    )


def _by_list(
    attacks: Mapping[str, Mapping[str, Any]], shares: Mapping[str, float]
) -> Mapping[str, Mapping[str, Rate]]:
    # Brings in all techniques: only who was attacked pays for it.
    from llmeval.attacks import lists

    named = {"owasp": lists.owasp, "atlas": lists.atlas}
    return {name: _listed(of, attacks, shares) for name, of in named.items()}


def _listed(
    of: Callable[[Mapping[str, str]], tuple[str, ...]],
    attacks: Mapping[str, Mapping[str, Any]],
    shares: Mapping[str, float],
) -> Mapping[str, Rate]:
    """Return the success of the attacks under each id; one attack may stand under several."""
    groups: dict[str, list[float]] = {}
    for case, share in shares.items():
        for ident in of(attacks[case]):
            groups.setdefault(ident, []).append(share)
    pairs = ((ident, wilson(groups[ident])) for ident in sorted(groups))
    return {ident: rate for ident, rate in pairs if rate is not None}


def _cells(
    techniques: tuple[str, ...],
    carriers: tuple[str, ...],
    attacks: Mapping[str, Mapping[str, Any]],
    shares: Mapping[str, float],
) -> tuple[Cell, ...]:
    groups: dict[tuple[str, str], list[str]] = {}
    for case, attack in attacks.items():
        groups.setdefault((attack["technique"], attack["carrier"]), []).append(case)
    return tuple(
        Cell(
            technique=technique,
            carrier=carrier,
            succeeded=sum(shares[case] for case in groups[technique, carrier]),
            cases=len(groups[technique, carrier]),
            worked=tuple(case for case in groups[technique, carrier] if shares[case] > 0),
        )
        for technique in techniques
        for carrier in carriers
        if (technique, carrier) in groups
    )
