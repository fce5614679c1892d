"""Words of other tools, and what to write here instead."""

from collections.abc import Mapping

CASES = "write `cases`"
_EXPECT = "write `expect`"
_ADAPTER = "write `adapter`"
_PROMPT = "write `prompt`"
_REFERENCE = "write `reference`"
_THRESHOLD = "thresholds are parameters of a check: `- similar: {to: …, min: 0.8}`"

_BOTH: Mapping[str, str] = {
    "assert": _EXPECT,
    "asserts": _EXPECT,
    "assertions": _EXPECT,
    "checks": _EXPECT,
    "evaluators": _EXPECT,
    "metrics": _EXPECT,
    "scorers": _EXPECT,
    "expectations": _EXPECT,
    "model": _ADAPTER,
    "provider": _ADAPTER,
    "providers": _ADAPTER,
    "target": _ADAPTER,
    "targets": _ADAPTER,
    "epochs": "write `repeat`",
    "repeats": "write `repeat`",
    "repetitions": "write `repeat`",
    "trials": "write `repeat`",
    "min_pass_rate": "write `min_trial_pass_rate`, or a limit in `gate`",
    "system_prompt": "write `system`",
    "variables": "write `vars`",
    "labels": "write `tags`",
    "markers": "write `tags`",
    "options": "write `params`",
    "temperature": "write `params: {temperature: …}`",
    "threshold": _THRESHOLD,
    "timeout_s": "write `timeout`, in seconds",
    "weights": "write `weight`, a number, in the case or for all cases",
}

SUITE: Mapping[str, str] = {
    **_BOTH,
    "tests": CASES,
    "test_cases": CASES,
    "samples": CASES,
    "scenarios": CASES,
    "examples": CASES,
    "name": "write `suite`",
    "prompts": "write `prompt` in each case",
    "prompt": "it belongs to a case: write it below `cases`",
    "default_test": "write `expect`, `vars` and the like at the top: they hold for every case",
    "defaultTest": "write `expect`, `vars` and the like at the top: they hold for every case",
    "defaults": "write the keys at the top: they hold for every case",
    "dataset": "it belongs to a case: write it below `cases`",
    "id": "write `suite`; `id` belongs to a case",
    "limits": "write it in `gate`",
    "env": "environment variables stand in the configuration",
}

CASE: Mapping[str, str] = {
    **_BOTH,
    "name": "write `id`",
    "input": _PROMPT,
    "question": _PROMPT,
    "query": _PROMPT,
    "expected": _REFERENCE,
    "expected_output": _REFERENCE,
    "expected_answer": _REFERENCE,
    "answer": _REFERENCE,
    "ideal": _REFERENCE,
    "ground_truth": _REFERENCE,
    "gold": _REFERENCE,
    "conversation": "write `turns`",
    "dialogue": "write `turns`",
    "history": "write `messages`",
    "contexts": "write `context`",
    "data": "write `dataset`",
    "variants": "it belongs to the suite: write it at the top",
    "gate": "it belongs to the suite: write it at the top",
    "cases": "it belongs to the suite: write it at the top",
    "retries": "write `repeat` for trials; retries are the option --llmeval-max-retries",
}

TURN: Mapping[str, str] = {
    "assert": _EXPECT,
    "prompt": "write `user`",
    "content": "write `user`",
    "input": "write `user`",
    "assistant": "a turn is what the user says; a fixed history is written as `messages`",
}

DATASET: Mapping[str, str] = {
    "file": "write `path`",
    "limit": "write `sample`",
    "filter": "write `where`",
    "separator": "write `delimiter`",
    "sep": "write `delimiter`",
    "rename": "write `columns`",
}

CHECKS: Mapping[str, str] = {
    "is_json": "json",
    "contains_json": "json: {fenced: true}",
    "json_schema": "json: {schema: …}",
    "is_xml": "valid_xml",
    "is_html": "valid_html",
    "is_sql": "valid_sql",
    "contains_xml": "valid_xml",
    "contains_sql": "valid_sql",
    "is_valid_function_call": "valid_tool_calls",
    "is_valid_openai_tools_call": "valid_tool_calls",
    "exact_match": "equals",
    "exact": "equals",
    "equal": "equals",
    "match": "equals",
    "includes": "contains",
    "icontains_all": "contains_all: {value: […], ignore_case: true}",
    "icontains_any": "contains_any: {value: […], ignore_case: true}",
    "matches": "regex",
    "pattern": "regex",
    "startswith": "starts_with",
    "endswith": "ends_with",
    "similarity": "similar",
    "semantic_similarity": "similar: {method: embedding}",
    "bleu": "similar: {method: bleu}",
    "rouge_n": "similar: {method: rouge_l}",
    "rouge_l": "similar: {method: rouge_l}",
    "rouge": "similar: {method: rouge_l}",
    "llm_rubric": "rubric",
    "g_eval": "rubric",
    "geval": "rubric",
    "llm_judge": "rubric",
    "model_graded": "rubric",
    "model_graded_closedqa": "choose",
    "model_graded_factuality": "factuality",
    "model_graded_fact": "factuality",
    "select_best": "compare_to",
    "faithfulness": "factuality: {against: retrieved}",
    "context_faithfulness": "factuality: {against: context}",
    "hallucination": "factuality: {against: context}",
    "answer_relevance": "relevance",
    "answer_relevancy": "relevance",
    "is_refusal": "refusal",
    "pii": "no_pii",
    "moderation": "toxicity",
    "pi": "is_injection",
    "assert_set": "all_of",
    "max_latency": "latency",
    "perplexity": "",
    "javascript": "",
    "python": "",
    "webhook": "",
}
"""Name elsewhere -> what to write here; "" is for what only own checks can do."""

LATER_CHECKS: frozenset[str] = frozenset()
"""Checks that are promised and not built yet; a registered one counts as built."""
