// While suppliers answer, the list is asked for again and hotels join where they belong, without moving what is read.

const POLL_MS = 700;
const SLOWEST_POLL_MS = 3000;
const listing = document.querySelector("[data-listing]");
let etag = listing.dataset.etag;
let url = listing.dataset.url;
let wait = POLL_MS;
let asking = null;

function anchor() {
  for (const card of listing.querySelectorAll(".hotel[id]")) {
    const box = card.getBoundingClientRect();
    if (box.bottom > 80) return { id: card.id, top: box.top };
  }
  return null;
}

function joinCards(fresh) {
  const present = new Map([...listing.querySelectorAll(".hotel[id]")].map((card) => [card.id, card]));
  const cards = [...fresh.children].map((card) => {
    const known = present.get(card.id);
    if (known && card.id && known.dataset.version === card.dataset.version) return known;
    if (card.id && !known && present.size) card.classList.add("hotel-new");
    return card;
  });
  fresh.replaceChildren(...cards);
}

// The map in sight stays: it knows its window, and is told what the list it belongs to has become.
function keepMap(page) {
  const [shown, fresh] = [listing, page].map((root) => root.querySelector("[data-map]"));
  if (!shown || !fresh) return null;
  const detail = { version: fresh.dataset.version, url: fresh.dataset.url };
  fresh.replaceWith(shown);
  return detail;
}

function swap(html) {
  const keep = window.scrollY > 120 ? anchor() : null;
  const focused = document.activeElement;
  const focusKey = listing.contains(focused) ? [focused.closest("[id]")?.id, focused.name, focused.value, focused.getAttribute("href")] : null;
  const page = new DOMParser().parseFromString(html, "text/html");
  const isOpen = listing.querySelector(".filters")?.classList.contains("is-open");
  joinCards(page.querySelector("[data-cards]"));
  const detail = keepMap(page);
  listing.replaceChildren(...page.body.children);
  listing.querySelector(".filters").classList.toggle("is-open", Boolean(isOpen));
  prepare();
  if (detail) listing.dispatchEvent(new CustomEvent("listing:swapped", { detail }));
  if (focusKey) {
    const [id, name, value, href] = focusKey;
    const same = [...listing.querySelectorAll("a, button, input, summary")].find(
      (node) => node.name === name && node.value === value && node.getAttribute("href") === href && node.closest("[id]")?.id === id,
    );
    same?.focus({ preventScroll: true });
  }
  const moved = keep && document.getElementById(keep.id);
  if (moved) window.scrollBy(0, moved.getBoundingClientRect().top - keep.top);
}

async function ask({ fresh = false } = {}) {
  asking?.abort();
  asking = new AbortController();
  const headers = fresh || !etag ? {} : { "If-None-Match": etag };
  const answer = await fetch(url, { headers, signal: asking.signal, cache: "no-store" });
  if (answer.status === 304) {
    wait = Math.min(wait * 1.4, SLOWEST_POLL_MS);
    return true;
  }
  if (!answer.ok) {
    location.reload();
    return false;
  }
  etag = answer.headers.get("ETag") ?? "";
  wait = POLL_MS;
  swap(await answer.text());
  return answer.headers.get("X-Listing") === "running";
}

async function poll() {
  let running = Boolean(listing.dataset.running);
  while (running) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      running = await ask();
    } catch (error) {
      // Replaced by a newer question, or offline for a moment: the next round asks again.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
      wait = SLOWEST_POLL_MS;
    }
  }
}

let later = 0;
function applyFilters(form, delay) {
  clearTimeout(later);
  later = setTimeout(() => {
    const query = new URLSearchParams(new FormData(form));
    if (!query.get("price_max")) query.delete("price_max");
    history.replaceState(null, "", `${form.action.split("?")[0]}?${query}`);
    url = `${listing.dataset.url.split("?")[0]}?${query}`;
    ask({ fresh: true }).catch((error) => {
      if (error.name !== "AbortError") location.assign(`${form.action}?${query}`);
    });
  }, delay);
}

function prepare() {
  const form = listing.querySelector("[data-filters]");
  const budget = form.querySelector("[data-budget]");
  if (budget) {
    const field = form.querySelector("[data-budget-field]");
    field.tabIndex = -1;
    const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: budget.dataset.budgetCurrency, maximumFractionDigits: 0 });
    budget.addEventListener("input", () => {
      const top = Number(budget.value) >= Number(budget.max);
      field.value = top ? "" : budget.value;
      const text = format.format(Number(budget.value)) + (top ? "+" : "");
      form.querySelector("[data-budget-text]").textContent = text;
      budget.setAttribute("aria-valuetext", text);
    });
    budget.addEventListener("change", () => applyFilters(form, 50));
  }
  form.addEventListener("change", (event) => {
    if (event.target.matches("[type=checkbox]")) applyFilters(form, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    applyFilters(form, 0);
  });
  const filters = listing.querySelector(".filters");
  const done = listing.querySelector("[data-filters-done]");
  done?.addEventListener("click", () => {
    filters.classList.remove("is-open");
    document.querySelector('.m-head a[href="#filters"]').focus();
  });
}

document.querySelector('.m-head a[href="#filters"]')?.addEventListener("click", (event) => {
  event.preventDefault();
  const filters = listing.querySelector(".filters");
  filters.classList.add("is-open");
  filters.querySelector("a, input, button").focus();
});
document.addEventListener("keydown", (event) => {
  const filters = listing.querySelector(".filters.is-open");
  if (event.key === "Escape" && filters) {
    filters.classList.remove("is-open");
    document.querySelector('.m-head a[href="#filters"]').focus();
  }
});

prepare();
poll();
