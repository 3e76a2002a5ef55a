// Pans and zooms the map of results. Every window is drawn by the server, as without this script; what is dragged moves
// at once and is drawn anew when it is let go.

const WORLD = 256;
const FARTHEST_LATITUDE = 85.05;
const ZOOMS = 20;
const A_DRAG = 4;
const listing = document.querySelector("[data-listing]");
let map = null;
let view = null;
let moved = false;
let drawing = null;
let size = "";

function read() {
  map = listing.querySelector("[data-map]");
  if (!map) return;
  const [latitude, longitude, zoom] = map.dataset.at.split(",").map(Number);
  view = { latitude, longitude, zoom };
}

const frame = () => map.querySelector("[data-map-frame]");
const layer = () => map.querySelector("[data-map-layer]");
const at = () => `${view.latitude.toFixed(6)},${view.longitude.toFixed(6)},${view.zoom}`;

function room() {
  const box = frame().getBoundingClientRect();
  return `${Math.min(2000, Math.max(200, Math.round(box.width)))}x${Math.min(2000, Math.max(200, Math.round(box.height)))}`;
}

function shift(right, down) {
  const world = WORLD * 2 ** view.zoom;
  const sine = Math.sin((view.latitude * Math.PI) / 180);
  const x = ((view.longitude + 180) / 360) * world + right;
  const y = Math.min(world, Math.max(0, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world + down));
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / world))) * 180) / Math.PI;
  view.latitude = Math.min(FARTHEST_LATITUDE, Math.max(-FARTHEST_LATITUDE, latitude));
  view.longitude = ((((x / world) * 360) % 360) + 360) % 360 - 180;
}

function remember() {
  const rewrite = (address) => {
    const url = new URL(address, location.href);
    if (moved) url.searchParams.set("at", at());
    else url.searchParams.delete("at");
    return url.pathname + url.search;
  };
  history.replaceState(null, "", rewrite(location.href));
  for (const link of listing.querySelectorAll(".sorts a, .pager a, .view-switch a")) link.href = rewrite(link.href);
  const form = listing.querySelector("[data-filters]");
  const field = form.elements.at ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "at" }));
  if (moved) field.value = at();
  else field.remove();
}

function focusKey() {
  const focused = document.activeElement;
  if (!map.contains(focused)) return null;
  return (node) => (focused.dataset.at && node.dataset.at === focused.dataset.at) || (focused.dataset.hotel && node.dataset.hotel === focused.dataset.hotel);
}

async function draw({ base = map.dataset.url } = {}) {
  drawing?.abort();
  drawing = new AbortController();
  const url = new URL(base, location.href);
  size = room();
  url.searchParams.set("size", size);
  if (moved) url.searchParams.set("at", at());
  else url.searchParams.delete("at");
  map.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(url, { signal: drawing.signal });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof TypeError)) throw error;
    map.removeAttribute("aria-busy"); // offline for a moment: what is drawn stays
    return;
  }
  if (!answer.ok) {
    location.reload();
    return;
  }
  put(await answer.text());
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-map]");
  const same = focusKey();
  map.replaceWith(fresh);
  read();
  if (same) ([...map.querySelectorAll("a")].find(same) ?? map.querySelector('[data-at="closer"], [data-at="farther"]'))?.focus({ preventScroll: true });
  remember();
}

function follow(link) {
  const given = new URL(link.href).searchParams.get("at");
  moved = Boolean(given);
  if (given) {
    const [latitude, longitude, zoom] = given.split(",").map(Number);
    view = { latitude, longitude, zoom };
  }
  draw();
}

function zoomBy(steps, right = 0, down = 0) {
  const zoom = Math.min(ZOOMS, Math.max(0, view.zoom + steps));
  if (zoom === view.zoom) return;
  // What lies under the pointer stays under it.
  const kept = 1 - 2 ** (view.zoom - zoom);
  shift(right * kept, down * kept);
  view.zoom = zoom;
  moved = true;
  draw();
}

function fromMiddle(event) {
  const box = frame().getBoundingClientRect();
  return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
}

// --- A hotel of the map and its card in the list -----------------------------------------------------------------------

function show(bubble) {
  const card = map.querySelector("[data-map-card]");
  for (const shown of listing.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
  card.hidden = !bubble;
  if (!bubble) return;
  const [name, total, note] = card.children;
  name.textContent = bubble.dataset.name;
  total.textContent = bubble.textContent;
  note.textContent = bubble.dataset.note ?? "";
  bubble.classList.add("is-shown");
  document.getElementById(`h-${bubble.dataset.hotel}`)?.classList.add("is-shown");
}

const bubbleOf = (node) => node.closest?.(".bubble[data-hotel]");
for (const name of ["pointerover", "focusin"]) {
  listing.addEventListener(name, (event) => {
    if (!map) return;
    const bubble = bubbleOf(event.target);
    const id = event.target.closest?.(".hotel[id]")?.id.slice(2);
    const wanted = bubble ?? (id && map.querySelector(`.bubble[data-hotel="${CSS.escape(id)}"]`));
    if (wanted) show(wanted);
    else if (event.pointerType !== "touch") show(null);
  });
}

// --- Pointer, wheel, keys ----------------------------------------------------------------------------------------------

const held = new Map();
let dragged = { right: 0, down: 0 };
let spread = 0;
let wasDragged = false;

const distance = () => {
  const [one, other] = [...held.values()];
  return Math.hypot(one.x - other.x, one.y - other.y);
};

listing.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.("[data-map-picture]") || event.button) return;
  if (!held.size) {
    dragged = { right: 0, down: 0 };
    wasDragged = false;
  }
  held.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (held.size === 2) spread = distance();
});

addEventListener("pointermove", (event) => {
  const last = held.get(event.pointerId);
  if (!last) return;
  if (held.size === 1) {
    dragged.right += event.clientX - last.x;
    dragged.down += event.clientY - last.y;
  }
  held.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (Math.hypot(dragged.right, dragged.down) < A_DRAG && held.size === 1) return;
  wasDragged = true;
  map.querySelector("[data-map-picture]").classList.add("is-held");
  layer().setAttribute("transform", `translate(${dragged.right} ${dragged.down})`);
});

for (const name of ["pointerup", "pointercancel"]) {
  addEventListener(name, (event) => {
    if (!held.has(event.pointerId)) return;
    const steps = held.size === 2 && spread ? Math.round(Math.log2(distance() / spread)) : 0;
    held.delete(event.pointerId);
    if (steps) {
      spread = 0;
      shift(-dragged.right, -dragged.down);
      dragged = { right: 0, down: 0 };
      zoomBy(steps);
    }
    if (held.size || !wasDragged) return;
    map.querySelector("[data-map-picture]").classList.remove("is-held");
    if (!dragged.right && !dragged.down) return;
    shift(-dragged.right, -dragged.down);
    moved = true;
    draw();
  });
}

listing.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("[data-map-picture]")) event.preventDefault();
});

listing.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-map] a");
  if (!link) return;
  if (wasDragged && link.classList.contains("bubble")) {
    event.preventDefault();
    wasDragged = false;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("at" in link.dataset) {
    event.preventDefault();
    follow(link);
  } else if (event.pointerType === "touch" && !link.classList.contains("was-touched")) {
    // The first touch tells the hotel's name, the second opens it.
    event.preventDefault();
    for (const other of map.querySelectorAll(".was-touched")) other.classList.remove("was-touched");
    link.classList.add("was-touched");
    show(link);
  }
});

listing.addEventListener("dblclick", (event) => {
  if (event.target.closest?.("[data-map-picture]") && !event.target.closest("a")) zoomBy(1, ...fromMiddle(event));
});

let wheeled = 0;
listing.addEventListener(
  "wheel",
  (event) => {
    // With Ctrl, as a pinch on a trackpad comes: a plain wheel goes on scrolling the page.
    if (!event.ctrlKey || !event.target.closest?.("[data-map-picture]")) return;
    event.preventDefault();
    if (event.timeStamp - wheeled < 250) return;
    wheeled = event.timeStamp;
    zoomBy(event.deltaY < 0 ? 1 : -1, ...fromMiddle(event));
  },
  { passive: false },
);

const KEYS = { "+": "closer", "=": "closer", "-": "farther", ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", 0: "whole" };
listing.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("[data-map]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") show(null);
  const link = map.querySelector(`[data-at="${KEYS[event.key] ?? "none"}"]`);
  if (!link) return;
  event.preventDefault();
  follow(link);
});

// --- The list is drawn anew while suppliers answer and when filters change ------------------------------------------------

listing.addEventListener("listing:swapped", (event) => {
  if (!listing.querySelector("[data-map]")) return;
  const stale = map.dataset.version !== event.detail.version;
  if (stale) draw({ base: event.detail.url });
  remember();
});

read();
moved = Boolean(map.dataset.moved);
let later = 0;
new ResizeObserver(() => {
  clearTimeout(later);
  later = setTimeout(() => {
    if (room() !== size) draw();
  }, size ? 200 : 0);
}).observe(listing);
