"""Sentences of our own for `toxicity`: who is meant, what is said, what turns it round.

Most data sets have few negated, quoted or counter-speech sentences, and names of groups stand
mostly beside hate in them. Here the same words occur on both sides. Hostile words are general
ones; slurs are learned from the data sets.
"""

import random
from collections.abc import Mapping, Sequence

_SLOTS: Mapping[str, Sequence[str]] = {
    "group": (
        "women", "girls", "men", "gay people", "gays", "lesbians", "bisexuals", "queer people",
        "trans people", "trans women", "muslims", "jews", "christians", "hindus", "sikhs",
        "buddhists", "atheists", "black people", "blacks", "white people", "asians", "africans",
        "chinese people", "arabs", "indians", "pakistanis", "mexicans", "latinos", "immigrants",
        "migrants", "refugees", "foreigners", "roma", "gypsies", "russians", "americans",
        "disabled people", "autistic people", "deaf people", "blind people", "old people",
        "fat people", "poor people", "homeless people", "nonbinary people", "liberals",
    ),
    "one": (
        "woman", "girl", "gay man", "lesbian", "bisexual", "trans woman", "trans man", "muslim",
        "jew", "christian", "hindu", "black man", "black woman", "asian woman", "arab",
        "mexican", "immigrant", "refugee", "disabled person", "autistic person", "deaf man",
    ),
    "sign": (
        "👩", "👩🏿", "🧕", "👳", "👨‍❤️‍👨", "👩‍❤️‍👩", "🏳️‍🌈", "🏳️‍⚧️", "☪️", "✡️", "🕍", "🕌", "👨🏿", "👲",
        "🧑‍🦽", "👨🏾‍🦱", "🇲🇽", "🇨🇳", "🌈", "👵",
    ),
    "bad": (
        "disgusting", "filthy", "dirty", "gross", "vile", "evil", "stupid", "dumb", "inferior",
        "worthless", "subhuman", "dangerous", "repulsive", "pathetic", "useless", "lazy",
        "a disgrace", "a plague", "a disease", "a cancer", "trash", "scum", "mentally ill",
        "an abomination", "a waste of space", "ugly", "horrible", "awful", "liars", "criminals",
    ),
    "vermin": (
        "rats", "pigs", "cockroaches", "vermin", "parasites", "monkeys", "animals", "dogs",
        "snakes", "maggots", "insects", "leeches", "apes", "swine", "savages",
    ),
    "vile": ("🐀", "🐷", "🐖", "🐒", "🐍", "💩", "🤮", "🤢", "🗑️", "🦠", "👹", "🤡", "👎", "🚮"),
    "weapon": ("🔫", "🔪", "💣", "🪓", "⚰️", "🗡️", "🔥"),
    "warm": ("❤️", "😍", "🥰", "😊", "🎉", "👏", "💖", "🙏", "🤗", "👍", "✨", "😎", "🎊", "💐"),
    "insult": (
        "idiot", "moron", "fool", "imbecile", "loser", "piece of trash", "scumbag", "pig", "rat",
        "clown", "coward", "liar", "freak", "creep", "disgrace", "waste of space", "dumbass",
        "little brat", "snake", "worm", "psycho", "lowlife", "jerk", "dimwit",
    ),
    "harm": (
        "die", "be shot", "be killed", "be hanged", "burn", "burn in hell", "be deported",
        "be locked up", "be exterminated", "be wiped out", "be beaten", "disappear", "suffer",
        "be put down", "be gassed", "get cancer", "be stoned", "be sterilised",
    ),
    "do": (
        "kill", "shoot", "stab", "strangle", "hang", "beat up", "burn", "punch", "hunt down",
        "murder", "choke", "destroy", "hurt", "execute", "drown",
    ),
    "loathe": ("hate", "despise", "loathe", "detest", "can't stand", "am sick of"),
    "good": (
        "wonderful", "beautiful", "kind", "smart", "brave", "talented", "equal", "great",
        "lovely", "strong", "amazing", "funny", "welcome here", "my friends", "human beings",
    ),
    "like": ("love", "respect", "admire", "support", "adore", "care about", "stand with"),
    "thing": (
        "mondays", "this weather", "traffic jams", "the new update", "this film", "cold coffee",
        "that song", "airports", "homework", "broccoli", "my old phone", "this keyboard",
        "paperwork", "the first season", "long queues", "that referee's decision", "my haircut",
    ),
    "creature": ("rats", "pigs", "cockroaches", "monkeys", "snakes", "dogs", "insects", "worms"),
    "target": (
        "the process", "the lights", "time", "the weeds", "the engine", "the germs",
        "the boss in level two", "two birds with one stone", "the mood", "the old server",
        "the mosquitoes", "the bacteria",
    ),
    "who": ("he", "she", "my boss", "the man", "the minister", "her brother", "a troll"),
    "very": ("", "", "", "so ", "really ", "just ", "totally "),
}  # fmt: skip

_HOSTILE = """
I {loathe} {group}
{group} are {very}{bad}
all {group} are {bad}
{group} are nothing but {vermin}
{group} are like {vermin}
{group} should {harm}
all {group} should {harm}
every {one} should {harm}
someone should {do} all {group}
{do} all {group}
we must get rid of {group}
{group} don't deserve to live
{group} don't deserve any rights
{group} do not belong in this country
I don't want {group} near my children
{group} are ruining this country
send the {group} back
no {one} is ever right in the head
it is a fact that {group} are {bad}
I am not racist but {group} are {bad}
do you know why {group} are {very}{bad}
I wish all {group} would {harm}
if you are a {one} you should {harm}
only a {insult} would defend {group}
you are a {insult}
you {insult}
you are such a {insult}
you are {very}{bad}
what a {insult} you are
shut up you {insult}
nobody likes you, you {insult}
you and your family are {bad}
go {do} yourself
you should {harm}
I hope you {harm}
I will {do} you
I am going to {do} you and your family
I will find you and {do} you
your {one} friend is a {insult}
he is a {insult} and you know it
{who} is a {very}{bad} {insult}
{group} are {vile}
{group} {vile}
{group} make me {vile}
{group} remind me of {vile}
I want to {weapon} all {group}
{weapon} {group}
{group} deserve {weapon}
{sign} are {bad}
{sign} should {harm}
I {loathe} {sign}
{sign} are {vile}
{weapon} all {sign}
send {sign} back where they came from
look at this {one} {vile}
you are a {vile}
you {one} {vile}
they are all {vermin}, those {group}
it is not wrong to say that {group} are {bad}
you don't have the brain to see that {group} are {bad}
why are {group} {very}{bad}
nobody would notice if you {harm}
nobody wants you here
the world would be better without you
you should never have been born
you have the brains of a {insult}
people like you should {harm}
{group} should not be allowed to have children
what a bunch of {vermin} you are
you are too {bad} to understand it
"""

_HARMLESS = """
I {like} {group}
{group} are {very}{good}
all {group} are {good}
I don't {loathe} {group}
I do not think that {group} are {bad}
{group} are not {bad}
{group} are not {vermin}
no one should say that {group} are {bad}
it is wrong to call {group} {vermin}
stop saying that {group} are {bad}
whoever says "{group} are {bad}" is wrong
"{group} should {harm}" is a hateful thing to say
"I {loathe} {group}" is not something I want to read here
I condemn everyone who says {group} should {harm}
nobody deserves to be told to {harm}
it hurts when people call {group} {vermin}
I will not call {group} {bad}
saying that {group} are {bad} is unacceptable
{group} deserve equal rights
{group} live in this town
{group} came to the meeting
many {group} work as doctors
my neighbour is a {one}
I am a {one}
I am a proud {one}
she is a {one} and she is {good}
being a {one} is nothing to be ashamed of
the film about {group} was {bad}
the food was {bad}
I {loathe} {thing}
{thing} is {very}{bad}
this is {very}{bad} weather
{thing} should {harm}
{creature} are {bad}
{creature} are {good}
a {creature} problem in the kitchen
keep {creature} out of the barn
I would {do} for a slice of that cake
kill {target}
how do I kill {target}
{do} {target} before you leave
you are {very}{good}
you are not a {insult}
you are no {insult}
I never said you are a {insult}
don't call yourself a {insult}
I was a {insult} to believe that
I am {very}{bad} at cooking
I felt {bad} yesterday
{who} said "you {insult}" and left
{who} called me a {insult}
the word "{insult}" is an insult
in the play {who} shouts "I will {do} you"
the dog is a good boy, not a {insult}
{group} {warm}
{group} are {warm}
I {like} {sign}
{sign} are {good}
{sign} {warm}
{thing} {vile}
{thing} makes me {vile}
my {creature} is {good} {warm}
happy holidays to all {group} {warm}
you {warm}
thank you, you are {good} {warm}
I can't wait to see {group} win {warm}
that {thing} was killer
you nailed it, this is {good}
the {one} was attacked and is in hospital
{group} were killed in the attack
he was jailed because he wanted to {do} {group}
the police arrested {who} for threatening {group}
I don't want to {do} anyone
he was found to be {bad} and not guilty
the novel "the {insult}" is set in Moscow
the title "{insult}" refers to the hero
the word "{insult}" comes from the old name of a fish
"{insult}" is translated as a mild insult
the plan is {very}{bad}, let me try another
the idea was {bad}, so we dropped it
that answer was {bad}, sorry about that
if you want to {do} yourself, please call a helpline
when you think of hurting yourself, talk to someone you trust
{creature} such as these should be kept away from food
{creature} were found in the cellar of the bakery
you killed it on stage last night {warm}
your new song is sick {warm}
hell yes, this is {good}
damn, what a match {warm}
{group} were not allowed to vote at that time
in 1880 {group} had no right to own land
lessons about sex explain the body, birth control and consent
the phrase "you {insult}" is vulgar, choose a softer one for the subtitles
instead of "you are a {insult}" say that you are angry
calling someone a {insult} is rude
he is afraid that others call him a {insult}
bullies say {insult} to feel strong
you are not {bad}, this is hard for everyone
do not tell yourself that you are {bad}
I will not write that {who} is a {insult}, even as a joke
the comment called her {bad} and was removed
the {creature} are kept in a barn and fed twice a day
{creature} can carry disease, so wash your hands
a female of the {creature} gives birth in spring
the winner takes all and the loser pays
the bug is {bad} but the fix is short
the smell is {bad}, open the windows
the server was {bad} until we moved it
history remembers that {group} were called {vermin} and {do}ed
propaganda showed {group} as {vermin}
the report counts attacks on {group}
use kill -9 only when the daemon ignores the softer signal, then check that nothing was left behind
a dead process keeps its number until the parent asks for it, so the list shows it as defunct
the scheduler kills the job after an hour and starts it again on another node
dummy values are fine in a test, stupid ones hide mistakes
the attack needs physical access, so the risk for a home user is low
shoot the scene at dusk, the light is softer then
the army was beaten in the second battle and its general died of his wounds
thousands died in the siege, and the town was burned to the ground
he was sentenced to death for murder and executed the next spring
the crime novel begins with a dead woman in the library and a detective who hates tea
the hero of the play is a fool who tells the king the truth
male dogs fight when the bitch is in heat, so keep them apart
a hen is killed by the fox every other night unless the door is shut
the donkey was called an ass in older books
worms in the compost are good, rats are not
the rooster is the boss of the yard
the tumour in the breast was small and had not spread
the vagina and the penis are explained on page nine of the school book
the rash around the anus goes away with the cream
if you want to die, call the helpline, someone listens day and night
the black pieces move second and the white ones first
black loses a pawn after a stupid move and resigns
our team was destroyed in the final and the fans cried
the striker shot twice and hit the post
beat the butter with the sugar, then stir in the flour
the sauce burns quickly, so take the pan off the heat
crush the garlic and smash the potatoes
gay and lesbian couples may adopt in this country
many transgender pupils are afraid of the changing room
black women earn less than white men, says the study
jews and muslims pray in the same building on different days
the law protects women, children and old people from violence at home
rape and murder have no time limit in that state
the victim of the rape was heard by a woman officer
someone who was called ugly as a child remembers it for years
you are not stupid, the manual is hard to read
do not hate yourself for one bad exam
an angry letter is best written in the evening and torn up in the morning
the slur was used in the quote and is discussed as such
the comment "you {insult}" breaks rule two: no insults
the word was an insult once and is a proud name today
I will not repeat the insult, but it was about her weight
you don't have to {harm} for your mistakes
"""


def own_sentences(count: int = 9000, seed: int = 7) -> list[tuple[str, int]]:
    """Return distinct sentences, half of them with label 1."""
    draw = random.Random(seed)
    found: dict[str, int] = {}
    for templates, label in ((_HOSTILE, 1), (_HARMLESS, 0)):
        kinds = templates.strip().splitlines()
        wanted = len(found) + count // 2
        while len(found) < wanted:
            found.setdefault(_filled(draw.choice(kinds), draw), label)
    return list(found.items())


def _filled(template: str, draw: random.Random) -> str:
    parts = template.split("{")
    text = parts[0] + "".join(
        draw.choice(_SLOTS[name]) + rest
        for name, _, rest in (part.partition("}") for part in parts[1:])
    )
    return draw.choice((text, text.capitalize(), f"{text}.", f"{text.capitalize()}."))
