// Destination suggestions: an ARIA 1.2 combobox over the site's own suggestion list.

const WAIT_MS = 120;
const ICONS = { country: "globe", region: "globe", hotel: "building", airport: "plane", station: "luggage", port: "luggage", landmark: "star" };

function option(texts, sprite, item, id) {
  const row = document.createElement("li");
  row.id = id;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  if (!item.searchable) row.setAttribute("aria-disabled", "true");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${ICONS[item.kind] ?? "pin"}`);
  svg.append(use);
  const name = document.createElement("span");
  name.textContent = item.name;
  const count = document.createElement("span");
  count.className = "count";
  if (item.hotel_count && item.kind !== "hotel") count.textContent = `${item.hotel_count} ${item.hotel_count === 1 ? texts.hotel : texts.hotels}`;
  const subtitle = document.createElement("small");
  const kind = item.kind === "city" || item.kind === "hotel" ? "" : texts[`kind${item.kind[0].toUpperCase()}${item.kind.slice(1)}`];
  subtitle.textContent = [kind, item.searchable ? item.subtitle : texts.tooLarge].filter(Boolean).join(" · ");
  row.append(svg, name, count, subtitle);
  return row;
}

function combobox(form) {
  const input = form.querySelector("[data-place]");
  const id = form.querySelector("[data-place-id]");
  const known = form.querySelector("[data-place-known]");
  const status = form.querySelector("[data-search-status]");
  const texts = form.querySelector("[data-room-texts]").dataset;
  const sprite = form.querySelector("use").getAttribute("href").split("#")[0];
  const list = document.createElement("ul");
  list.className = "sf-list";
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector(`label[for="${input.id}"]`).textContent);
  list.hidden = true;
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }

  let items = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function highlight(index) {
    active = index;
    [...list.querySelectorAll("[role=option]")].forEach((row, at) => {
      row.setAttribute("aria-selected", String(at === index));
      if (at === index) row.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${list.id}-${index}`);
  }

  function choose(item) {
    if (!item.searchable) return;
    input.value = item.name;
    known.value = item.name;
    id.value = item.id;
    close();
  }

  function show() {
    list.replaceChildren(...items.map((item, at) => option(texts, sprite, item, `${list.id}-${at}`)));
    if (!items.length) {
      const empty = document.createElement("li");
      empty.className = "empty";
      empty.textContent = texts.none;
      list.append(empty);
    }
    list.hidden = false;
    active = -1;
    input.setAttribute("aria-expanded", "true");
    status.textContent = items.length ? `${items.length} ${texts.found}` : texts.none;
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const url = new URL(form.dataset.suggest, location.href);
    url.searchParams.set("q", input.value === known.value ? "" : input.value.trim());
    url.searchParams.set("limit", "8");
    try {
      const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang } });
      if (!answer.ok) return;
      items = (await answer.json()).results;
      if (document.activeElement === input) show();
    } catch (error) {
      // Typing on aborts the question before; offline, the form still goes out with what was typed.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  input.addEventListener("input", () => {
    if (input.value !== known.value) id.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("click", () => {
    if (list.hidden) ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else if (items.length) {
        const step = event.key === "ArrowDown" ? 1 : -1;
        highlight((active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length);
      }
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(items[active]);
    } else if (event.key === "Tab" && !list.hidden && active >= 0) {
      choose(items[active]);
    }
  });
  input.addEventListener("blur", close);
  // Before the blur that the press would cause.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) choose(items[[...list.children].indexOf(row)]);
  });
}

for (const form of document.querySelectorAll("[data-search]")) combobox(form);
