"""N cases through deepeval: `deepeval_run.py N CONCURRENCY`.

deepeval does not call the model: the answers are asked for first, then scored.
"""

import asyncio
import re
import sys
from typing import Any

from deepeval import evaluate
from deepeval.evaluate.configs import AsyncConfig, CacheConfig, DisplayConfig
from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase
from openai import AsyncOpenAI


class Plain(BaseMetric):
    """An assertion on the output."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.threshold = 1.0
        self.async_mode = True

    def measure(self, test_case: LLMTestCase, *_: Any, **__: Any) -> float:
        """Return 1 or 0."""
        output, expected = test_case.actual_output or "", test_case.expected_output or ""
        found = {
            "contains": expected.split(":", maxsplit=1)[0] in output,
            "regex": re.search(r"piece of \w+", output) is not None,
            "equals": output == expected,
        }[self.name]
        self.score = float(found)
        self.success = found
        return self.score

    async def a_measure(self, test_case: LLMTestCase, *_: Any, **__: Any) -> float:
        """Return 1 or 0."""
        return self.measure(test_case)

    def is_successful(self) -> bool:
        """Return whether the last one was right."""
        return bool(self.success)

    @property
    def __name__(self) -> str:
        return self.name


async def answers(questions: list[str], concurrency: int) -> list[str]:
    """Ask all questions."""
    client = AsyncOpenAI()
    gate = asyncio.Semaphore(concurrency)

    async def ask(question: str) -> str:
        async with gate:
            answer = await client.chat.completions.create(
                model="local", messages=[{"role": "user", "content": question}]
            )
        return answer.choices[0].message.content or ""

    return list(await asyncio.gather(*map(ask, questions)))


def main(count: int, concurrency: int) -> int:
    """Run it."""
    questions = [f"Question {number}: how long is a piece of string?" for number in range(count)]
    replies = asyncio.run(answers(questions, concurrency))
    cases = [
        LLMTestCase(input=asked, actual_output=reply, expected_output=asked)
        for asked, reply in zip(questions, replies, strict=True)
    ]
    done = evaluate(
        test_cases=cases,
        metrics=[Plain("contains"), Plain("regex"), Plain("equals")],
        # Its cache rewrites one file after each case: two minutes for 1,000 cases.
        cache_config=CacheConfig(write_cache=False, use_cache=False),
        async_config=AsyncConfig(max_concurrent=concurrency),
        display_config=DisplayConfig(show_indicator=False, print_results=False),
    )
    passed = sum(bool(result.success) for result in done.test_results)
    print(passed)
    return 0 if passed == count else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
