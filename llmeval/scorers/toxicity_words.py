"""Words by what they do in an insult: who is meant, what is said, what turns it round.

A text becomes its skeleton, the sequence of these roles; that "you" stands before an insult, or a
group of people before an animal, is then a feature of its own, whatever the words. Slurs and
obscene words are in the trained weights as hashes, not here.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

_ROLES: Final[Mapping[str, str]] = {
    # who is meant
    "you": "you your yours yourself yourselves u ur ya youre you're thee yall y'all",
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
    "insult": "idiot idiots idiotic moron morons moronic stupid dumb dumbest dumber fool fools "
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
    "thug thugs savage savages peasant simpleton ignorant brainless clueless worthless useless "
    "pathetic "
    "retarded retard spineless gutless talentless hack",
    "bad": "disgusting filthy dirty gross vile nasty ugly horrible terrible awful evil wicked "
    "corrupt "
    "stinking smelly rotten sick inferior subhuman weak lazy greedy crazy insane mental deranged "
    "delusional ridiculous laughable crap crappy sucks suck garbage rubbish trash worst bad wrong "
    "hideous repulsive revolting shameful shame embarrassing embarrassment disgrace disgraceful "
    "abomination nauseating annoying boring mediocre incompetent untrustworthy dangerous primitive "
    "backward barbaric uncivilised uncivilized degenerate degenerates abnormal unnatural freakish "
    "nauseated vomiting pouting angry middle finger thumbs down poo cross prohibited broken",
    "vermin": "rat rats vermin pig pigs cockroach cockroaches roach roaches parasite parasites "
    "monkey "
    "monkeys ape apes gorilla animal animals beast beasts dog dogs snake snakes worm worms maggot "
    "maggots insect insects leech leeches swine cow cows donkey scum filth disease diseases plague "
    "cancer virus cockroach germs microbe sewage waste wastebasket toilet devil devils demon "
    "demons "
    "ogre goblin imp clown skull coffin",
    "violence": "kill kills killed killing murder murdered murdering shoot shot shooting stab "
    "stabbed "
    "beat beaten punch punched kick kicked slap slapped hit hurt hang hanged hung burn burned "
    "burnt "
    "burning rape raped raping torture tortured strangle choke drown behead beheaded execute "
    "executed "
    "exterminate exterminated extermination eradicate eradicated eliminate eliminated annihilate "
    "destroy lynch lynched gas gassed bomb bombed attack die dies died dying dead death slaughter "
    "slaughtered massacre genocide sterilised sterilized castrated crush smash skin bury "
    "buried pistol "
    "knife dagger axe bullet bullets gun rope noose",
    "exclude": "ban banned deport deported deportation expel expelled remove removed fire "
    "fired jailed "
    "locked kicked banished segregated leave belong invaders invasion invading infest infesting "
    "infested replace replaced ruin ruining ruined destroying stealing steal leeching",
    "hate": "hate hates hated hating despise despises loathe loathes detest detests abhor "
    "resent cannot "
    "stand sick hatred repulsed disgusted",
    # what turns it round
    "not": "not no never none neither nor without cannot can't don't doesn't didn't isn't "
    "aren't wasn't "
    "weren't won't wouldn't shouldn't ain't dont doesnt isnt arent cant nobody nothing",
    "good": "love loves loved loving like likes great good best amazing awesome beautiful "
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
    "said": "said says say saying told called calls calling call wrote writes written word "
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
    word: role for role, words in reversed(tuple(_ROLES.items())) for word in words.split()
}

GAP: Final = "_"
"""Stands for a longer run of words without a role."""

Lexicon = Mapping[int, str]
"""Hash of a word -> its role."""


def word_hash(word: str) -> int:
    """Return the number under which a word is known, 0…2**63 - 1."""
    raw = word.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big") >> 1


class Skeletons:
    """Makes skeletons with the words of a lexicon besides those above."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.role = lru_cache(1 << 15)(self._role)

    def of(self, words: list[str]) -> str:
        """Return the roles of words, in order, separated by blanks."""
        found: list[str] = []
        silent = 0
        for word in words:
            role = self.role(word)
            if not role:
                silent += 1
                continue
            if silent > 2:
                found.append(GAP)
            silent = 0
            found.append(role)
        return " ".join(found)

    def _role(self, word: str) -> str:
        known = _ROLE.get(word)
        if known is not None:
            return known
        if len(word) > 40:
            return ""
        stem = word.removesuffix("'s").removesuffix("s")
        return self._lexicon.get(word_hash(word)) or (
            self._lexicon.get(word_hash(stem), "") if stem != word else ""
        )
