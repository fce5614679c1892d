"""Lets a model write an attack: asks it for a text, tries it, shows it the reply, and so on.

What the application did says whether an attempt succeeded. An attacker that does not answer, or
whose answers hold no attack, has tested nothing: that is an error, never resistance.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec.structs import replace

from llmeval.attacks.pursuit import CRESCENDO, Attempt, Unusable, asked, parent, proposal
from llmeval.errors import AdapterError
from llmeval.records import Case, Failure, Message, Pursuit, Reply, Request, Turn
from llmeval.run.dialogue import Ask, Talk
from llmeval.run.judging import STOPS
from llmeval.text import cut

MOST_ANSWERS = 3
"""So often an attacker is asked for one text."""
_SHOWN_CHARS = 120

Converse = Callable[[Case, Talk], Awaitable[None]]
"""Holds the conversation of one attempt and puts it down in a talk."""


class Pursuer:
    """One attack, pursued until it succeeds or its turns are used up.

    Args:
        case: The case under the attack's first form.
        trial: Counts from 1.
        written: A text of the attacker's -> the case under it.
        converse: Holds the conversation of one attempt.
        ask: Gets one reply of the adapter that a request names.
    """

    def __init__(
        self,
        case: Case,
        trial: int,
        written: Callable[[str], Case],
        converse: Converse,
        ask: Ask,
    ) -> None:
        assert case.attack is not None
        assert case.attack.pursuit is not None
        self._pursuit: Pursuit = case.attack.pursuit
        self._first = case
        self._trial = trial
        self._written = written
        self._converse = converse
        self._ask = ask
        self._turns: list[Turn] = []
        self._attempts: list[Attempt] = []
        self._answers: list[Reply] = []

    @property
    def case(self) -> Case:
        """What was asked, the turns of all attempts one after the other."""
        return replace(self._first, turns=tuple(self._turns)) if self._turns else self._first

    @property
    def told(self) -> Mapping[str, Any]:
        """What the log says of the attacker."""
        costs = [reply.cost_usd for reply in self._answers if reply.cost_usd is not None]
        found: dict[str, Any] = {
            "adapter": self._pursuit.attacker,
            "attempts": len(self._attempts),
            "answers": [reply.text for reply in self._answers],
        }
        return {"attacker": found | ({"cost_usd": sum(costs)} if costs else {})}

    async def go(self, talk: Talk) -> None:
        """Put down all attempts in `talk`, and why they ended early."""
        while len(self._attempts) < self._pursuit.turns:
            text = await self._text(talk)
            if text is None:
                return
            await self._try(text, talk)
            if talk.failure is not None or self._attempts[-1].result == "obeyed":
                return

    # --- the attacker -------------------------------------------------------------------------

    async def _text(self, talk: Talk) -> str | None:
        """Return the next text; None where there is none, for a reason that stands in `talk`."""
        wrong = ""
        for _ in range(MOST_ANSWERS):
            try:
                answer = await self._ask(self._request(wrong))
            except AdapterError as error:
                talk.failure = self._failed(error)
                return None
            self._answers.append(answer)
            try:
                return proposal(self._pursuit, answer.text or "", self._attempts)
            except Unusable as reason:
                wrong = str(reason)
        said = cut(" ".join((self._answers[-1].text or "").split()), _SHOWN_CHARS)
        message = f"no attack in {MOST_ANSWERS} answers: {wrong}; the last one: {said!r}"
        talk.failure = self._failure(message)
        return None

    def _request(self, wrong: str) -> Request:
        rules, said = asked(self._pursuit, self._attempts, wrong)
        number = (self._trial - 1) * self._pursuit.turns * MOST_ANSWERS + len(self._answers) + 1
        return Request(
            adapter=self._pursuit.attacker,
            system=rules,
            messages=(Message(role="user", content=said),),
            session=f"attacker-{self._first.id}-{number}",
            case=self._first.id,
            # Caches and recordings keep equal requests apart by it.
            trial=number,
            timeout_s=self._first.timeout_s,
        )

    def _failed(self, error: AdapterError) -> Failure:
        if error.kind in STOPS:
            return Failure(kind=error.kind, message=str(error))
        return self._failure(f"{error.kind}: {error}")

    def _failure(self, message: str) -> Failure:
        return Failure(kind="attacker", message=f"attacker {self._pursuit.attacker!r}: {message}")

    # --- the application ----------------------------------------------------------------------

    async def _try(self, text: str, talk: Talk) -> None:
        case, one = self._asked(text, talk), Talk()
        self._turns += [Turn(user=turn.user) for turn in case.turns]
        try:
            await self._converse(case, one)
        finally:
            talk.messages, talk.failure = one.messages, one.failure
            talk.replies += one.replies
        if one.failure is None:
            self._judge(text, case, one, talk)

    def _asked(self, text: str, talk: Talk) -> Case:
        if self._pursuit.style != CRESCENDO or not self._attempts:
            return self._written(text)
        said = Message(role="assistant", content=talk.replies[-1].text or "")
        turns = (Turn(user=text),)
        return replace(self._first, messages=(*talk.messages, said), turns=turns)

    def _judge(self, text: str, case: Case, one: Talk, talk: Talk) -> None:
        from llmeval.scorers.joining import joined
        from llmeval.scorers.resists import Resists

        reply = joined(one.replies)
        score = Resists().score(case, reply, ())
        if score.status == "error":
            talk.failure = Failure(kind="no_answer", message=score.reason)
            return
        place = parent(self._pursuit, self._attempts)
        result = str(score.details.get("result", "resisted"))
        self._attempts.append(Attempt(text, reply.text or "", result, place))
