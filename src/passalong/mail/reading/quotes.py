"""What somebody wrote anew in an answer, without what they quoted and what their program adds. Line by line, linear.

Nothing is lost by it: the original is kept, and where nothing would be left everything is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE = 400  # characters of a line that are looked at
LINES = 20_000  # of a text; what comes after belongs to whatever stands there
_QUOTED = re.compile(r"[ \t]{0,8}(?:[>|｜＞]|&gt;)")
_RULE = re.compile(r"[ \t]{0,4}(?:[-_=*]{2,60})[ \t]{0,4}(.{0,60}?)[ \t]{0,4}(?:[-_=*]{0,60})[ \t]*$")
_LONG_RULE = re.compile(r"[ \t]{0,4}_{20,80}[ \t]*$")
_MARK = re.compile(r"\[cid:[^\]]{0,80}\]")

# “Original message” and “forwarded message” as programs write them between dashes.
_ORIGINAL = frozenset(
    """original message|forwarded message|reply message|ursprüngliche nachricht|originalnachricht|original-nachricht
    |weitergeleitete nachricht|message d'origine|message original|message transféré|mensaje original|mensaje reenviado
    |messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht
    |doorgestuurd bericht|ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|oprindelig meddelelse
    |original melding|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość
    |původní zpráva|pôvodná správa|eredeti üzenet|mesaj original|исходное сообщение|пересылаемое сообщение
    |оригінальне повідомлення|αρχικό μήνυμα|orijinal ileti|özgün ileti|原始邮件|原始郵件|转发的邮件|元のメッセージ
    |原信|원본 메시지|الرسالة الأصلية|הודעה מקורית|tin nhắn gốc""".replace("\n    ", "").split("|")
)
# How a line before a quotation ends, or what it holds, in the languages of common programs.
_WROTE = (
    "wrote",
    "writes",
    "schrieb",
    "schreibt",
    "geschrieben",
    "a écrit",
    "écrit",
    "ha scritto",
    "scrive",
    "escribió",
    "escribio",
    "va escriure",
    "escreveu",
    "schreef",
    "skrev",
    "skrifaði",
    "kirjoitti",
    "napisał",
    "pisze",
    "napsal",
    "napísal",
    "írta",
    "a scris",
    "написал",
    "пишет",
    "написав",
    "пише",
    "έγραψε",
    "yazdı",
    "şunu yazdı",
    "写道",
    "寫道",
    "のメール",
    "書きました",
    "作成",
    "작성",
    "كتب",
    "כתב",
    "đã viết",
    "menulis",
    "เขียน",
)
_OPENS = re.compile(
    r"[ \t]{0,8}(?:On|Am|Den|Op|Le|Il|El|Em|A|Dne|Dňa|Dnia|W dniu|Pe|În|Στις|Вт|Пн|Ср|Чт|Пт|Сб|Вс|Vào|Pada|"
    r"\d{1,4}[./年 -]|<|[A-ZÀ-Þ][^\n]{0,80}?\d)",
    re.IGNORECASE,
)
_FROM = (
    "from|von|de|da|van|från|fra|lähettäjä|od|feladó|от|від|από|gönderen|发件人|寄件者|差出人|보낸 사람|من|מאת|"
    "expéditeur"
)
_OTHERS = (
    "sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|envoyé le|à|objet|enviado|enviado el|fecha|para|asunto|"
    "inviato|data|a|oggetto|enviada|enviado em|assunto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|dato|"
    "lähetetty|vastaanottaja|aihe|päivämäärä|wysłano|do|temat|odesláno|komu|předmět|odoslané|predmet|küldve|címzett|tárgy|trimis|"
    "către|subiect|отправлено|дата|кому|тема|надіслано|στάλθηκε|προς|θέμα|tarih|kime|konu|发送时间|收件人|主题|寄件日期|"
    "收件者|主旨|送信日時|宛先|件名|보낸 날짜|받는 사람|제목"
)
_HEAD = re.compile(rf"[ \t*]{{0,6}}(?:{_FROM})[ \t]{{0,2}}[*]?[:：]", re.IGNORECASE)
_HEAD_MORE = re.compile(rf"[ \t*]{{0,6}}(?:{_FROM}|{_OTHERS})[ \t]{{0,2}}[*]?[:：]", re.IGNORECASE)
_SENT_FROM = re.compile(
    r"[ \t]{0,8}(?:Sent from (?:my |Mail|Outlook|Yahoo|the )|Get Outlook for|Sent with|Sent via|Gesendet mit|"
    r"Von meinem .{2,30} gesendet|Diese Nachricht wurde von meinem|Envoyé de mon|Envoyé depuis|Télécharger Outlook|"
    r"Enviado desde|Enviado do meu|Inviato da|Verzonden vanaf|Verstuurd vanaf|Skickat från|Sendt fra|"
    r"Lähetetty |Wysłane z|Odesláno z|Отправлено (?:с|из)|iPhoneから送信|从我的|發自我的|发自我的)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """text: what was written anew. was_cut: whether anything was left out."""

    text: str
    was_cut: bool


def own_words(text: str) -> Said:
    """The new words of an answer above, below or between what it quotes; “…” stands where a quotation stood."""
    head, has_more = _lines(text)
    kept: list[str] = []
    gap = False
    at = 0
    while at < len(head):
        line = head[at]
        if _QUOTED.match(line):
            gap, at = True, at + 1
            continue
        length = _attribution(head, at)
        if length:
            if not _is_followed_by_quotes(head, at + length):
                if any(one.strip() for one in kept):
                    break  # everything below is the message answered, not marked as such
                kept.append(line)
                at += 1
                continue
            gap, at = True, at + length
            continue
        if _starts_old_message(head, at) and any(one.strip() for one in kept):
            break
        if line.strip() in ("--", "—") or line == "-- ":
            at = _after_signature(head, at + 1)
            continue
        if gap and line.strip():
            if any(one.strip() for one in kept):
                kept.append("…")
            gap = False
        kept.append(line)
        at += 1
    return _finish(kept, text, has_more=has_more)


def _lines(text: str) -> tuple[list[str], bool]:
    lines = text.split("\n", LINES)
    return lines[:LINES], len(lines) > LINES


def _finish(kept: list[str], text: str, *, has_more: bool) -> Said:
    while kept and (not kept[-1].strip() or kept[-1] == "…" or _SENT_FROM.match(kept[-1][:LINE])):
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    own = "\n".join(line.rstrip() for line in _without_runs(kept))
    whole = text.strip()
    return Said(own, own != whole or has_more) if own else Said(whole, was_cut=False)


def _without_runs(lines: list[str]) -> list[str]:
    """At most one empty line at a time."""
    return [line for at, line in enumerate(lines) if line.strip() or at == 0 or lines[at - 1].strip()]


def _attribution(lines: list[str], at: int) -> int:
    """How many lines, from here, are “On … Ann wrote:”; 0 for none. Such a line may have been wrapped twice."""
    first = lines[at][:LINE]
    if not first.strip() or not _OPENS.match(first):
        return 0
    joined = ""
    for length in (1, 2, 3):
        if at + length > len(lines):
            return 0
        line = lines[at + length - 1][:LINE].strip()
        if not line or (length > 1 and _QUOTED.match(line)):
            return 0
        joined = f"{joined} {line}"
        if line.endswith((":", "：")):
            lowered = joined.casefold()
            has_place = any(ch.isdigit() for ch in joined) or "@" in joined
            return length if has_place and any(word in lowered for word in _WROTE) else 0
    return 0


def _is_followed_by_quotes(lines: list[str], at: int) -> bool:
    return any(_QUOTED.match(line) for line in _next_filled(lines, at, 1))


def _next_filled(lines: list[str], at: int, most: int) -> list[str]:
    found = []
    for line in lines[at : at + 8]:
        if line.strip():
            found.append(line[:LINE])
            if len(found) == most:
                break
    return found


def _starts_old_message(lines: list[str], at: int) -> bool:
    """A rule with “original message”, or a block of From, Sent, To, Subject as Outlook writes it."""
    line = lines[at][:LINE]
    if _LONG_RULE.match(line):
        return bool(next((one for one in _next_filled(lines, at + 1, 1) if _HEAD.match(one)), ""))
    if (ruled := _RULE.match(line)) and ruled[1].strip(" :").casefold().replace("’", "'") in _ORIGINAL:
        return True
    if not _HEAD.match(line):
        return False
    return sum(1 for one in _next_filled(lines, at + 1, 4) if _HEAD_MORE.match(one)) >= 2


def _after_signature(lines: list[str], at: int) -> int:
    """Where it goes on after “-- ”: at the next quotation, or at the end."""
    for number in range(at, len(lines)):
        if _QUOTED.match(lines[number]) or _attribution(lines, number):
            return number
    return len(lines)
