"""The words of papers, in Danish and English, and how amounts and dates are written on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date

from gateway.papers.statement import IV_TYPES, Answer
from profiles.guide import code_names

WORDS: Mapping[str, tuple[str, str]] = {
    "statement": ("Afregning", "Statement"),
    "draft": ("KLADDE - måneden er ikke lukket", "DRAFT - the month is not closed"),
    "from": ("Fra", "From"),
    "to": ("Til", "To"),
    "month": ("Måned", "Month"),
    "agreement": ("Aftale", "Agreement"),
    "legal": ("Hjemmel", "Legal reference"),
    "claim": ("Krav", "Claim"),
    "total": ("I alt", "Total"),
    "summary": ("Efter IV-type og tyngdekategori", "By IV type and weight category"),
    "iv-type": ("IV-type", "IV type"),
    "category": ("Tyngdekategori", "Weight category"),
    "lines": ("Linjer", "Lines"),
    "amount": ("Beløb", "Amount"),
    "amount-kroner": ("Beløb (kr.)", "Amount (DKK)"),
    "charges": ("Krævet i måneden", "Claimed in the month"),
    "reversals": ("Tilbageført fra tidligere måneder", "Taken back from earlier months"),
    "withheld": ("Tilbageholdt - ikke krævet", "Withheld - not claimed"),
    "episode": ("Forløb", "Course"),
    "service-date": ("Startdag", "Start day"),
    "rate": ("Sats", "Rate"),
    "line": ("Linje", "Line"),
    "kind": ("Art", "Kind"),
    "charge": ("Krav", "Charge"),
    "reversal": ("Tilbageførsel", "Reversal"),
    "reverses": ("Tilbagefører", "Reverses"),
    "part": ("Del", "Part"),
    "calculation": ("Beregning", "Calculation"),
    "reason": ("Grund", "Reason"),
    "explanation": ("Forklaring", "Explanation"),
    "hash": ("Indholdets SHA-256", "SHA-256 of the content"),
    "page": ("Side", "Page"),
    "of": ("af", "of"),
    "chemotherapy": ("Kemokur", "Chemotherapy"),
    "none": ("Intet", "Nothing"),
    "state": ("Tilstand", "State"),
    "state-draft": ("Foreløbig", "Preview"),
    "state-submitted": ("Sendt", "Sent"),
    "state-answered": ("Besvaret", "Answered"),
    "state-closed": ("Afsluttet", "Settled"),
    "state-paid": ("Betalt", "Paid"),
    "balance": ("Regionens svar og betaling", "The region's answers and payment"),
    "as-of": ("pr.", "as of"),
    "claimed": ("Krævet", "Claimed"),
    "approved": ("Godkendt", "Approved"),
    "refused": ("Ikke godkendt", "Not approved"),
    "undecided": ("Ikke besvaret", "Not answered"),
    "owed": ("Skyldigt", "Owed"),
    "paid": ("Betalt", "Paid"),
    "outstanding": ("Udestående", "Outstanding"),
    "approved-kroner": ("Godkendt (kr.)", "Approved (DKK)"),
    "paid-kroner": ("Betalt (kr.)", "Paid (DKK)"),
    "answer": ("Svar", "Answer"),
    "answer-approved": ("Godkendt", "Approved"),
    "answer-reduced": ("Nedsat", "Reduced"),
    "answer-rejected": ("Afvist", "Rejected"),
    "answer-none": ("Ikke besvaret", "Not answered"),
    "answer-reason": ("Svarets grund", "Reason of the answer"),
    "in-dispute": ("i tvist", "in dispute"),
    "payments": ("Betalinger", "Payments"),
    "payment": ("Betaling", "Payment"),
    "paid-on": ("Betalt den", "Paid on"),
    "reference": ("Nummer", "Number"),
}


def word(name: str, language: str) -> str:
    """A word of WORDS in a language."""
    return WORDS[name][language != "da"]


def iv_type(code: str, language: str) -> str:
    """The name of an IV type."""
    return IV_TYPES.get(code, (code, code))[language != "da"]


def category(code: str, language: str) -> str:
    """The name of a weight category."""
    return word("chemotherapy", language) if code == "chemotherapy" else code


def day(value: date, language: str) -> str:
    """A date as papers have it: 05.10.2026 (da), 2026-10-05 (en)."""
    return f"{value:%d.%m.%Y}" if language == "da" else value.isoformat()


def month(last_day: date, language: str) -> str:
    """A month in words: "oktober 2026" (da), "October 2026" (en)."""
    return format_date(last_day, "MMMM y", locale="da_DK" if language == "da" else "en_GB")


def answer(value: Answer, language: str) -> str:
    """What a region answered to a line: "Nedsat", "Afvist, i tvist"."""
    told = word(f"answer-{value.verdict or 'none'}", language)
    return f"{told}, {word('in-dispute', language)}" if value.disputed else told


def answer_reason(value: Answer, language: str) -> str:
    """Why not all of a line was approved: the reason's name, or its code where we have none, and the region's words."""
    name = code_names("decision-reason").get(value.reason, {}).get(language, value.reason)
    return ". ".join(text for text in (name, value.text) if text)


def kroner(oere: int) -> str:
    """An amount in kroner with a decimal comma and no thousands mark, as spreadsheets in Danish read it: "-1234,50"."""
    sign, rest = "-" if oere < 0 else "", abs(oere)
    return f"{sign}{rest // 100},{rest % 100:02}"
