"""How models refuse in languages other than English: whole phrases, one of them is enough."""

import re
from collections.abc import Mapping
from typing import Final

_LATIN: Final[Mapping[str, tuple[str, ...]]] = {
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
    "cs": (
        r"omlouvám se,? (?:ale )?nemohu",
        r"s tím (?:vám )?nemohu pomoci",
    ),
    "sv": (
        r"(?:jag beklagar|förlåt),? (?:men )?jag kan (?:tyvärr )?inte",
        r"(?:tyvärr kan jag|jag kan tyvärr) inte (?:hjälpa|ge|skriva)",
    ),
    "tr": (r"(?:üzgünüm|özür dilerim|maalesef).{0,60}(?:yardımcı olamam|veremem|yapamam|edemem)",),
    "vi": (r"(?:xin lỗi|rất tiếc)[^.]{0,40}không thể",),
    "id": (r"maaf[^.]{0,40}tidak (?:dapat|bisa)",),
    "da": (
        r"(?:beklager|desværre|undskyld),? (?:men )?(?:det |jeg |kan ){1,3}(?:desværre )?ikke",
        r"det kan jeg (?:desværre )?ikke hjælpe",
    ),
    "no": (
        r"(?:beklager|dessverre|unnskyld),? (?:men )?(?:det |jeg |kan ){1,3}(?:dessverre )?ikke",
    ),
    "fi": (
        r"(?:valitettavasti|pahoittelen|anteeksi),? (?:mutta )?en (?:voi|pysty)",
        r"en (?:voi|pysty) (?:auttaa|vastata|tehdä|antaa)",
    ),
    "sk": (
        r"(?:prepáčte|ospravedlňujem sa|je mi ľúto|bohužiaľ),? (?:ale )?.{0,20}(?:nemôžem|neviem)",
    ),
    "hu": (r"(?:sajnálom|sajnos|elnézést),? (?:de )?.{0,30}nem (?:tudok|segíthetek)",),
    "ro": (r"(?:îmi pare rău|imi pare rau|din păcate|scuze),? (?:dar )?nu (?:pot|te pot|vă pot)",),
    "sr": (r"(?:žao mi je|nažalost|izvinite|oprostite),? (?:ali )?(?:ja )?ne mogu",),
    "sl": (r"(?:žal mi je|žal|oprostite),? (?:vendar |ampak )?.{0,20}ne morem",),
    "ca": (r"(?:ho sento|em sap greu),? (?:però )?no (?:et |us |hi )?(?:puc|podem)",),
    "lt": (r"(?:atsiprašau|deja|apgailestauju),? (?:bet )?(?:aš )?negaliu",),
    "lv": (r"(?:atvainojiet|diemžēl|piedodiet),? (?:bet )?(?:es )?nevaru",),
    "et": (r"(?:vabandust|kahjuks|vabandage),? (?:aga |kuid )?(?:ma )?ei saa",),
    "af": (r"(?:jammer|verskoon my),? (?:maar )?ek kan (?:jou |u )?nie",),
    "tl": (
        r"(?:paumanhin|pasensya na),? (?:ngunit |pero )?hindi ko (?:magagawa|kaya|maaaring|ka)",
    ),
    "sw": (r"(?:samahani|pole),? (?:lakini )?siwezi",),
    "ms": (r"maaf[^.]{0,40}tidak boleh (?:membantu|memberi|menulis)",),
}
"""Language -> patterns, matched in folded text from the beginning of a word on."""

_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
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
    "hi": (r"(?:माफ़|माफ|क्षमा)[^।]{0,60}(?:नहीं(?! पता)|असमर्थ)",),
    "he": (r"(?:מצטער|סליחה)[^.]{0,40}(?:לא יכול|אינני)",),
    "th": (r"(?:ขออภัย|ขอโทษ).{0,60}ไม่สามารถ",),
    "bg": (r"(?:съжалявам|за съжаление|извинете),? (?:но )?(?:аз )?не мога",),
    "sr": (r"(?:жао ми је|нажалост|извините),? (?:али )?(?:ја )?не могу",),
    "el": (r"(?:λυπάμαι|συγγνώμη|δυστυχώσ),? (?:αλλά )?δεν (?:μπορώ|μπορούμε)",),
    "fa": (r"(?:متأسفم|متاسفم|ببخشید|عذر می.?خواهم)[^.]{0,60}(?:نمی.?توانم|امکان)",),
    "ur": (r"(?:معذرت|معاف کیجیے|افسوس)[^۔]{0,60}(?:نہیں کر سکت|قاصر)",),
    "bn": (r"(?:দুঃখিত|ক্ষমা)[^।]{0,60}(?:পারি না|পারব না|পারছি না|অক্ষম)",),
    "ta": (r"(?:மன்னிக்கவும்|வருந்துகிறேன்).{0,60}(?:முடியாது|இயலாது)",),
}
"""The same for other scripts; some of them put no blanks between words."""

_IN_LATIN: Final = re.compile(
    rf"\b(?:{'|'.join(pattern for patterns in _LATIN.values() for pattern in patterns)})"
)
_IN_OTHERS: Final = re.compile(
    "|".join(pattern for patterns in _OTHERS.values() for pattern in patterns)
)


def foreign_refusal(text: str) -> str:
    """Return the first phrase by which a folded text refuses in another language, "" for none."""
    found = _IN_LATIN.search(text)
    if found is None and not text.isascii():
        found = _IN_OTHERS.search(text)
    return found[0] if found else ""
