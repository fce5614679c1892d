"""Words that say the same, and words that say the opposite."""

from collections.abc import Iterable
from typing import Final

_OPPOSITES: Final = """
increase/rise/raise/grow/gain/climb/surge/up/higher/expand/boost/improve/accelerate/strengthen/more
    decrease/fall/lower/shrink/lose/drop/decline/down/reduce/worsen/slow/weaken/less/fewer/cut
high/tall/large/big/great/huge/vast/significant/major
    low/short/small/little/tiny/minor/insignificant/slight/negligible
before/prior/earlier/previous/preceding/former after/later/following/subsequent/next/latter
include/contain/add/including/keep/retain exclude/omit/remove/excluding/delete/discard
accept/agree/approve/allow/permit/support/endorse/embrace/welcome/enable
    reject/refuse/disagree/deny/forbid/oppose/decline/prohibit/ban/avoid/prevent/dismiss
win/won/victory/succeed/success/successful lose/lost/defeat/fail/failure/unsuccessful
start/begin/open/launch/commence/initiate end/finish/close/stop/cease/conclude/terminate
good/great/positive/excellent/favorable/beneficial/best/optimistic/strong/happy/pleased/glad
    bad/poor/negative/terrible/unfavorable/harmful/worst/pessimistic/weak/sad/upset/unhappy/angry
easy/simple/simplify difficult/hard/complex/complicated/complicate
love/like/enjoy/appreciate/admire hate/dislike/detest/despise/loathe
buy/purchase/acquire sell/sold/divest
male/man/men/boy/husband/brother/father/son/uncle/he/him/his
    female/woman/women/girl/wife/sister/mother/daughter/aunt/she/her
north/northern south/southern
east/eastern west/western
left right
first/initial last/final
early late
young/new/recent/modern/newest old/ancient/outdated/oldest/traditional
fast/quick/rapid/quickly slow/slowly/gradual
hot/warm/warmer cold/cool/cooler
rich/wealthy/expensive/costly poor/cheap/inexpensive/affordable
true/correct/right/accurate/real false/incorrect/wrong/inaccurate/fake/untrue
always/often/frequent/frequently/usually never/rarely/seldom/infrequent
all/every/everyone/everything none/nobody/nothing/no
inside/within/indoor outside/outdoor/beyond
public/open private/secret/closed
same/similar/identical/alike different/distinct/dissimilar/unlike
safe/secure dangerous/unsafe/risky/insecure
possible/able/can impossible/unable/cannot
present/attend/available absent/miss/unavailable
arrive/come/enter leave/depart/go/exit
push pull
maximum/max/most minimum/min/least
alive/live/living/born/birth dead/die/died/death
day/daytime/morning night/nighttime/evening
majority minority
teach student/learn
import export
profit/earn/income loss/expense/cost
ally/friend enemy/foe/rival
internal/domestic external/foreign/international
temporary/short-term permanent/long-term
major minor
confirm/admit/confident/certain/sure deny/doubt/uncertain/unsure
praise/compliment criticize/condemn/blame
demand supply
borrow lend
parent child
vivid/clear/detailed vague/unclear
remember forget
guilty innocent
legal illegal
united divided
victim perpetrator
employee employer
ascend descend
encourage discourage
attractive unattractive
optional mandatory/required
unknown known/famous
"""


def _opposites(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in lines:
        one, other = (side.split("/") for side in line.split())
        for words, others in ((one, other), (other, one)):
            for word in words:
                found.setdefault(word, set()).update(others)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES: Final = _opposites(_OPPOSITES.replace("\n    ", " ").strip().split("\n"))

_SYNONYMS: Final = """
discuss/talk/speak/chat/converse/conversation/discussion
say/state/mention/note/tell/report/remark/declare/announce/claim/assert/inform/reveal/disclose/told/said
ask/request/inquire/enquire/query/question
answer/reply/respond/response
want/wish/desire/hope/would-like
need/require/necessary/must
use/utilize/utilise/employ/leverage/apply
help/assist/aid/support/assistance
show/demonstrate/display/exhibit/illustrate/reveal/present/indicate
make/create/produce/build/construct/generate/develop/made/built
get/obtain/acquire/receive/gain/got
give/provide/offer/supply/deliver/gave
begin/start/commence/launch/initiate/kick
end/finish/conclude/complete/close
big/large/huge/major/substantial/considerable/sizable/significant/great/vast/massive
small/little/tiny/minor/slight
important/crucial/vital/essential/key/critical/significant/pivotal/main
good/great/excellent/fine/nice/superb/wonderful/terrific/strong
bad/poor/terrible/awful/negative
happy/glad/pleased/delighted/excited/thrilled/joyful
sad/unhappy/upset/disappointed
angry/mad/furious/annoyed/upset
buy/purchase/acquire/bought
increase/rise/grow/raise/boost/climb/surge/grew/rose/growth/expand/improve/enhance/up
decrease/fall/decline/drop/reduce/lower/reduction/fell/down/cut/lessen/diminish
improve/enhance/better/upgrade/boost/advance/improvement
change/alter/modify/adjust/shift/modification/alteration
begin/start
approximately/about/around/roughly/nearly/almost
worldwide/globally/global/international/world
people/individuals/persons/folks/humans/person/individual
child/kid/children/kids
company/firm/business/corporation/organization/enterprise/organisation
job/work/position/employment/role/task
car/vehicle/automobile
house/home/residence/apartment
meet/meeting/gathering/encounter/met
plan/intend/intention/aim/goal/objective/purpose/target
think/believe/consider/feel/thought/regard/deem/view/opinion
see/view/watch/observe/notice/saw
find/discover/locate/found/identify
try/attempt/seek/endeavor
show/series/program/programme
method/approach/technique/way/strategy/procedure/algorithm
model/framework/system/architecture
result/outcome/finding/consequence
problem/issue/difficulty/challenge/trouble/concern
idea/concept/notion/thought/suggestion/proposal
fast/quick/rapid/speedy/swift
new/novel/recent/fresh/latest
old/former/previous/past/prior/earlier
many/numerous/several/multiple/various/lots
often/frequently/regularly/commonly
also/additionally/furthermore/moreover
because/since/due/owing
however/but/yet/nevertheless
different/distinct/various/diverse
same/identical/similar/equal
special/unique/particular/specific
whole/entire/full/complete/total/overall
part/portion/section/piece/segment/component
money/cash/fund/funds/capital/financial
price/cost/fee/charge/rate
pay/payment/paid
talk/chat
movie/film
picture/photo/image/photograph
trip/journey/travel/tour
arrive/reach/come/came
leave/depart/exit/left
go/travel/move/went/head
stay/remain/keep/continue
let/allow/permit/enable
stop/cease/halt/prevent
fix/repair/solve/resolve/address/tackle
understand/comprehend/grasp/know
learn/study/find
teach/instruct/educate/train
win/succeed/victory/beat/defeat/won
lose/lost/loss/defeated
kill/murder/slay/slain
die/death/dead/pass/died
hurt/injure/harm/wound/damage
attack/assault/strike
fight/battle/combat/conflict/struggle
love/adore/like/enjoy/fond
hate/dislike/detest
agree/concur/accept/approve
disagree/oppose/object
reject/refuse/decline/deny
choose/select/pick/opt/decide
suggest/propose/recommend/advise/advice/recommendation
focus/concentrate/emphasis/emphasize/center
include/contain/comprise/involve/consist/feature/encompass
explain/describe/clarify/detail/outline/elaborate
write/author/compose/pen/wrote/written
song/track/music/tune
album/record/lp
band/group/gang
singer/vocalist/musician/artist/performer
actor/actress/star
famous/known/renowned/popular/celebrated/notable/prominent
rich/wealthy/affluent
city/town/municipality
country/nation/state
area/region/zone/district/location/place/site
near/close/nearby/adjacent
customer/client/consumer/buyer/user
employee/worker/staff/personnel
boss/manager/supervisor/leader/head/chief/director
expert/specialist/professional/consultant
team/group/crew
partner/collaborate/collaboration/cooperation/partnership/associate
deal/agreement/contract/accord
law/legislation/regulation/rule/act
police/officer/authorities/cops
government/administration/authority
war/conflict
effect/impact/influence/affect
cause/lead/result/trigger
danger/risk/threat/hazard
safe/secure/security/safety
easy/simple/straightforward/effortless
hard/difficult/tough/challenging
begin/originate/emerge
expect/anticipate/forecast/project/predict/outlook/expectation
remember/recall/recollect
eventually/ultimately/finally/lastly
currently/now/presently/today
later/afterward/afterwards/subsequently
opportunity/chance/possibility
benefit/advantage/gain
feature/characteristic/attribute/property/trait
accurate/precise/exact/correct
evaluate/assess/analyze/analyse/examine/test/measure/investigate/analysis/study/evaluation
experiment/test/trial/study
data/information/dataset
performance/efficiency
efficient/effective/productive
revenue/sales/income/turnover
profit/earnings/income
quarter/three-month
year/annual/yearly/annually
month/monthly
week/weekly
invite/invitation
visit/see/call
call/phone/ring/telephone
message/text/note/email/mail
share/split/divide
repurchase/buyback
consistent/steady/stable/unchanged/unvarying
strong/robust/solid/powerful/sturdy
weak/feeble/fragile
beautiful/gorgeous/lovely/pretty/attractive
funny/amusing/humorous/hilarious
strange/odd/weird/unusual/peculiar
busy/occupied
tired/exhausted/weary
ill/sick/unwell/illness/disease
doctor/physician
food/meal/dish/cuisine
drink/beverage
shop/store/market
present/gift
party/celebration/event
holiday/vacation
begin/open
appearance/look
physical/bodily
join/participate/attend/enter
lack/absence/shortage/deficiency
assign/allocate/distribute/apportion/delegate
merge/combine/converge/unite/integrate/join
comprehensive/complete/extensive/thorough/full
set/suite/collection/range/array
flagship/premier/leading/top/main
wait/await
prepare/ready/arrange/organize/organise
worry/concern/anxious/worried/nervous
scared/afraid/frightened/fear
surprise/shock/astonish/amaze/surprised
forget/overlook/neglect
miss/skip
"""


def _groups(lines: Iterable[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(lines):
        for word in line.split("/"):
            found.setdefault(word, set()).add(number)
    return {word: frozenset(groups) for word, groups in found.items()}


SYNONYMS: Final = _groups(_SYNONYMS.split())
"""Word -> the groups of like meaning that it belongs to."""
