// The range calendar over the two native date fields, which stay the truth (and the way without JavaScript).

const DAY_MS = 86_400_000;
const language = document.documentElement.lang || "en";
const calendarLanguage = `${language}-u-ca-gregory`;
const parse = (text) => (text ? new Date(`${text}T00:00:00Z`) : null);
const text = (date) => date.toISOString().slice(0, 10);
const plus = (date, days) => new Date(date.getTime() + days * DAY_MS);
const monthStart = (date, by = 0) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + by, 1));
const format = (options) => new Intl.DateTimeFormat(calendarLanguage, { timeZone: "UTC", ...options });
const long = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const title = format({ month: "long", year: "numeric" });
const weekday = format({ weekday: "short" });
const number = format({ day: "numeric" });
const shown = format({ day: "2-digit", month: "short", year: "numeric" });
// The site writes English dates as 23-Nov-2026: no reader takes the month for the day.
const short = (date) => {
  if (!language.startsWith("en")) return shown.format(date);
  const parts = shown.formatToParts(date);
  const part = (type) => parts.find((found) => found.type === type).value;
  return `${part("day")}-${part("month")}-${part("year")}`;
};
const LONGEST_STAY_NIGHTS = 30;

function firstWeekday() {
  const locale = new Intl.Locale(language);
  const info = locale.getWeekInfo?.() ?? locale.weekInfo;
  return (info?.firstDay ?? 1) % 7;
}

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function calendar(group) {
  const form = group.closest("form");
  const texts = form.querySelector("[data-room-texts]").dataset;
  const from = group.querySelector("[data-check-in]");
  const to = group.querySelector("[data-check-out]");
  const first = parse(from.min);
  const last = parse(from.max);
  const start = firstWeekday();
  let month = monthStart(parse(from.value) ?? first);
  let focused = parse(from.value) ?? first;
  let choosingEnd = false;

  const opener = element("button", { type: "button", className: "dates-open" });
  opener.setAttribute("aria-haspopup", "dialog");
  opener.setAttribute("aria-expanded", "false");
  const panel = element("div", { className: "dates-panel", hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", texts.datesLabel);
  const previous = element("button", { type: "button", className: "dates-nav", textContent: "\u2039" });
  previous.setAttribute("aria-label", texts.previous);
  const next = element("button", { type: "button", className: "dates-nav", textContent: "\u203a" });
  next.setAttribute("aria-label", texts.next);
  const status = element("span", { className: "small" });
  status.setAttribute("aria-live", "polite");
  const done = element("button", { type: "button", className: "btn", textContent: texts.close });
  const months = element("div", { className: "dates-months" });
  panel.append(element("div", { className: "dates-head" }, previous, next), months, element("div", { className: "dates-foot" }, status, done));
  group.append(opener, panel);
  group.classList.add("is-ready");

  function nights() {
    const [a, b] = [parse(from.value), parse(to.value)];
    return a && b ? Math.round((b - a) / DAY_MS) : 0;
  }

  function label() {
    const [a, b] = [parse(from.value), parse(to.value)];
    opener.textContent = a && b ? `${short(a)} - ${short(b)}` : texts.datesLabel;
    opener.setAttribute("aria-label", a && b ? `${texts.checkIn} ${long.format(a)}, ${texts.checkOut} ${long.format(b)}` : texts.datesLabel);
    const count = nights();
    status.textContent = choosingEnd ? texts.checkOut : count ? `${count} ${count === 1 ? texts.night : texts.nights}` : texts.checkIn;
  }

  function dayCell(date) {
    const value = text(date);
    const button = element("button", { type: "button", textContent: number.format(date) });
    button.dataset.day = value;
    button.tabIndex = value === text(focused) ? 0 : -1;
    button.disabled = date < first || date > last;
    const isEnd = value === from.value || (!choosingEnd && value === to.value);
    button.setAttribute("aria-label", long.format(date));
    button.setAttribute("aria-pressed", String(isEnd));
    if (isEnd) button.className = "is-end";
    else if (!choosingEnd && value > from.value && value < to.value) button.className = "in-range";
    return element("td", {}, button);
  }

  function monthTable(begin) {
    const table = element("table", { className: "dates-month" }, element("caption", { textContent: title.format(begin) }));
    const head = element("tr");
    for (let at = 0; at < 7; at += 1) {
      // 2023-01-01 was a Sunday.
      head.append(element("th", { scope: "col", textContent: weekday.format(new Date(Date.UTC(2023, 0, 1 + start + at))) }));
    }
    const body = element("tbody");
    let row = element("tr");
    for (let pad = (begin.getUTCDay() - start + 7) % 7; pad > 0; pad -= 1) row.append(element("td"));
    for (let date = begin; date < monthStart(begin, 1); date = plus(date, 1)) {
      if (row.children.length === 7) {
        body.append(row);
        row = element("tr");
      }
      row.append(dayCell(date));
    }
    body.append(row);
    table.append(element("thead", {}, head), body);
    return table;
  }

  function draw() {
    months.replaceChildren(monthTable(month), monthTable(monthStart(month, 1)));
    previous.disabled = month <= monthStart(first);
    next.disabled = monthStart(month, 1) >= monthStart(last);
    label();
  }

  function show(date) {
    focused = date < first ? first : date > last ? last : date;
    // Phones show one month only, and the second table is not laid out there.
    const shownMonths = months.children[1]?.offsetParent ? 2 : 1;
    if (focused < month || focused >= monthStart(month, shownMonths)) month = monthStart(focused);
    draw();
    months.querySelector(`[data-day="${text(focused)}"]`).focus();
  }

  function open() {
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    choosingEnd = false;
    month = monthStart(parse(from.value) ?? first);
    draw();
    show(parse(from.value) ?? first);
  }

  function close({ refocus = true } = {}) {
    if (panel.hidden) return;
    if (choosingEnd && !to.value) to.value = text(plus(parse(from.value), 1));
    choosingEnd = false;
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    label();
    if (refocus) opener.focus();
  }

  function pick(value) {
    if (!choosingEnd || value <= from.value) {
      from.value = value;
      to.value = "";
      choosingEnd = true;
      show(parse(value));
      return;
    }
    const farthest = text(plus(parse(from.value), LONGEST_STAY_NIGHTS));
    to.value = value > farthest ? farthest : value;
    choosingEnd = false;
    close();
  }

  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  done.addEventListener("click", () => close());
  previous.addEventListener("click", () => { month = monthStart(month, -1); focused = month < first ? first : month; draw(); });
  next.addEventListener("click", () => { month = monthStart(month, 1); focused = month; draw(); });
  months.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-day]");
    if (button) pick(button.dataset.day);
  });
  months.addEventListener("keydown", (event) => {
    const right = document.documentElement.dir === "rtl" ? -1 : 1;
    const steps = { ArrowRight: right, ArrowLeft: -right, ArrowDown: 7, ArrowUp: -7 };
    let target = null;
    if (event.key in steps) target = plus(focused, steps[event.key]);
    else if (event.key === "Home") target = plus(focused, -((focused.getUTCDay() - start + 7) % 7));
    else if (event.key === "End") target = plus(focused, 6 - ((focused.getUTCDay() - start + 7) % 7));
    else if (event.key === "PageDown") target = monthStart(focused, 1);
    else if (event.key === "PageUp") target = monthStart(focused, -1);
    if (!target) return;
    event.preventDefault();
    show(target);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.isConnected && !group.contains(event.target)) close({ refocus: false });
  });
  group.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !group.contains(event.relatedTarget)) close({ refocus: false });
  });
  label();
}

for (const group of document.querySelectorAll("[data-dates]")) calendar(group);
