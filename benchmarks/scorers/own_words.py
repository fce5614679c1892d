"""Words of our own that `language` learns from, beside what it learns from translations.

The commonest words of each language, and words that tell it from its neighbours.
"""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "en": "the of and to in is that it for was on are with as this be at by have from or not you "
    "but his they which we an your can will their there has more if what when would who its",
    "de": "der die und das ist nicht ein eine zu den mit sich auf von für im dem es wie auch "
    "werden sind oder bei nach aus ich sie wir haben wird einen kann aber noch nur wenn "
    "durch zum zur",
    "fr": "le la les de des et est une un dans que pour qui en pas sur vous au par ce il avec "
    "plus sont ne aux nous ou mais votre cette être du ont comme je fait peut tout ces sans "
    "leur",
    "es": "el la los de que y en un una es por con para las del se no al lo como más su pero sus "
    "este está son muy también puede hay esta entre cuando sin sobre todo ser tiene usted o",
    "it": "il di che è la e un una per non in con del della sono le gli da si al come più anche "
    "ma nel dei alla lo questo questa può essere delle ha sul o tra suo ai perché molto "
    "hanno",
    "pt": "o a de que e do da em um uma para é com não os no se na por mais as dos como mas ao "
    "você são seu sua ou ser quando muito também há está pode pelo pela isso nos das foi "
    "tem",
    "nl": "de het een en van is dat op te in niet zijn met voor die aan er om ook maar als bij "
    "door naar dit je kan wordt worden hebben heeft of uit nog ik wij deze zal meer geen "
    "wel kunt jouw jij jullie alsjeblieft helaas weten bedankt zij welke waarom hoe waar "
    "wanneer vandaag morgen gisteren goede veel mensen kind kinderen huis werk water eten "
    "boek dag week maand jaar maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "bestand bestanden wachtwoord instellingen opslaan kies klik kunnen moeten zullen "
    "willen mogen geweest geworden gekocht gezien gemaakt gehad altijd nooit misschien "
    "omdat zodat wat zonder na tot over onder achter tussen hij mijn hem haar schrijven "
    "lezen zeggen vragen geven nemen komen gaan blijven klein groot mooi nieuw oud graag "
    "gedaan",
    "sv": "och att det i en som är av för på med den till inte om ett har de kan du jag från vi "
    "var eller så men när din också mycket ska vid här efter finns bara hur något",
    "da": "og at det i en er af til på med for den der ikke som de har et kan du jeg fra om men "
    "eller vi også når din være bliver efter hvor meget skal deres noget ved sig blev hvad "
    "hvordan nogle gøre have blive bruge tak mig dig nu op ud uden igen aldrig selv måske "
    "hende fejl vej nej lige mere flere kun hvornår hvorfor sådan gerne tirsdag onsdag "
    "lørdag søndag morgen uge måned bog gade tage give sagde siger hedder derfor fordi "
    "endnu nogen mad dag brug tryk vælg indstillinger adgangskode konto beskyttelse "
    "adskillige siden billede billeder spørgsmål hjælp velkommen bedst billig",
    "no": "og det i er en å til på som med for at av ikke den har de kan du jeg fra om et men "
    "eller vi også når din være blir etter hvor mye skal noe ved seg ble gjør hvis hva "
    "hvordan noen gjøre ha bli bruke takk meg deg nå opp ut uten igjen aldri selv kanskje "
    "henne feil vei nei like mer flere bare hvorfor slik gjerne tirsdag onsdag lørdag "
    "søndag morgen uke måned bok gate ta gi sa sier heter derfor fordi ennå mat dag bruk "
    "trykk velg innstillinger passord konto beskyttelse siden bilde bilder spørsmål hjelp "
    "velkommen best billig hyggelig dere deres vårt gutt jente",
    "fi": "ja on ei se että oli hän ovat mutta kun myös joka tai niin kuin voi olla sen mitä tämä "
    "ole minä sinä jos vain nyt mukaan sekä hyvin kanssa siitä sitä jotka voit",
    "is": "og að er í á sem til við um með ekki það var en fyrir því ég þú hann hún eru þetta af "
    "frá hefur verið einnig þegar eða mjög getur",
    "pl": "i w na nie się z do że jest to jak o po co od za ale czy tak dla przez jego być oraz "
    "są tym może który które tego ze już tylko jako lub bardzo można jeśli także",
    "cs": "a se na je že v s to o do i ale jako za od pro jsou jsem by při nebo která který které "
    "jeho také být může podle není ve už tak po ze bylo když jen velmi jsi jsme jste taky "
    "pouze byla byl co proč dnes zítra včera děkuji prosím ano můžete lze nejsou jejich "
    "její tento tato toto těch úterý středa čtvrtek pátek sobota neděle hodin minut více "
    "méně ještě zde ten soubor heslo nastavení uložit přidat změnit zpět den týden měsíc "
    "rok člověk lidé dítě děti dům město práce voda jídlo kůň",
    "sk": "a sa na je že v s to o do aj ale ako za od pre sú som by pri alebo ktorá ktorý ktoré "
    "jeho tiež byť môže podľa nie vo už tak po zo bolo keď len veľmi si sme ste iba bola "
    "bol čo prečo dnes zajtra včera ďakujem prosím áno môžete možno nemôžete ich jej tento "
    "táto toto tých utorok streda štvrtok piatok sobota nedeľa hodín minút viac menej ešte "
    "tu ten súbor heslo nastavenia uložiť pridať zmeniť späť deň týždeň mesiac rok človek "
    "ľudia dieťa deti dom mesto práca voda jedlo kôň",
    "sl": "in je se na da v za so ki ne pa tudi z kot po bi še ali od lahko pri to do bo ter ko "
    "iz bil zelo vse če med kako biti",
    "hr": "i je u se na da za su od s ne što kako to koji kao ali ili iz koja može biti do više "
    "samo po nije ako jer kada još bi sve ima vrlo tko uvijek vrijeme mlijeko tjedan tisuća "
    "zrak kruh vlak točno točna točan sretan sretna uvjeti ovdje gdje prije poslije nakon "
    "lijepo cijeli cijela cijelo dijete djeca bijeli riječ riječi mjesto tijelo snijeg "
    "vidjeti željeti želite razumjeti razumijem tvrtka datoteka datoteke mapa tipkovnica "
    "obitelj sveučilište općina kava juha rajčica mrkva gumb također ljeto primjer "
    "primjerice vijest vijesti savjet dio dijelovi čovjek ponedjeljak srijeda nedjelja "
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni "
    "prosinac jučer zapravo netko nešto nitko ništa li računalo pogreška pogreške postavke "
    "preuzmite poslužitelj sučelje izbornik zaporka lozinka tjedna tisuće povijest glazba "
    "kolodvor nogomet otok europa plaća ožujka ujutro navečer rabiti koristiti trebate "
    "možete cijena lijevo",
    "hu": "a az és hogy nem is egy ez van meg de ha mint csak már még vagy el volt amely lehet "
    "ezt azt ami nagyon kell lesz minden után között szerint",
    "ro": "și de în la a cu pe nu că o este un din pentru sau care mai ca sunt se fi prin dar "
    "fost între acest această poate foarte după către ale lui când sa",
    "tr": "ve bir bu da de için ile ne çok daha olarak gibi var kadar olan sonra en ama değil "
    "veya ki o her ya mi şu içinde göre ancak olduğu nasıl bunu",
    "id": "dan yang di untuk dengan ini dari tidak dalam adalah itu akan pada ke saya anda bisa "
    "atau juga ada karena oleh sudah lebih seperti dapat kita mereka kamu kalian saja nggak "
    "gak bahwa kantor mobil telepon sebentar ingin mau coba beritahu email berkas situs "
    "gratis berbeda dibandingkan senin kamis jumat minggu maret juni juli agustus desember "
    "uang rupiah universitas polisi dokter bus truk kualitas kuantitas aktivitas komunitas "
    "identitas informasi layanan pemesanan pembayaran anak silakan setelah saat sedangkan "
    "kembali kesalahan bagian kata sandi pengaturan tombol tautan unduh unggah tas sepatu "
    "besok sore siang sekolah siswa pemerintah perusahaan ukuran terima kasih apa kabar "
    "bapak ibu bagaimana mengapa kapan bukan beliau butuh dapatkan hubungi dukungan klik "
    "sini awal kami rumah sakit pesanan agar sehingga apakah sangat sekali",
    "vi": "và của là có không được cho các một trong với người những này để đã khi từ đến bạn tôi "
    "cũng như về ra thì lại nhiều năm phải",
    "et": "ja on ei see et oli ta ka kui aga oma mis või nii kes seda siis välja ning saab võib "
    "olla pole väga sest ma sa nende",
    "lv": "un ir no ar par uz ka tas kas ne bija vai pie arī pēc ja kā līdz viņš savu var tiek "
    "būt ļoti jo bet tikai šis",
    "lt": "ir yra kad iš su į tai ne kaip ar bet už tik buvo jis po jo apie taip labai gali kuris "
    "nuo prie dėl būti",
    "ca": "el la de que i en un una és per amb no els les del al com més però són també pot "
    "aquest aquesta ha seva hi ser o molt quan dels",
    "sq": "dhe të në e një me për nga është që se nuk do si por më ka kjo ky janë duke ishte edhe "
    "shumë mund tek pas",
    "af": "die en van is dat in nie het met wat op vir te aan om sy ek as jy ons was maar ook "
    "deur sal kan baie hierdie moet jou julle asseblief jammer weet dankie hulle daardie "
    "watter hoekom hoe waar wanneer vandag môre gister goeie more mense kind kinders huis "
    "werk water kos boek dag week maand jaar maandag dinsdag woensdag donderdag vrydag "
    "saterdag sondag lêer lêers wagwoord instellings stoor kies klik wil mag hê gewees "
    "geword gekoop gesien gemaak gehad nog altyd nooit dalk miskien omdat sodat of sonder "
    "na tot by uit oor onder agter voor tussen tussenin hy my hom haar dis 'n ouma oupa "
    "skryf lees sê vra gee neem kom gaan bly klein groot mooi nuut oud",
    "sw": "na ya wa ni kwa za katika la kuwa hii yake cha si ambayo kama pia lakini watu baada "
    "hiyo mimi wewe sana au",
    "tl": "ang ng sa na mga at ay ito para hindi ko ka may mo siya kung niya lang po rin isang "
    "naman kanilang",
    "eu": "eta da ez bat du dira zen hau izan ere baina egin den dute duen baino edo oso hori "
    "egiten",
    "ru": "и в не на что с как это по но для из у от так же вы он она они мы все или может если "
    "было быть когда только чтобы есть до его также очень который",
    "uk": "і в не на що з як це по але для із у від так же ви він вона вони ми всі або може якщо "
    "було бути коли тільки щоб є до його також дуже який та",
    "bg": "и в не на че с като това по но за от се да са е си ще вие той тя те ние или може ако "
    "беше бъде когато само също много който",
    "sr": "и у не на да се је са као то по али за из од су би он она они ми или може ако било "
    "бити када само што врло који њих šta ko uvek vreme mleko nedelja hiljada vazduh hleb "
    "voz tačno tačna tačan srećan srećna uslovi ovde gde pre posle lepo ceo cela celo dete "
    "deca beli reč reči mesto telo sneg videti želeti želite razumeti razumem firma fajl "
    "fajlovi fascikla tastatura porodica univerzitet opština kafa supa paradajz šargarepa "
    "dugme takođe leto primer vest vesti savet deo delovi čovek ponedeljak sreda nedelju "
    "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar juče "
    "zapravo neko nešto niko ništa da li računar greška greške podešavanja preuzmite server "
    "meni lozinka nedelje hiljade istorija muzika stanica fudbal ostrvo evropa plata ujutru "
    "uveče koristiti treba možete izvinite uopšte cena levo biste trebalo bezbednost "
    "obaveštenje porudžbina",
    "be": "і ў не на што з як гэта па але для у ад так вы ён яна яны мы усе або можа калі было "
    "быць толькі каб ёсць да яго таксама вельмі які",
    "ar": "في من على أن إلى التي هذا هذه لا ما هو هي كان عن مع أو ذلك الذي كل بعد بين يمكن لم كما "
    "قد ثم عند حتى غير",
    "fa": "و در به از که این است را با برای آن یک می تا بر هم شما یا اگر شد بود کرد خود ما هستند "
    "باید چه آنها",
    "ur": "اور کے میں کی ہے کا سے کو پر یہ نے کہ ہیں اس ایک بھی تو نہیں کر وہ آپ ہو جو یا تھا لیے",
    "hi": "के में है की और का से को पर यह नहीं एक हैं कि भी इस लिए ने तो हो कर वह आप या था जो ही",
    "mr": "आहे आणि या मध्ये ते हे नाही एक होते आहेत पण की तर हा ही त्या साठी किंवा मी तुम्ही केले",
    "ne": "छ र को मा हो पनि यो छन् भने गर्न एक तर लागि वा हुन्छ थियो गरेको म तपाईं",
    "ms": "boleh kerana awak sahaja tak bahawa ialah pejabat kereta telefon sekejap hendak mahu "
    "cuba beritahu e-mel emel fail laman percuma berlaku berbeza berbanding isnin khamis "
    "jumaat sabtu ahad mac jun julai ogos disember pukul wang ringgit universiti polis "
    "doktor bas lori kualiti kuantiti aktiviti komuniti identiti maklumat perkhidmatan "
    "tempahan bayaran kanak sila selepas semasa daripada manakala sebarang tiada semula "
    "ralat bahagian pihak kata laluan tetapan butang pautan muat turun naik beg kasut esok "
    "petang tengah hari sekolah murid kerajaan syarikat saiz terima kasih apa khabar encik "
    "puan macam mana kenapa bila bukan beliau perlukan dapatkan menghubungi sokongan klik "
    "sini awal anda kami ini itu dan atau",
}
