"""Names folded, cased and cleaned."""

from __future__ import annotations

import pytest

from hotels import casing, folding
from hotels.services.content import cleaning


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Palma de Mallorca (Illes Balears)", "palma de mallorca illes balears"),
        ("München", "munchen"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("São Tomé & Príncipe", "sao tome principe"),
        ("İstanbul", "istanbul"),
        ("أبو ظبي", "ابو ظبي"),
        ("مدرسة", "مدرسه"),
        ("東京", "東京"),
        ("  --  ", ""),
        ("a\x00b", "a b"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert folding.fold(text) == folded


@pytest.mark.parametrize(
    ("name", "decent"),
    [
        ("HOTEL PALACIO DEL MAR", "Hotel Palacio del Mar"),
        ("THE QUEEN'S GATE", "The Queen's Gate"),
        ("NH COLLECTION III", "NH Collection III"),
        ("L'ALBERG-RESORT", "L'Alberg-Resort"),
        ("HÔTEL DE L'ÉTOILE", "Hôtel de l'Étoile"),
        ("CASA 50 (CENTRO)", "Casa 50 (Centro)"),
        ("Hotel ABBA", "Hotel ABBA"),
        ("ABC", "ABC"),
        ("فندق", "فندق"),
    ],
)
def test_decent_case(name: str, decent: str) -> None:
    assert casing.decent_case(name) == decent


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Gran <b>Via</b> &amp; Sol ", "Gran Via & Sol"),
        ("<script>alert(1)</script>Hotel", "Hotel"),
        ("A\x00B", "AB"),
    ],
)
def test_plain(text: str, clean: str) -> None:
    assert cleaning.plain(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("One & two.\nThree < four.", "<p>One &amp; two.</p><p>Three &lt; four.</p>"),
        ('<p onclick="x()">Hi <a href="http://a">there</a></p>', "<p>Hi there</p>"),
        ("<img src=x onerror=alert(1)>Fine<br>day", "Fine<br>day"),
        ("", ""),
    ],
)
def test_description(text: str, clean: str) -> None:
    assert cleaning.description(text) == clean


def test_a_huge_description_is_cut() -> None:
    assert len(cleaning.description("x" * 200_000)) == cleaning.LONGEST_DESCRIPTION + len("<p></p>")


@pytest.mark.parametrize(
    ("place", "zone"),
    [((39.57, 2.65), "Europe/Madrid"), ((28.12, -15.43), "Atlantic/Canary"), ((25.2, 55.27), "Asia/Dubai")],
)
def test_timezone(place: tuple[float, float], zone: str) -> None:
    assert cleaning.timezone(*place) == zone
