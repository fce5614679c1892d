"""Small tables of English: function words, negation, quantifiers, numerals, names."""

from collections.abc import Mapping
from typing import Final


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


STOP: Final = word_set(
    "a an the this that these those it its he she they them his her hers their theirs him i me my "
    "mine we us our ours you your yours who whom whose which what when where why how is are was "
    "were be been being am do does did done doing have has had having will would shall should can "
    "could may might must of in on at by for to from with as and or but if then than so such into "
    "onto over under about also there here up down out off too very just s t re ve ll d m itself "
    "himself herself themselves themself one ones while because since though although however "
    "yet both either neither nor each own same other others another "
    "im ive id ill youre youve youll hes shes weve were theyre theyve theyll thats theres whats "
    "yes yeah yep yup well oh ok okay sure actually really wow hey hi hello indeed please thanks "
    "however therefore thus hence moreover furthermore additionally"
)

NEGATIONS: Final = word_set(
    "not no never none nothing nobody nowhere neither nor without cannot cant dont doesnt didnt "
    "isnt arent wasnt werent wont wouldnt shouldnt couldnt cant hasnt havent hadnt aint mustnt "
    "hardly barely rarely seldom lacks lack lacking fails failed unable refuse refused refuses "
    "denies denied deny excluding except"
)

_QUANTIFIERS: Final = {
    "all": "all every each always everyone everybody everything entire entirely whole fully "
    "completely total totally wholly only solely exclusively",
    "most": "most mostly majority mainly largely usually generally typically primarily often",
    "some": "some several sometimes someone somebody something few partly partially occasionally "
    "various certain",
    "none": "none no never nobody nothing",
    "many": "many numerous much lots multiple",
}
QUANTIFIERS: Final[Mapping[str, str]] = {
    word: kind for kind, words in _QUANTIFIERS.items() for word in words.split()
}

HEDGES: Final = word_set(
    "may might could perhaps possibly probably likely seems appears apparently reportedly "
    "allegedly suggests believed thought considering hopes plans expected potential "
    "potentially maybe unlikely"
)

_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
NUMERALS: Final[Mapping[str, float]] = {
    **{word: float(value) for value, word in enumerate(_UNITS.split())},
    **{word: float(value) for value, word in enumerate(_ORDINALS.split()) if value > 2},
    "first": 1.0,
    **{word: 20.0 + 10 * place for place, word in enumerate(_TENS.split())},
    "twentieth": 20.0,
    "thirtieth": 30.0,
    "dozen": 12.0,
    "twice": 2.0,
}
SCALES: Final[Mapping[str, float]] = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "k": 1e3,
    "mn": 1e6,
    "bn": 1e9,
    "mio": 1e6,
}

MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MONTHS: Final = frozenset([*MONTH_NAMES, *(name[:3] for name in MONTH_NAMES), "sept"])
DAYS: Final = word_set("monday tuesday wednesday thursday friday saturday sunday")

TITLES: Final = word_set(
    "mr mrs ms miss dr prof professor sir lord lady saint st president king queen prince princess "
    "pope emperor captain general colonel major senator governor rev reverend judge jr sr the "
    "count duke baron dame"
)

# One spelling for what is written in several ways.
SAME: Final[Mapping[str, str]] = {
    alias: name
    for name, aliases in {
        "usa": "us america american americans",
        "uk": "britain british",
        "percent": "% pct percentage",
        "dollar": "$ usd dollars bucks",
        "euro": "€ eur euros",
        "pound": "£ gbp pounds",
        "television": "tv",
        "kilometre": "km kilometer kilometers kilometres",
        "metre": "meter meters metres",
        "kilogram": "kg kilograms kilo kilos",
        "centimetre": "cm centimeter centimeters centimetres",
        "hour": "hr hrs hours",
        "minute": "min mins minutes",
        "doctor": "dr",
        "saint": "st",
        "mister": "mr",
        "versus": "vs",
        "and": "&",
        **{month: month[:3] for month in MONTH_NAMES},
        "september": "sep sept",
        "okay": "ok",
        "photo": "photograph photos photographs picture pictures",
        "mother": "mom mum mums moms",
        "father": "dad dads",
        "movie": "film films movies",
    }.items()
    for alias in aliases.split()
}

NICKNAMES: Final[Mapping[str, str]] = {
    short: name
    for name, shorts in {
        "william": "bill will billy willie",
        "robert": "bob rob bobby robbie",
        "richard": "dick rick ricky",
        "james": "jim jimmy jamie",
        "john": "johnny jack",
        "edward": "ed eddie ted teddy ned",
        "charles": "charlie chuck",
        "thomas": "tom tommy",
        "michael": "mike mick mickey",
        "joseph": "joe joey",
        "samuel": "sam sammy",
        "benjamin": "ben benny",
        "daniel": "dan danny",
        "david": "dave",
        "anthony": "tony",
        "andrew": "andy",
        "alexander": "alex",
        "stephen": "steve steven",
        "christopher": "chris",
        "matthew": "matt",
        "nicholas": "nick",
        "patrick": "pat paddy",
        "peter": "pete",
        "ronald": "ron ronnie",
        "kenneth": "ken kenny",
        "lawrence": "larry laurence",
        "gregory": "greg",
        "timothy": "tim",
        "elizabeth": "liz beth betty lizzie",
        "margaret": "maggie meg peggy",
        "katherine": "kate kathy katie catherine",
        "victoria": "vicky",
        "jennifer": "jenny jen",
        "deborah": "debbie",
        "susan": "sue",
        "frederick": "fred freddie",
        "philip": "phil",
        "albert": "al bert",
    }.items()
    for short in shorts.split()
}
"""Short forms of first names; they count where the word is written with a capital."""

DECLINING: Final = (
    "i don't know",
    "i do not know",
    "i'm not sure",
    "i am not sure",
    "i'm sorry",
    "i am sorry",
    "i cannot",
    "i can't",
    "no comment",
    "no information",
    "no specific",
    "no definitive",
    "no evidence",
    "not sure",
    "not specified",
    "not provided",
    "not mentioned",
    "not possible",
    "not available",
    "does not mention",
    "cannot answer",
    "can't answer",
    "could not find",
    "couldn't find",
    "unable to",
    "unclear",
    "unknown",
    "depends",
    "there is no",
    "as an ai",
)
"""In a short answer: it does not know, or will not say."""
