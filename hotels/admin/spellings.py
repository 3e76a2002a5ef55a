"""Names by language, as staff can read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from faredown.lib.backoffice import NOTHING


def spellings(names: Mapping[str, str]) -> SafeString | str:
    if not names:
        return NOTHING
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td lang="{}" dir="auto">{}</td></tr>',
        ((tag, tag, text) for tag, text in sorted(names.items())),
    )
    return format_html('<table class="bo-table bo-spellings"><tbody>{}</tbody></table>', rows)
