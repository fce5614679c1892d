"""N cases through pydantic-evals: `pydantic_evals_run.py N CONCURRENCY`."""

import asyncio
import re
import sys
from dataclasses import dataclass
from typing import Any

from openai import AsyncOpenAI
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Contains, EqualsExpected, Evaluator, EvaluatorContext


@dataclass
class Regex(Evaluator[str, str, Any]):
    """Does a pattern match somewhere?"""

    pattern: str

    def evaluate(self, ctx: EvaluatorContext[str, str, Any]) -> bool:
        """Return whether it does."""
        return re.search(self.pattern, ctx.output) is not None


async def main(count: int, concurrency: int) -> int:
    """Run it."""
    client = AsyncOpenAI()

    async def ask(question: str) -> str:
        answer = await client.chat.completions.create(
            model="local", messages=[{"role": "user", "content": question}]
        )
        return answer.choices[0].message.content or ""

    text = "Question {}: how long is a piece of string?"
    cases = [
        Case(
            name=f"case-{number}",
            inputs=text.format(number),
            expected_output=text.format(number),
            evaluators=(Contains(value=f"Question {number}"),),
        )
        for number in range(count)
    ]
    shared = [Regex(r"piece of \w+"), EqualsExpected()]
    dataset = Dataset(name="peers", cases=cases, evaluators=shared)
    report = await dataset.evaluate(ask, max_concurrency=concurrency, progress=False)
    average = report.averages()
    print(len(report.cases), average.assertions if average else None)
    return 0 if len(report.cases) == count else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]))))
