"""What tells languages apart: their scripts, their commonest words, letters that others lack."""

from collections.abc import Mapping
from typing import Final

SCRIPTS: Final[Mapping[str, str]] = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "SINHALA": "si",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "ETHIOPIC": "am",
    "TIBETAN": "bo",
}
"""First word of a letter's Unicode name -> the language, for scripts of one common language."""

WORDS: Final[Mapping[str, str]] = {
    # Latin
    "en": "the of and to in is that it for was on are with as this be at by have from or not you "
    "but his they which we an your can will their there has more if what when would who its",
    "de": "der die und das ist nicht ein eine zu den mit sich auf von für im dem es wie auch "
    "werden "
    "sind oder bei nach aus ich sie wir haben wird einen kann aber noch nur wenn durch zum zur",
    "fr": "le la les de des et est une un dans que pour qui en pas sur vous au par ce il avec plus "
    "sont ne aux nous ou mais votre cette être du ont comme je fait peut tout ces sans leur",
    "es": "el la los de que y en un una es por con para las del se no al lo como más su pero "
    "sus este "
    "está son muy también puede hay esta entre cuando sin sobre todo ser tiene usted o",
    "it": "il di che è la e un una per non in con del della sono le gli da si al come più "
    "anche ma nel "
    "dei alla lo questo questa può essere delle ha sul o tra suo ai perché molto hanno",
    "pt": "o a de que e do da em um uma para é com não os no se na por mais as dos como mas ao "
    "você "
    "são seu sua ou ser quando muito também há está pode pelo pela isso nos das foi tem",
    "nl": "de het een en van is dat op te in niet zijn met voor die aan er om ook maar als bij "
    "door "
    "naar dit je kan wordt worden hebben heeft of uit nog ik wij deze zal meer geen wel kunt",
    "sv": "och att det i en som är av för på med den till inte om ett har de kan du jag från "
    "vi var "
    "eller så men när din också mycket ska vid här efter finns bara hur något",
    "da": "og at det i en er af til på med for den der ikke som de har et kan du jeg fra om "
    "men eller "
    "vi også når din være bliver efter hvor meget skal deres noget ved sig blev",
    "no": "og det i er en å til på som med for at av ikke den har de kan du jeg fra om et men "
    "eller vi "
    "også når din være blir etter hvor mye skal noe ved seg ble gjør hvis",
    "fi": "ja on ei se että oli hän ovat mutta kun myös joka tai niin kuin voi olla sen mitä "
    "tämä ole "
    "minä sinä jos ovat vain nyt mukaan sekä hyvin kanssa siitä sitä jotka voit",
    "is": "og að er í á sem til við um með ekki það var en fyrir því ég þú hann hún eru þetta "
    "af frá "
    "hefur verið einnig þegar eða mjög getur",
    "pl": "i w na nie się z do że jest to jak o po co od za ale czy tak dla przez jego być "
    "oraz są tym "
    "może który które tego ze już tylko jako lub bardzo można jeśli także",
    "cs": "a se na je že v s to o do i ale jako za od pro jsou jsem by při nebo která který "
    "které jeho "
    "také být může podle není ve už tak po ze bylo když jen velmi",
    "sk": "a sa na je že v s to o do aj ale ako za od pre sú som by pri alebo ktorá ktorý "
    "ktoré jeho "
    "tiež byť môže podľa nie vo už tak po zo bolo keď len veľmi",
    "sl": "in je se na da v za so ki ne pa tudi z kot po bi še ali od lahko pri to do bo ter "
    "ko iz bil "
    "zelo vse če med kako biti",
    "hr": "i je u se na da za su od s ne što kako to koji kao ali ili iz koja može biti do "
    "više samo "
    "po nije ako jer kada još bi sve ima vrlo",
    "hu": "a az és hogy nem is egy ez van meg de ha mint csak már még vagy el volt amely lehet "
    "ezt azt "
    "ami nagyon kell lesz minden után között szerint",
    "ro": "și de în la a cu pe nu că o este un din pentru sau care mai ca sunt se fi prin dar "
    "fost între "
    "acest această poate foarte după către ale lui când sa",
    "tr": "ve bir bu da de için ile ne çok daha olarak gibi var kadar olan sonra en ama değil "
    "veya ki o "
    "her ya mi şu içinde göre ancak olduğu nasıl bunu",
    "id": "dan yang di untuk dengan ini dari tidak dalam adalah itu akan pada ke saya anda "
    "bisa atau "
    "juga ada karena oleh sudah lebih seperti dapat kita mereka",
    "vi": "và của là có không được cho các một trong với người những này để đã khi từ đến bạn "
    "tôi cũng "
    "như về ra thì lại nhiều năm phải",
    "et": "ja on ei see et oli ta ka kui aga oma mis või nii kes seda siis välja ning saab "
    "võib olla "
    "pole väga sest ma sa nende",
    "lv": "un ir no ar par uz ka tas kas ne bija vai pie arī pēc ja kā līdz viņš savu var tiek "
    "būt ļoti "
    "jo bet tikai šis",
    "lt": "ir yra kad iš su į tai ne kaip ar bet už tik buvo jis po jo apie taip labai gali "
    "kuris nuo "
    "prie dėl būti",
    "ca": "el la de que i en un una és per amb no els les del al com més però són també pot aquest "
    "aquesta ha seva hi ser o molt quan dels",
    "sq": "dhe të në e një me për nga është që se nuk do si por më ka kjo ky janë duke ishte "
    "edhe shumë "
    "mund tek pas",
    "af": "die en van is dat in nie het met wat op vir te aan om sy ek as jy ons was maar ook "
    "deur sal "
    "kan baie hierdie moet",
    "sw": "na ya wa ni kwa za katika la kuwa hii yake cha si ambayo kama pia lakini watu baada "
    "hiyo "
    "mimi wewe sana au",
    "tl": "ang ng sa na mga at ay ito para hindi ko ka may mo siya kung niya lang po rin isang "
    "naman "
    "kanilang",
    "eu": "eta da ez bat du dira zen hau izan ere baina egin den dute duen baino edo oso hori "
    "egiten",
    # Cyrillic
    "ru": "и в не на что с как это по но для из у от так же вы он она они мы все или может "
    "если было "
    "быть когда только чтобы есть до его также очень который",
    "uk": "і в не на що з як це по але для із у від так же ви він вона вони ми всі або може "
    "якщо було "
    "бути коли тільки щоб є до його також дуже який та",
    "bg": "и в не на че с като това по но за от се да са е си ще вие той тя те ние или може "
    "ако беше "
    "бъде когато само също много който",
    "sr": "и у не на да се је са као то по али за из од су би он она они ми или може ако било "
    "бити када "
    "само што врло који њих",
    "be": "і ў не на што з як гэта па але для у ад так вы ён яна яны мы усе або можа калі было "
    "быць "
    "толькі каб ёсць да яго таксама вельмі які",
    # Arabic script
    "ar": "في من على أن إلى التي هذا هذه لا ما هو هي كان عن مع أو ذلك الذي كل بعد بين يمكن لم "
    "كما قد ثم "
    "عند حتى غير",
    "fa": "و در به از که این است را با برای آن یک می تا بر هم شما یا اگر شد بود کرد خود ما "
    "هستند باید "
    "چه آنها",
    "ur": "اور کے میں کی ہے کا سے کو پر یہ نے کہ ہیں اس ایک بھی تو نہیں کر وہ آپ ہو جو یا تھا لیے",
    # Devanagari
    "hi": "के में है की और का से को पर यह नहीं एक हैं कि भी इस लिए ने तो हो कर वह आप या था जो ही",
    "mr": "आहे आणि या मध्ये ते हे नाही एक होते आहेत पण की तर हा ही त्या साठी किंवा मी तुम्ही केले",
    "ne": "छ र को मा हो पनि यो छन् भने गर्न एक तर लागि वा हुन्छ थियो गरेको म तपाईं",
}
"""Language -> its commonest words."""

LETTERS: Final[Mapping[str, str]] = {
    "de": "ß",
    "es": "ñ¿¡",
    "pt": "ãõ",
    "pl": "łąęśźćż",
    "cs": "řůě",
    "sk": "ľĺŕ",
    "hu": "őű",
    "ro": "țşţă",
    "tr": "ğış",
    "vi": "đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "is": "þð",
    "da": "æø",
    "no": "æø",
    "sv": "äå",
    "fi": "ä",
    "lv": "āēīūķļņģ",
    "lt": "ėįųū",
    "et": "õ",
    "fr": "œçêèù",
    "ca": "·",
    "uk": "їєґ",
    "ru": "ыэё",
    "be": "ў",
    "sr": "ђћњљџј",
    "bg": "ъ",
    "fa": "پچگژ",
    "ur": "ٹڈڑںے",
}
"""Language -> letters that speak for it among those of its script."""

PARTS: Final[Mapping[str, str]] = {
    "en": "th wh ing tion ght ow ould",
    "de": "sch ung cht ei ich iß öff keit",
    "nl": "ij ee oo aa lijk ingen schr iging uw",
    "fr": "eau ou tion eux ment oi ez aux",
    "es": "ción dad ll ñ guri rr amiento",
    "it": "zion gli cch tto zz ezza agg",
    "pt": "ção ções lh nh dade ões ão",
    "ca": "ció ny tat ix tges uix",
    "ro": "ăr ului iei ție ți ea ile",
    "sv": "skj ande ning åt ör ck het",
    "da": "hed lse igt øj aa ege",
    "no": "het kj øy skj ene else",
    "fi": "aa ii uu ää ssa sta kk nen lla yö uu us",
    "et": "üü mine ks ud öö sse",
    "pl": "sz cz rz dz wo ię ów stwo ść",
    "cs": "ní ou ř ě ost ání",
    "sk": "osť ie ä ô anie ého",
    "hu": "sz gy ás és ok tt ság ség",
    "hr": "ije nj lj ost ić vanje",
    "sl": "nje lj ost ega jo",
    "tr": "lar ler lık lik yor dır mak mek",
    "id": "kan nya ber meng pen ang per",
    "lt": "as ius jimas ui os",
    "lv": "šan ību iem ām",
    "sq": "ë sh uar",
}
"""Language of Latin letters -> sequences of letters that are common in it."""

NAMES: Final = frozenset({*WORDS, *SCRIPTS.values()})
