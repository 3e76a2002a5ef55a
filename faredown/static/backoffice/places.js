// Zones of a destination come when they are asked for. Without this the destination's page lists them.

async function load(button) {
  const answer = await fetch(button.dataset.zones, { redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
  const piece = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  button.closest("li").append(piece);
  return piece;
}

async function toggle(button) {
  const item = button.closest("li");
  let zones = item.querySelector(".bo-zones");
  if (zones) {
    zones.hidden = !zones.hidden;
  } else {
    button.disabled = true;
    try {
      zones = await load(button);
    } catch {
      location.assign(item.querySelector("a").href);
      return;
    } finally {
      button.disabled = false;
    }
  }
  button.setAttribute("aria-expanded", String(!zones.hidden));
}

for (const button of document.querySelectorAll("[data-zones]")) {
  button.hidden = false;
  button.addEventListener("click", () => toggle(button));
}
