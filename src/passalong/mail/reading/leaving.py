"""Whether an answer says nothing but that its writer wants no more of these messages."""

from __future__ import annotations

import unicodedata

LONGEST = 60  # characters: a sentence that says more is for a person to read
# In the languages whose quotations are known (quotes.py). Words alone that only say “no” are left out: they answer.
_WISHES = frozenset(
    """stop|stop it|stop this|stop please|please stop|stop emails|stop mails|stop all|stopall|stop mailing me
    |stop emailing me|stop sending me emails|unsubscribe|unsubscribe me|please unsubscribe|please unsubscribe me
    |remove|remove me|please remove me|opt out|opt-out|optout|no more emails|no more mails|no more email
    |stopp|bitte stopp|stoppen|bitte stoppen|abmelden|bitte abmelden|abbestellen|bitte abbestellen|austragen|abmeldung
    |keine mails mehr|keine e-mails mehr|bitte keine mails mehr|bitte keine e-mails mehr
    |arrêt|arrêter|arrêtez|arret|arreter|stop svp|désabonner|désabonnement|désinscrire|désinscription|me désabonner
    |me désinscrire|plus de mails|baja|darme de baja|dar de baja|cancelar suscripción|no más correos|alto|parar|pare
    |cancelar inscrição|cancelar subscrição|sair da lista|annulla iscrizione|cancellami|disiscrivimi|basta
    |afmelden|uitschrijven|stoppen a.u.b|graag afmelden|graag uitschrijven|geen mails meer
    |avregistrera|avregistrera mig|avsluta|sluta|avmeld|avmeld meg|meld meg av|stopp takk|afmeld|afmeld mig|frameld
    |peruuta|lopeta|poista minut|wypisz|wypisz mnie|rezygnuję|przestań|odhlásit|odhlásiť|přestaňte|prestaňte
    |leiratkozás|leiratkozom|állj|dezabonare|dezabonați-mă|opriți|отписаться|отпишите меня|отписка|стоп|хватит
    |відписатися|відпишіть мене|διαγραφή|σταματήστε|στοπ|abonelikten çık|durdur|退订|停止|取消订阅|退訂|取消訂閱
    |配信停止|停止してください|수신거부|수신 거부|중지|إيقاف|إلغاء الاشتراك|توقف|הסר|הסירו אותי|הפסק|עצור
    |dừng lại|hủy đăng ký|ngừng|berhenti|berhenti berlangganan|หยุด|ยกเลิกการสมัคร""".replace("\n    ", "").split("|")
)
_AROUND = " .,;!?¡¿:…。！،؟*_\"'“”„‚‘’«»()[]-–—"


def asks_to_leave(text: str) -> bool:
    """Whether these words, an answer without what it quotes, are such a wish and nothing else."""
    if len(text) > LONGEST * 2:
        return False
    said = " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(_AROUND)
    return len(said) <= LONGEST and said in _WISHES
