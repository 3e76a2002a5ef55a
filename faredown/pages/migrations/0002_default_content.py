"""What a new site shows before staff have written anything. Rows that exist are left alone."""

from datetime import date
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MENU = [
    ("header", 1, "Flights", "/pages/flights/"),
    ("header", 2, "Hotels", "/hotels/"),
    ("company", 1, "About us", "/pages/about/"),
    ("help", 1, "Manage a booking", "/manage-booking/"),
    ("help", 2, "Questions and answers", "/pages/help/"),
    ("legal", 1, "Terms of booking", "/legal/terms/"),
    ("legal", 2, "Privacy", "/legal/privacy/"),
]

# placement, position, icon, {language: (title, text, link label)}, link
BANNERS: list[tuple[str, int, str, dict[str, tuple[str, ...]], str]] = [
    (
        "hero",
        1,
        "",
        {
            "en": ("Find your perfect stay", "Search hotels at live prices.", ""),
            "es": ("Encuentra tu estancia perfecta", "Busca hoteles a precios en directo.", ""),
            "ar": ("اعثر على إقامتك المثالية", "ابحث عن الفنادق بأسعار مباشرة.", ""),
        },
        "",
    ),
    (
        "strip",
        1,
        "building",
        {
            "en": ("Have you booked already?", "See your booking, get the voucher, or cancel it.", "Manage a booking"),
            "es": ("¿Ya has reservado?", "Consulta tu reserva, descarga el bono o cancélala.", "Gestionar una reserva"),
            "ar": ("هل حجزت بالفعل؟", "اطّلع على حجزك أو احصل على القسيمة أو ألغِ الحجز.", "إدارة حجز"),
        },
        "/manage-booking/",
    ),
    (
        "reasons_title",
        1,
        "",
        {
            "en": ("Why Faredown", "What you see is what the stay costs."),
            "es": ("Por qué Faredown", "Lo que ves es lo que cuesta la estancia."),
            "ar": ("لماذا Faredown", "ما تراه هو ما تكلّفه الإقامة."),
        },
        "",
    ),
    (
        "reason",
        1,
        "trend",
        {
            "en": ("Live prices", "Rooms and prices are asked for at the moment you search."),
            "es": ("Precios en directo", "Las habitaciones y los precios se consultan en el momento de buscar."),
            "ar": ("أسعار مباشرة", "نسأل عن الغرف والأسعار لحظة بحثك."),
        },
        "",
    ),
    (
        "reason",
        2,
        "wallet",
        {
            "en": ("The whole total first", "The price is for the whole stay, and says what the hotel collects itself."),
            "es": ("El total primero", "El precio es de toda la estancia e indica lo que cobra el propio hotel."),
            "ar": ("المجموع كاملاً أولاً", "السعر للإقامة كلها، ويبيّن ما يحصّله الفندق بنفسه."),
        },
        "",
    ),
    (
        "reason",
        3,
        "shield",
        {
            "en": ("Charged only when confirmed", "Your card is charged when the hotel has confirmed the room, not before."),
            "es": ("Cobro solo al confirmar", "Se cobra cuando el hotel ha confirmado la habitación, no antes."),
            "ar": ("الدفع بعد التأكيد فقط", "لا يُسحب المبلغ إلا بعد أن يؤكد الفندق الغرفة."),
        },
        "",
    ),
    (
        "reason",
        4,
        "clock",
        {
            "en": ("Clear cancellation", "Every deadline is told on the hotel's clock and on yours."),
            "es": ("Cancelación clara", "Cada plazo se indica en la hora del hotel y en la tuya."),
            "ar": ("إلغاء واضح", "كل موعد نهائي مذكور بتوقيت الفندق وبتوقيتك."),
        },
        "",
    ),
]

PAGES = [
    (
        "flights",
        {
            "en": ("Flights", "Flights are a product of their own.", "<p>We sell hotel stays here. Flights are not on sale on this site yet.</p><p><a href=\"/hotels/\">Search hotels</a></p>"),
            "es": ("Vuelos", "Los vuelos son un producto aparte.", "<p>Aquí vendemos estancias de hotel. Los vuelos todavía no se venden en este sitio.</p><p><a href=\"/hotels/\">Buscar hoteles</a></p>"),
            "ar": ("رحلات الطيران", "رحلات الطيران منتج مستقل.", "<p>نبيع هنا الإقامات الفندقية. رحلات الطيران غير معروضة للبيع في هذا الموقع بعد.</p><p><a href=\"/hotels/\">ابحث عن فنادق</a></p>"),
        },
    ),
    (
        "about",
        {
            "en": ("About us", "", "<p>Faredown sells hotel stays at live prices.</p>"),
            "es": ("Quiénes somos", "", "<p>Faredown vende estancias de hotel a precios en directo.</p>"),
            "ar": ("من نحن", "", "<p>تبيع Faredown الإقامات الفندقية بأسعار مباشرة.</p>"),
        },
    ),
    (
        "help",
        {
            "en": ("Questions and answers", "", "<h2>Where is my booking?</h2><p>Open <a href=\"/manage-booking/\">Manage a booking</a> and give the reference and the e-mail address you booked with. We mail you a link.</p><h2>When is my card charged?</h2><p>The amount is authorised when you book and taken when the hotel has confirmed the room. If the room cannot be had, the amount is released.</p><h2>What do I pay at the hotel?</h2><p>Some cities and hotels collect a tax or a fee themselves. It is shown beside the price before you book.</p>"),
            "es": ("Preguntas y respuestas", "", "<h2>¿Dónde está mi reserva?</h2><p>Abre <a href=\"/manage-booking/\">Gestionar una reserva</a> e indica la referencia y el correo con el que reservaste. Te enviamos un enlace.</p><h2>¿Cuándo se cobra?</h2><p>El importe se autoriza al reservar y se cobra cuando el hotel ha confirmado la habitación. Si no hay habitación, se libera.</p><h2>¿Qué pago en el hotel?</h2><p>Algunas ciudades y hoteles cobran ellos mismos una tasa. Se muestra junto al precio antes de reservar.</p>"),
            "ar": ("أسئلة وأجوبة", "", "<h2>أين حجزي؟</h2><p>افتح <a href=\"/manage-booking/\">إدارة حجز</a> واكتب رقم الحجز والبريد الإلكتروني الذي حجزت به. نرسل إليك رابطاً.</p><h2>متى يُسحب المبلغ؟</h2><p>يُحجز المبلغ عند الحجز ويُسحب بعد أن يؤكد الفندق الغرفة. إن لم تتوفر الغرفة يُفرج عن المبلغ.</p><h2>ماذا أدفع في الفندق؟</h2><p>تحصّل بعض المدن والفنادق ضريبة أو رسماً بنفسها. نعرضها بجانب السعر قبل الحجز.</p>"),
        },
    ),
]

LEGAL = [
    (
        "terms",
        {
            "en": ("Terms of booking", "<p>A booking is made when the hotel has confirmed it. The price and the cancellation terms are those shown on the last page before you paid; they are kept with the booking and do not change afterwards.</p><p>Cancelling before the time shown as free costs nothing. After it, the fee shown for that moment is kept. What the hotel collects itself is paid there.</p><p>Wishes are passed on to the hotel and are not promised.</p>"),
            "es": ("Condiciones de reserva", "<p>La reserva queda hecha cuando el hotel la ha confirmado. El precio y las condiciones de cancelación son los mostrados en la última página antes de pagar; se guardan con la reserva y no cambian después.</p><p>Cancelar antes del plazo indicado como gratuito no cuesta nada. Después se retiene el importe indicado para ese momento. Lo que cobra el propio hotel se paga allí.</p><p>Los deseos se transmiten al hotel y no se prometen.</p>"),
            "ar": ("شروط الحجز", "<p>يتم الحجز عندما يؤكده الفندق. السعر وشروط الإلغاء هي المعروضة في الصفحة الأخيرة قبل الدفع؛ تُحفظ مع الحجز ولا تتغير بعد ذلك.</p><p>الإلغاء قبل الموعد المذكور مجاني. بعده يُحتفظ بالرسم المذكور لتلك اللحظة. ما يحصّله الفندق بنفسه يُدفع هناك.</p><p>نمرّر الرغبات إلى الفندق ولا نعد بها.</p>"),
        },
    ),
    (
        "privacy",
        {
            "en": ("Privacy", "<p>We keep what a booking needs: names of the guests, the address and telephone number of the person who books, and the stay. The hotel and its supplier receive the names and the wishes. Card data goes to the payment provider and never through us.</p><p>This site sets cookies for your session, language and currency only.</p>"),
            "es": ("Privacidad", "<p>Guardamos lo que una reserva necesita: los nombres de los huéspedes, el correo y el teléfono de quien reserva, y la estancia. El hotel y su proveedor reciben los nombres y los deseos. Los datos de la tarjeta van al proveedor de pagos y nunca pasan por nosotros.</p><p>Este sitio solo usa cookies para tu sesión, idioma y moneda.</p>"),
            "ar": ("الخصوصية", "<p>نحفظ ما يحتاجه الحجز: أسماء النزلاء، وعنوان بريد وهاتف من يحجز، والإقامة. يتلقى الفندق ومورّده الأسماء والرغبات. تذهب بيانات البطاقة إلى مزود الدفع ولا تمر بنا.</p><p>لا يستخدم هذا الموقع ملفات تعريف الارتباط إلا لجلستك ولغتك وعملتك.</p>"),
        },
    ),
]


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    def model(name: str) -> Any:
        return apps.get_model("pages", name)

    for menu, position, label, url in MENU:
        model("MenuItem").objects.get_or_create(menu=menu, label=label, defaults={"position": position, "url": url})
    for placement, position, icon, texts, url in BANNERS:
        for language, (title, text, *link) in texts.items():
            values = {"icon": icon, "title": title, "text": text, "link_url": url, "link_label": link[0] if link else ""}
            model("Banner").objects.get_or_create(
                placement=placement, position=position, language=language, defaults=values
            )
    for slug, pages in PAGES:
        for language, (title, summary, body) in pages.items():
            values = {"title": title, "summary": summary, "body": body}
            model("Page").objects.get_or_create(slug=slug, language=language, defaults=values)
    for slug, texts_of in LEGAL:
        for language, (title, body) in texts_of.items():
            model("LegalText").objects.get_or_create(
                slug=slug,
                language=language,
                version=1,
                defaults={"title": title, "body": body, "in_force_from": date(2026, 1, 1)},
            )


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
