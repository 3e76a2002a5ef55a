// Rooms, adults, children and each child's age, without a round trip.

const MOST_ROOMS = 9;

function guests(box) {
  const form = box.closest("form");
  const texts = form.querySelector("[data-room-texts]").dataset;
  const rooms = box.querySelector("[data-rooms]");
  const count = box.querySelector("[data-room-count]");
  const add = box.querySelector("[data-add-room]");
  const summary = box.querySelector("[data-guests-text]");

  function ageField(number) {
    const label = document.createElement("label");
    label.append(`${texts.ageOf} ${number}`);
    const select = document.createElement("select");
    select.name = "ages";
    select.required = true;
    select.append(new Option(texts.age, ""));
    for (let age = 0; age <= 17; age += 1) select.append(new Option(String(age), String(age)));
    label.append(select);
    return label;
  }

  function fitAges(room) {
    const ages = room.querySelector("[data-ages]");
    const wanted = Number(room.querySelector("[data-children]").value);
    while (ages.children.length > wanted) ages.lastElementChild.remove();
    while (ages.children.length < wanted) ages.append(ageField(ages.children.length + 1));
  }

  function refresh({ first = false } = {}) {
    const all = [...rooms.querySelectorAll("[data-room]")];
    let adults = 0;
    let children = 0;
    all.forEach((room, at) => {
      room.querySelector("[data-room-number]").textContent = String(at + 1);
      room.querySelector("[data-remove-room]").hidden = all.length === 1;
      adults += Number(room.querySelector("[data-adults]").value);
      children += Number(room.querySelector("[data-children]").value);
    });
    count.value = String(all.length);
    add.disabled = all.length >= MOST_ROOMS;
    // What the server wrote has its language's own plurals; it stands until something changes.
    if (first) return;
    const parts = [`${adults} ${adults === 1 ? texts.adult : texts.adults}`];
    if (children) parts.push(`${children} ${children === 1 ? texts.child : texts.children}`);
    if (all.length > 1) parts.push(`${all.length} ${texts.rooms}`);
    summary.textContent = parts.join(", ");
  }

  box.addEventListener("change", (event) => {
    const room = event.target.closest("[data-room]");
    if (event.target.matches("[data-children]")) fitAges(room);
    refresh();
  });
  add.addEventListener("click", () => {
    const room = rooms.querySelector("[data-room]").cloneNode(true);
    room.querySelector("[data-adults]").value = "2";
    room.querySelector("[data-children]").value = "0";
    fitAges(room);
    rooms.append(room);
    refresh();
    room.querySelector("[data-adults]").focus();
  });
  rooms.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-room]");
    if (!button) return;
    button.closest("[data-room]").remove();
    refresh();
    add.focus();
  });
  box.querySelector("[data-guests-done]").addEventListener("click", () => {
    box.open = false;
    box.querySelector("summary").focus();
  });
  // A missing age inside the closed panel could not be shown by the browser.
  form.addEventListener("invalid", (event) => {
    if (box.contains(event.target)) box.open = true;
  }, true);
  refresh({ first: true });
}

for (const box of document.querySelectorAll("[data-search] [data-guests]")) guests(box);
