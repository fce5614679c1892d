"""What a reply costs: by the configured price, else by the public list prices.

List prices come from the package `genai-prices` (extra `prices`), from the data it ships: nothing
is asked over the network. A price that neither knows is unknown, never 0.
"""

from collections.abc import Callable
from typing import Any

from llmeval.config import AdapterConfig
from llmeval.records import Usage
from llmeval.run.budget import cost_of

CostOf = Callable[[Usage], float | None]
"""Usage -> USD; None where the service did not count the tokens."""

_PROVIDERS = {"anthropic": "anthropic", "gemini": "google", "openai": "openai"}
"""Adapter type -> whose prices hold at its own address."""


def pricing(config: AdapterConfig) -> CostOf | None:
    """Return what tells the cost of a reply of an adapter; None where its price is unknown."""
    price = config.price
    if price is not None:
        return lambda usage: cost_of(usage, price)
    model = config.parameters.get("model")
    if config.type not in _PROVIDERS or not isinstance(model, str):
        return None
    return _listed(model, _place(config))


def _place(config: AdapterConfig) -> dict[str, Any]:
    address = config.parameters.get("base_url")
    if address is None:
        return {"provider_id": _PROVIDERS[config.type]}
    return {"provider_api_url": str(address)}


def _listed(model: str, place: dict[str, Any]) -> CostOf | None:
    try:
        import genai_prices
    except ImportError:
        return None

    def cost(usage: Usage) -> float | None:
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        counted = genai_prices.Usage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=min(usage.cached_tokens or 0, usage.input_tokens),
            output_tokens=usage.output_tokens,
        )
        return float(genai_prices.calc_price(counted, model_ref=model, **place).total_price)

    try:
        cost(Usage(input_tokens=1, output_tokens=1))
    except (LookupError, ValueError):
        return None
    return cost
