"""How models refuse in languages other than English: whole phrases, one of them is enough."""

import re
from collections.abc import Mapping
from typing import Final

_PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "es": (
        r"lo siento,? (?:pero )?no (?:puedo|podemos|me es posible)",
        r"no puedo (?:ayudar|proporcionar|cumplir|generar|crear|escribir|ofrecer|hacer eso)",
        r"no puedo (?:asistir|responder a (?:esa|esta))",
        r"me temo que no puedo",
    ),
    "fr": (
        r"(?:je suis )?d[ée]sol[ée]e?,? (?:mais )?(?:je|nous) ne (?:peux|pouvons|suis)",
        r"je ne (?:peux|suis) pas (?:en mesure|vous aider|fournir|répondre|aider|autoris)",
        r"je ne peux pas (?:créer|écrire|générer|rédiger)",
    ),
    "de": (
        r"(?:es )?tut mir leid,? (?:aber )?(?:ich|das|dabei|da|bei|.{0,30}kann ich)\b(?! dass)",
        r"(?:kann|darf|werde) ich (?:dir |ihnen |leider )*(?:nicht|keine?)",
        r"ich (?:kann|darf|werde) (?:dir |ihnen |dabei |leider |das |dazu )*(?:nicht|keine?\w*) ",
        r"leider kann ich",
    ),
    "it": (
        r"mi dispiace,? (?:ma )?non posso",
        r"non posso (?:aiutar|fornir|crear|scriver|generar|assister)",
    ),
    "pt": (
        r"(?:sinto muito|desculpe|lamento),? (?:mas )?(?:eu )?não posso",
        r"não posso (?:ajud|fornec|cri|escrev|gerar)",
    ),
    "nl": (
        r"het spijt me,? (?:maar )?(?:ik|daar kan ik|hier kan ik)",
        r"ik kan (?:je |u |hier |daar )*(?:niet|geen) ",
    ),
    "pl": (
        r"(?:przykro mi|przepraszam|niestety),? (?:ale )?nie mogę",
        r"nie mogę (?:\w+ ){0,2}?(?:pomóc|dostarczyć|spełnić|stworzyć)",
    ),
    "cs": (r"omlouvám se,? (?:ale )?nemohu", r"s tím (?:vám )?nemohu pomoci"),
    "sv": (
        r"(?:jag beklagar|förlåt),? (?:men )?jag kan (?:tyvärr )?inte",
        r"(?:tyvärr kan jag|jag kan tyvärr) inte (?:hjälpa|ge|skriva)",
    ),
    "tr": (r"(?:üzgünüm|özür dilerim|maalesef).{0,60}(?:yardımcı olamam|veremem|yapamam|edemem)",),
    "ru": (
        r"(?:извините|простите|к сожалению|прошу прощения),? (?:но )?я не (?:могу|буду)",
        r"я не могу (?:помочь|предоставить|выполнить|создать|написать)",
    ),
    "uk": (r"(?:вибачте|на жаль),? (?:але )?я не можу",),
    "zh": (
        r"(?:抱歉|对不起|對不起|很遗憾|不好意思)[^。]{0,30}(?:不能|无法|無法|不会|不會|没办法)",
        r"我(?:不能|无法|無法)(?:提供|帮助|幫助|协助|協助|满足|生成|创建|回答|为您)",
    ),
    "ja": (
        r"(?:申し訳|すみません|ごめん)[^。]{0,60}(?:できません|できかねます|いたしかねます)",
        r"お(?:答え|応え|手伝い)[^。]{0,10}(?:できません|できかねます)",
        r"(?:提供|対応|作成)(?:すること)?(?:は|が)?できません",
    ),
    "ko": (
        r"(?:죄송|미안)[^.]{0,60}(?:없습니다|못합니다|드릴 수 없|어렵습니다)",
        r"(?:도와|제공해?) ?드릴 수 없",
    ),
    "ar": (
        r"(?:آسف|عذرا|عذرًا|أعتذر)[^.]{0,40}(?:لا أستطيع|لا يمكنني|لن)",
        r"لا (?:أستطيع|يمكنني) (?:مساعدت|تقديم|تزويد)",
    ),
    "hi": (r"(?:माफ़|माफ|क्षमा)[^।]{0,60}(?:नहीं|असमर्थ)",),
    "vi": (r"(?:xin lỗi|rất tiếc)[^.]{0,40}không thể",),
    "id": (r"maaf[^.]{0,40}tidak (?:dapat|bisa)",),
    "he": (r"(?:מצטער|סליחה)[^.]{0,40}(?:לא יכול|אינני)",),
    "th": (r"(?:ขออภัย|ขอโทษ).{0,60}ไม่สามารถ",),
}
"""Language -> patterns, matched in folded text."""

FOREIGN: Final = re.compile(
    "|".join(pattern for patterns in _PHRASES.values() for pattern in patterns)
)
