"""Words by what they do in an insult: who is meant, what is said, what turns it round.

A text becomes its skeleton, the sequence of these roles; that "you" stands before an insult, or a
group of people before an animal, is then a feature of its own, whatever the words. Slurs and
obscene words are in the trained weights as hashes, not here.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

_ROLES: Final[Mapping[str, str]] = {
    # who is meant
    "you": "yo y'all yall yer u've you'll you'd youll urself ure you your yours yourself "
    "yourselves u ur ya youre you're thee yall y'all",
    "me": "i me my mine myself we us our im i'm i've we're",
    "they": "they them their these those he him his she her hers it its this that people person "
    "someone everyone anybody nobody",
    "group": "women woman girls girl females female men man boys boy males male wife wives "
    "feminists "
    "feminist lesbians lesbian gays gay queers queer homosexuals homosexual bisexuals bisexual "
    "trans "
    "transgender transsexual transsexuals nonbinary lgbt lgbtq muslims muslim islam islamic "
    "jews jew "
    "jewish judaism christians christian catholics catholic hindus hindu sikhs sikh buddhists "
    "buddhist "
    "atheists atheist blacks black africans african whites white asians asian chinese japanese "
    "korean "
    "koreans arabs arab indians indian pakistanis pakistani mexicans mexican latinos latino latina "
    "hispanics hispanic immigrants immigrant migrants migrant refugees refugee foreigners "
    "foreigner "
    "gypsies roma romani irish polish poles russians russian americans american turks turkish "
    "disabled handicapped autistic deaf blind amputees wheelchair "
    "elderly old fat poor homeless liberals liberal conservatives conservative democrats "
    "republicans "
    "communists immigrants teenagers kids children race religion minority minorities ethnic "
    "mosque synagogue hijab turban rainbow menorah crescent kaaba flag",
    # what is said
    "insult": "airhead airheads ass-kisser bonehead boneheads brainwashed buffoon buffoons bum "
    "bums chump chumps clod con-man conman crackhead crackpot cretin cretins "
    "cringe crook crooks cuck cultist cultists degenerate deadbeat delusional dickhead "
    "dipshit dork dotard dullard dumbass dumbasses dumbo dummy egomaniac "
    "fascists freeloader ghoul gold-digger goon "
    "goons grifter grifters halfwits hick homophobe homophobes hooligan "
    "hypocritical incel incels inbred junkie karen "
    "kook kooks leech libtard libtards looney loon loons loony lunatic magat "
    "meathead menace midget miscreant misogynist narcissist narcissistic "
    "nincompoop numbnuts nutcase nutjob nutter oaf obnoxious pansy parasite "
    "peabrain perv pervy phony pig-headed pinhead plonker prat prick pricks puke "
    "quack racists rapist rapists redneck rednecks scammer scammers schmuck "
    "scoundrel scumbags sellout sheeple shill shills sicko sickos simp simps sissy "
    "skank skanks slob slut sluts sociopath stooge stooges swindler "
    "thot thots toad tosser trailer trashy turd turds twat twats twerp "
    "twit tyrant vermin wacko wackos wanker wankers weasel "
    "weasels whiner whiners whiny wimp wimps wuss xenophobe yokel zealot brain-dead "
    "braindead insufferable cowardly fatso "
    "flabby foul gullible heartless hoaxer loudmouth moronically pitiful "
    "scummy shameless slimy sleazy snobbish soulless trollish unhinged "
    "untalented vapid washed-up idiot idiots idiotic moron morons moronic stupid dumb "
    "dumbest dumber fool fools "
    "foolish "
    "imbecile imbeciles dimwit dimwits halfwit nitwit numbskull dunce ignoramus loser losers "
    "coward "
    "cowards liar liars clown clowns jerk jerks creep creeps freak freaks weirdo weirdos "
    "psycho psychos "
    "lunatic lunatics maniac hypocrite hypocrites troll trolls snowflake snowflakes crybaby brat "
    "lowlife lowlifes scumbag scumbags sleazebag dirtbag douche douchebag douchebags pervert "
    "perverts "
    "pedophile pedophiles pedo traitor traitors bigot bigots racist racists sexist nazi nazis "
    "fascist "
    "thug thugs savage savages peasant simpleton ignorant brainless clueless worthless "
    "pathetic "
    "retarded retard spineless gutless talentless hack",
    "bad": "appalling atrocious bs bull bullshit bogus cesspool clueless contemptible "
    "despicable detestable dreadful foul garbage "
    "gutter hellhole horrendous horrid inept insulting laughingstock "
    "mindless miserable moldy "
    "outrageous overrated pointless puke putrid rancid "
    "ridiculous scam shithole shitty sickening sickened "
    "sinister stink stinks stench terrible ungrateful vicious "
    "wretched wtf stfu smh ffs eww ew yuck barf vomit lmao "
    "pathetically sadly disgusting filthy gross vile nasty ugly horrible terrible "
    "awful evil wicked "
    "corrupt "
    "stinking smelly rotten inferior subhuman greedy mental deranged "
    "delusional ridiculous laughable crap crappy sucks suck garbage rubbish trash bad "
    "hideous repulsive revolting shameful shame embarrassing embarrassment disgrace disgraceful "
    "abomination nauseating annoying mediocre incompetent untrustworthy dangerous primitive "
    "backward barbaric uncivilised uncivilized degenerate degenerates abnormal unnatural freakish "
    "nauseated vomiting",
    "vermin": "rat rats vermin pig pigs cockroach cockroaches roach roaches parasite parasites "
    "monkey "
    "monkeys ape apes gorilla animal animals beast beasts dog dogs snake snakes worm worms maggot "
    "maggots insect insects leech leeches swine cow cows donkey scum filth disease diseases plague "
    "cancer virus cockroach germs microbe sewage waste wastebasket toilet devil devils demon "
    "demons "
    "ogre goblin imp clown skull coffin",
    "violence": "assault assaulted bash bashed batter behead bludgeon brutally "
    "butcher castrate cripple crucify curb-stomp deathbed electrocute guillotine "
    "impale maim mutilate obliterate punching "
    "snipe stomp stoned thrash "
    "wrecked kill kills killed killing murder murdered murdering shoot shot shooting "
    "stab "
    "stabbed "
    "beat beaten punch punched kick kicked slap slapped hit hurt hang hanged hung burn burned "
    "burnt "
    "burning rape raped raping torture tortured strangle choke drown behead beheaded "
    "executed "
    "exterminate exterminated extermination eradicate eradicated eliminate eliminated annihilate "
    "destroy lynch lynched gas gassed bombed attack die dies died dying dead death slaughter "
    "slaughtered massacre genocide sterilised sterilized castrated crush smash "
    "pistol "
    "dagger noose",
    "exclude": "cancel cancelled shipped boycott cage caged "
    "exiled boot booted enslaved outlawed quarantine sterilise sterilize unwelcome "
    "ban banned deport deported deportation expel expelled "
    "jailed "
    "locked kicked banished segregated invaders invasion invading infest infesting "
    "infested ruin ruining destroying stealing steal leeching",
    "hate": "hater haters hating hatin disgust disgusts despised loathing hate hates hated "
    "hating despise despises loathe loathes detest detests abhor "
    "resent cannot "
    "stand sick hatred repulsed disgusted",
    # what turns it round
    "not": "not no never none neither nor without cannot can't don't doesn't didn't isn't "
    "aren't wasn't "
    "weren't won't wouldn't shouldn't ain't dont doesnt isnt arent cant nobody nothing",
    "good": "appreciative adorable amazingly awesomely blessing blessings bright bravo caring "
    "charming cheer cheers classy comfort comfortable congrats cool courage creative "
    "delicious delight delightful dream enjoy enjoyed enjoying enjoys elegant encouraging "
    "excited exciting faith family fair favourite fine fun funny generous gentle genius "
    "gift glad glorious gorgeous gracious healing heartfelt helpful helped helping hero "
    "heroes honest honor honored hope hopeful hopefully hugs impressed impressive "
    "inspiring inspiration interesting joy legend legendary liked lucky luck "
    "magnificent masterpiece miss outstanding patient peace peaceful perfectly please "
    "pleased pleasure positive precious pretty promise recommend refreshing safe "
    "sincere sorry stunning success superb sweet sweetest talent tasty team thankyou "
    "touching true truth useful valuable warm welcoming well winner wins wise wishes "
    "wonderfully yay yes haha lol love loves loved loving like likes great good best "
    "amazing awesome beautiful "
    "lovely wonderful "
    "fantastic brilliant excellent nice kind friendly friend friends welcome welcomed proud "
    "pride support "
    "supports respect respects respected admire cherish celebrate celebrated happy glad thank "
    "thanks "
    "thankful appreciate appreciated grateful equal equality deserve human humans rights brave "
    "strong "
    "smart clever intelligent talented heart hearts smiling blessed protect protected safe "
    "party sparkles "
    "hugging kissing face-savouring clapping thumbs-up congratulations cute perfect favorite "
    "favourite",
    "against": "racism sexism misogyny misogynistic homophobia homophobic transphobia transphobic "
    "antisemitism islamophobia bigotry hateful hurtful offensive unacceptable prejudice prejudiced "
    "discrimination discriminate stereotype stereotypes condemn condemned oppose stop abuse "
    "harassment "
    "bullying slur slurs insulting disrespectful harmful inappropriate",
    "said": "article report reports asked asking ask according reported "
    "explain explained mentioned said says say saying told called calls calling call wrote "
    "writes written word "
    "words phrase "
    "term quote quoted quotes comment comments movie film book song lyrics character article story",
    "should": "should must need needs ought deserve deserves gonna going will shall let lets "
    "hope wish "
    "want wants",
    "all": "all every everyone always ever most typical such just only so very really fucking "
    "damn bloody "
    "total complete absolute utter",
    "is": "are is am be r were was being been",
}

_ROLE: Final[Mapping[str, str]] = {
    # Capitals: no word of a text is taken for a role.
    word: role.upper()
    for role, words in reversed(tuple(_ROLES.items()))
    for word in words.split()
}

_AGES: Final = frozenset(
    ("how", "year", "years", "month", "months", "week", "weeks", "day", "days")
)
"""Behind these `old` says an age: it means no group of people."""

GAP: Final = "_"
"""Stands for a longer run of words without a role."""

LEARNED: Final = (
    "SEXUAL",
    "SEXUAL+",
    "SLUR",
    "SLUR+",
    "SLURG",
    "SLURG+",
    "SLURD",
    "SLURD+",
    "FILTH",
    "FILTH+",
    "CURSE",
    "CURSE+",
    "RELIGIOUS",
    "RELIGIOUS+",
)
"""Roles of words that are known by their hash alone: obscene ones, slurs against a people, a
gender or orientation, the disabled, curses; with + the severe ones."""

Lexicon = Mapping[int, str]
"""Hash of a word -> its role."""


def word_hash(word: str) -> int:
    """Return the number under which a word is known, 0…2**63 - 1."""
    raw = word.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big") >> 1


class Roles:
    """Finds the roles of words, with those of a lexicon besides the ones above."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.of = lru_cache(1 << 15)(self._of)

    def skeleton(self, words: Iterable[str]) -> str:
        """Return the roles of words, in order, separated by blanks."""
        return " ".join(role for role, _ in self.placed(words))

    def placed(self, words: Iterable[str]) -> list[tuple[str, int]]:
        """Return the roles of words, in order, each with the place of its word.

        A gap has the place of the word behind it.
        """
        found: list[tuple[str, int]] = []
        silent, before = 0, ""
        for place, word in enumerate(words):
            role = "" if word == "old" and before in _AGES else self.of(word)
            before = word
            if not role:
                silent += 1
                continue
            if silent > 2:
                found.append((GAP, place))
            silent = 0
            found.append((role, place))
        return found

    def _of(self, word: str) -> str:
        known = _ROLE.get(word)
        if known is not None:
            return known
        found = self._lexicon.get(word_hash(word))
        if found is None and len(word) > 4 and word.endswith("s"):
            found = self._lexicon.get(word_hash(word.removesuffix("s").removesuffix("'")))
        return found or ""
