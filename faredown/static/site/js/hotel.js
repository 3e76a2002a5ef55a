// The hotel page: tab marker, photo viewer, the guest's own clock, the sum of chosen rooms, rooms that come late.

const language = document.documentElement.lang || "en";

function icon(name) {
  const sprite = document.querySelector("use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon icon-flip");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function markTabs(nav) {
  const links = new Map([...nav.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  for (const id of links.keys()) {
    const part = document.getElementById(id);
    if (part) seen.observe(part);
  }
}

function viewer(gallery) {
  const links = [...gallery.querySelectorAll("a.mosaic-item")];
  const texts = gallery.dataset;
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.setAttribute("aria-label", texts.label);
  const image = document.createElement("img");
  const place = document.createElement("p");
  place.setAttribute("aria-live", "polite");
  const button = (css, label, name, act) => {
    const node = document.createElement("button");
    node.type = "button";
    node.className = css;
    node.setAttribute("aria-label", label);
    node.append(icon(name));
    node.addEventListener("click", act);
    return node;
  };
  let at = 0;
  let back = null;
  const show = (index) => {
    at = (index + links.length) % links.length;
    const small = links[at].querySelector("img");
    delete image.dataset.smaller;
    image.srcset = small.srcset;
    image.sizes = "100vw";
    image.src = small.srcset ? links[at].href : small.src;
    image.alt = small.alt;
    place.textContent = `${at + 1} / ${links.length}`;
  };
  const previous = button("viewer-previous", texts.previous, "arrow-back", () => show(at - 1));
  const next = button("viewer-next", texts.next, "chevron-right", () => show(at + 1));
  dialog.append(image, place, previous, next, button("viewer-close", texts.close, "close", () => dialog.close()));
  document.body.append(dialog);
  const open = (index, from) => {
    back = from;
    show(index);
    dialog.showModal();
    next.focus();
  };
  links.forEach((link, index) => link.addEventListener("click", (event) => {
    event.preventDefault();
    open(index, link);
  }));
  gallery.querySelector("[data-gallery-all]")?.addEventListener("click", (event) => open(0, event.currentTarget));
  dialog.addEventListener("close", () => back?.focus());
  dialog.addEventListener("keydown", (event) => {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key === forward) show(at + 1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") show(at - 1);
  });
  let startX = null;
  dialog.addEventListener("pointerdown", (event) => { startX = event.target === image ? event.clientX : null; });
  dialog.addEventListener("pointerup", (event) => {
    if (startX === null) return;
    const moved = event.clientX - startX;
    if (Math.abs(moved) > 40) show(at + (moved < 0 ? 1 : -1));
    startX = null;
  });
}

// A deadline is the hotel's; the guest reads it on their own clock as well, where that differs.
function guestClocks(root) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  for (const node of root.querySelectorAll("[data-instant]")) {
    if (node.dataset.zone === own) continue;
    node.textContent = `= ${format.format(new Date(node.dataset.instant))} ${node.dataset.your}`;
  }
}

function sumChoice(form) {
  const output = form.querySelector("[data-choose-total]");
  const format = new Intl.NumberFormat(language, { style: "currency", currency: output.dataset.currency });
  const scale = 10 ** Number(output.dataset.digits);
  const sum = () => {
    let minor = 0;
    for (const radio of form.querySelectorAll("[data-amount]:checked")) minor += Math.round(Number(radio.dataset.amount) * scale);
    output.textContent = format.format(minor / scale);
  };
  form.addEventListener("change", sum);
  sum();
}

async function lateRooms(section) {
  let waits = 0;
  while (section.dataset.offersRunning && waits < 40) {
    await new Promise((done) => setTimeout(done, 800));
    waits += 1;
    const answer = await fetch(section.dataset.offersRunning, { cache: "no-store" });
    if (!answer.ok) return;
    if (!(await answer.json()).complete) continue;
    // The page carries the cheapest box and the rates alike: take it whole.
    location.reload();
    return;
  }
}

const tabs = document.querySelector("[data-tabs]");
if (tabs) markTabs(tabs);
const gallery = document.querySelector("[data-gallery]");
if (gallery) viewer(gallery);
const choose = document.querySelector("[data-choose]");
if (choose) sumChoice(choose);
guestClocks(document);
const late = document.querySelector("[data-offers-running]");
if (late) lateRooms(late);
