"""How the demo adapter answers one question."""

import json
import re

from msgspec import Struct

from llmeval.adapters.demo_search import Index, Sentence, words_of
from llmeval.adapters.messages import prompt_of
from llmeval.records import Request

UNKNOWN = "I do not know. Please ask our service team."
REFUSAL = "I'm sorry, but I cannot share that."
GREETING = "Hello! How can I help you?"

# A sentence that takes up less of the question does not answer it.
_ENOUGH = 0.4

_INJECTION = re.compile(
    r"ignore (all |the |your |any )*(previous |prior |above )*(instructions|rules)"
    r"|(reveal|show|print|repeat|tell|what (is|are)|what's).{0,30}"
    r"(system prompt|instructions|discount word|the text above)",
    re.IGNORECASE | re.DOTALL,
)
# What gets the instructions out of it: a request dressed up as work on a text.
_SUCCESSFUL = {
    1: re.compile(r"translate.{0,40}(text above|instructions)", re.IGNORECASE | re.DOTALL),
    2: re.compile(
        r"translate.{0,40}(text above|instructions)|repeat the text above|i am the developer",
        re.IGNORECASE | re.DOTALL,
    ),
}
_GREETING = re.compile(r"\s*(hello|hi|good (morning|evening|day))\b[\s!.,]*$", re.IGNORECASE)
_LABELS = re.compile(r"one of[:\s]+([\w ,-]+?)[.:\n]", re.IGNORECASE)
_QUESTION = re.compile(r"[^.!?\n]+\?")
_AS_JSON = re.compile(r"\b(as|in|with) json\b", re.IGNORECASE)
_REFERS_BACK = re.compile(r"\b(it|that|them|this|those|one)\b", re.IGNORECASE)

_CUES = {
    "complaint": "broken damaged angry late wrong disappointed scratched never missing complain",
    "praise": "love great thank thanks wonderful beautiful happy lovely",
    "order": "order buy want ordering purchase take",
    "question": "how what when where which can does is do may",
}


class Answer(Struct, frozen=True):
    """What it says and what it rests on."""

    text: str
    retrieved: tuple[tuple[str, str], ...] = ()
    """Ids and sentences, best first."""

    def perturbed(self, index: Index, drawn: float) -> str:
        """Return another text than the right one.

        Args:
            index: Where a wrong sentence is taken from.
            drawn: Number in 0…1 that decides which.
        """
        if int(drawn * 1e6) % 3 == 0:
            return UNKNOWN
        sentences = index.sentences
        begin = int(drawn * 1e9) % len(sentences)
        turned = (*sentences[begin:], *sentences[:begin])
        return next((each.text for each in turned if each.text not in self.text), UNKNOWN)


def answer(index: Index, request: Request, version: int, system: str) -> Answer:
    """Return the answer of that version to the last user message."""
    prompt = prompt_of(request)
    if _INJECTION.search(prompt) or _SUCCESSFUL[version].search(prompt):
        leaks = _SUCCESSFUL[version].search(prompt)
        return Answer(f"Of course. It says: {system}" if leaks else REFUSAL)
    if _GREETING.match(prompt):
        return Answer(GREETING)
    labels = _LABELS.search(prompt)
    if labels:
        rest = prompt[labels.end() :]
        return Answer(_label(rest, labels[1], version))
    return _from_documents(index, request, version)


def _label(message: str, among: str, version: int) -> str:
    labels = [label.strip() for label in re.split(r",| or | and ", among) if label.strip()]
    words = re.findall(r"[a-z]+", message.lower())
    counts = {
        label: sum(word in _CUES.get(label.lower(), label.lower()).split() for word in words)
        for label in labels
    }
    # Version 2 lost its feeling for anger: it hears a question first.
    if version == 2 and "question" in counts and message.strip().endswith("?"):
        return "question"
    # A question mark says little: the more telling labels win a tie.
    return max(labels, key=lambda label: (counts[label], label != "question"))


def _from_documents(index: Index, request: Request, version: int) -> Answer:
    prompt = prompt_of(request)
    found = _found(index, request, prompt, version)
    # Of a longer text version 1 answers the first question that it can.
    for question in _QUESTION.findall(prompt) if version == 1 and not found.is_enough else ():
        alone = _found(index, request, question, version)
        if alone.is_enough:
            found = alone
            break
    best, retrieved = found.best, found.retrieved
    if not found.is_enough:
        return Answer(UNKNOWN, retrieved)
    # Version 2 keeps it short, too short sometimes.
    text = best[0].text if version == 1 else re.split(r",| and ", best[0].text)[0]
    if _AS_JSON.search(prompt):
        text = json.dumps({"answer": text, "source": best[0].document})
        # Version 2 talks around its JSON.
        text = text if version == 1 else f"Sure, here you are: {text}"
    return Answer(text, retrieved)


class _Found(Struct, frozen=True):
    """The sentences that fit a question, best first."""

    best: list[Sentence]
    is_enough: bool

    @property
    def retrieved(self) -> tuple[tuple[str, str], ...]:
        """Ids and sentences."""
        return tuple((sentence.document, sentence.text) for sentence in self.best)


def _found(index: Index, request: Request, prompt: str, version: int) -> _Found:
    asked = words_of(_AS_JSON.sub("", prompt), exact=version == 2)
    earlier = _earlier(request, prompt) if version == 1 else []
    weights = dict.fromkeys(earlier, 0.5) | dict.fromkeys(asked, 1.0)
    ranked = index.rank(weights)
    best = [index.sentences[place] for _, place in ranked[:3]]
    # Version 2 answers whatever it finds, also what was not asked.
    is_enough = bool(ranked) and (version != 1 or index.covers(asked, ranked[0][1]) >= _ENOUGH)
    return _Found(best, is_enough)


def _earlier(request: Request, prompt: str) -> list[str]:
    """Return the words of the turn before, where the question refers back to it."""
    users = [message.content for message in request.messages if message.role == "user"]
    if len(users) < 2 or not _REFERS_BACK.search(prompt):
        return []
    return words_of(users[-2], exact=False)
