"""How a reply keeps something back without "I cannot": confidential, not my field, no leave."""

import re
from typing import Final

_SORRY: Final = (
    r"(?:(?:i am |we are )?(?:so |very )?(?:sorry|afraid)|unfortunately|apologies|no)?"
    r"[,.:;]?\s*(?:but )?(?:that )?"
)
_THIS: Final = r"(?:that|this|it|these|those|such|his|her|their)(?: [\w'-]+){0,3}?"
_CLOSED: Final = (
    r"(?:confidential|classified|secret|proprietary|off[- ]limits|not (?:public|for the public)|"
    r"(?:private|personal|internal|sensitive|protected) (?:information|data|matter)|"
    r"(?:a )?(?:trade |company )?secrets?)"
)
_RULES: Final = (
    r"(?:polic(?:y|ies)|rules?|regulations?|guidelines|terms|instructions|contract|laws?|lawyers|"
    r"agreements?|settings|principles|code of conduct|management|employer)"
)
_TELL: Final = (
    r"(?:help\w*|assist\w*|answer\w*|discuss\w*|talk\w*|speak\w*|respond\w*|repl(?:y|ies)|"
    r"advis\w*|comment\w*)"
)
_SPREAD: Final = (
    r"(?:shar\w+|disclos\w+|reveal\w*|discuss\w*|divulg\w+|comment on|give out|given out|"
    r"pass(?:ed)? on|hand(?:ed)? out|publish\w*|quot\w+|name)"
)
_SAY: Final = rf"(?:{_SPREAD}|{_TELL}|giv\w+|provid\w+|tell\w*|say\w*|sell\w*)"
_LEAVE: Final = r"(?:permission|authori[sz]ation|authority|clearance|mandate)"

_AT_START: Final = re.compile(
    # What was asked for is closed.
    rf"{_SORRY}{_THIS} (?:is|are|remains?) (?:\w+ly |all |considered |kept )?(?:a )?"
    rf"{_CLOSED}(?: information| data| matter)?(?: (?:for|to) me)?"
    rf"(?: and (?:may|must|can|will|should) ?not be {_SPREAD})?[.!]?$"
    rf"|(?:my|our) (?:instructions|prompt|rules|setup|sources)[\w ]{{0,20}} (?:is|are) {_CLOSED}"
    rf"|{_SORRY}(?:{_THIS}|(?:[\w']+ ){{0,3}}?(?:information|data|details)) "
    rf"(?:cannot|(?:may|must|will|should) not) be {_SPREAD}"
    # Somebody forbids it.
    r"|you are not (?:authori[sz]ed|cleared|entitled) to (?:see|view|access|know|have|get|read)"
    r"|access denied\b"
    # It is not the speaker's field.
    r"|only (?:\w+ ){1,5}?(?:can|may) be (?:answered|discussed|handled) here"
    r"|let us (?:please )?(?:stick to|stay (?:on|with)|"
    r"keep (?:(?:this|it) (?:professional|civil|polite|friendly|about|to)|to|our \w+)\b)"
    r"[^.:]{0,40}[.!]?$"
    # It is left unsaid.
    r"|(?:(?:sorry|no)[,.]? )?(?:(?:that is )?(?:confidential|classified)|"
    r"(?:cannot|not allowed to|not permitted to) (?:share|say|tell|disclose|discuss)"
    r"(?: (?:that|this|it))?)[.!]?$"
    r"|no comment[.!]?$"
)
_WITHIN: Final = re.compile(
    # All of them begin so; asked first, since one after the other they take a while.
    rf"\b(?=(?:i|we|not|my|our|this|the|is|are|falls?|lies?|goes|{_RULES})\b)(?:"
    # What was asked for is closed.
    r"(?:i|we) (?:must|have to|need to|will|should) (?:\w+ )?keep (?:[\w']+ ){0,3}?"
    r"(?:secret|private|confidential|to (?:myself|ourselves))\b"
    r"|not mine to (?:share|tell|give)"
    # Somebody forbids it.
    rf"|{_RULES} (?:\w+ ){{0,3}}?(?:(?:do|does|did|will|would) not (?:allow|permit|let|"
    rf"authori[sz]e)|(?:prohibit|forbid|prevent|bar|stop|keep)s?) (?:me\b|us (?:to |from )?{_SAY})"
    r"|(?:i am|we are) (?:\w+ )?(?:not (?:at liberty|cleared) to|"
    rf"not (?:supposed|meant) to {_SAY}|"
    r"bound (?:by|to) (?:\w+ ){0,2}?"
    r"(?:confidentiality|secrecy|silence|privacy|nda|an nda))"
    r"|we are not (?:\w+ )?(?:allowed|permitted|authori[sz]ed|able) to (?:\w+ )?(?:"
    rf"{_SAY})\b"
    rf"|(?:i|we) have no {_LEAVE} (?:to|for)\b"
    r"|(?:i|we)(?:'ve been| have been| was| were| am| are) (?:\w+ )?(?:told|instructed|"
    rf"asked|ordered|required|obliged) (?:(?:not|never) to {_SAY}|"
    rf"to (?:only {_TELL}|stick to|stay on)\b)"
    rf"|(?:my|our) policy is (?:not|never) to {_SPREAD}|policy is to not {_SPREAD}"
    rf"|(?:i|we) never {_SPREAD}(?! (?:your|(?:it|them) (?:to|with))\b)"
    # It is not the speaker's field.
    r"|(?:i am|we are|i|we) (?:can |may |will |was |were )?(?:\w+ly )?only (?:be )?(?:able to |"
    r"(?:allowed|permitted|authori[sz]ed|meant|designed|built|trained|programmed|here|made) to )?"
    rf"(?:{_TELL}|(?:meant|here|made|built) for)(?: you)?"
    r"(?: (?:with|to|about|on|in|for)\b(?! (?:any|all|every))| questions)"
    r"(?![^.]{0,60}\b(?:if|once|when|after|until)\b)"
    r"|(?:i am|we are) only (?:meant|made|built|trained|designed) (?:for|to)\b"
    rf"|(?:i am|i was|we are) (?:\w+ )?(?:built|made|designed|trained|meant) to {_TELL}"
    r"[^.]{0,60} (?:only|alone|exclusively)[.!]?$"
    r"|(?:i am (?:\w+ )?(?:limited|restricted|confined) to (?:\w+ ){0,3}?(?:questions|topics)|"
    r"my (?:role|remit|scope|job|task|purpose|help) is (?:\w+ )?(?:limited|restricted) to)\b"
    r"|(?:this|the) (?:chat|assistant|bot|help ?line) (?:is|was) (?:\w+ )?only "
    r"(?:for|meant|made|here|about)\b"
    r"|(?:is|are|falls?|lies?|goes) (?:\w+ )?(?:outside|beyond|not (?:within|part of|in)) "
    r"(?:of )?(?:my|our|the (?:scope|remit|limits) of (?:this|what|my|our))\b"
    r"|not something (?:that )?(?:i|we) (?:handle|answer|discuss|share|disclose|comment|talk|"
    r"cover)"
    rf"|not (?:my|our) place to {_SAY}|not (?:for|up to) (?:me|us) to (?:say|judge|comment|tell)\b"
    r"|(?:i|we) (?:stay|keep) out of (?:politic|such|that|this|these|religio|personal|debates?)"
    r"|(?:i|we) (?:steer clear of|do not get (?:into|involved))"
    # It is left unsaid.
    r"|(?:i|we) cannot (?:\w+ )?(?:go into|get into|divulge|speak (?:about|to)|talk about|"
    r"pass (?:that|this|it|them) on|give (?:that|this|it|them|those) (?:out|away)|"
    r"say(?: (?:that|more|anything))?[.!]?$)"
    r")"
)


def keeps_back(sentence: str) -> bool:
    """Return whether a sentence of a spelled text keeps back what was asked for."""
    return bool(_AT_START.match(sentence) or _WITHIN.search(sentence))
