// A running sync is asked how far it is; what changed is written into the page, which also reads well without this.

const ASK_MS = 2500;
const SLOWEST_MS = 30000;

function cellOf(value, first) {
  if (Array.isArray(value)) {
    const cell = document.createElement("td");
    const list = document.createElement("ul");
    list.className = "bo-samples";
    list.append(...value.map((sample) => Object.assign(document.createElement("li"), { textContent: sample })));
    cell.append(list);
    return cell;
  }
  const cell = document.createElement(first ? "th" : "td");
  if (first) cell.scope = "row";
  else cell.className = "bo-number";
  cell.textContent = value;
  return cell;
}

function rowOf(cells) {
  const row = document.createElement("tr");
  row.append(...cells.map((value, place) => cellOf(value, place === 0)));
  return row;
}

class Board {
  constructor(root) {
    this.root = root;
    this.shown = {};
    this.wait = ASK_MS;
    this.later();
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), this.wait);
  }

  async ask() {
    clearTimeout(this.timer);
    if (document.hidden || this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.root.dataset.url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.json());
      this.wait = ASK_MS;
      this.lost(false);
    } catch {
      this.wait = Math.min(SLOWEST_MS, this.wait * 2);
      this.lost(true);
    } finally {
      this.asking = false;
      this.later();
    }
  }

  lost(isLost) {
    this.root.querySelector("[data-lost]").hidden = !isLost;
  }

  show(board) {
    // Another status offers other buttons.
    if (board.status !== this.root.dataset.status) return location.reload();
    for (const [name, text] of Object.entries(board.texts)) this.text(name, text);
    for (const name of ["stage", "records"]) this.bar(name, board[name]);
    for (const [name, rows] of Object.entries(board.tables)) this.table(name, rows);
  }

  text(name, text) {
    const place = this.root.querySelector(`[data-text="${name}"]`);
    if (!place || place.textContent === text) return;
    place.textContent = text;
    if (name === "notice") place.hidden = !text;
  }

  bar(name, { value, max }) {
    const bar = this.root.querySelector(`[data-bar="${name}"]`);
    bar.max = max || 1;
    bar.value = value;
  }

  table(name, rows) {
    const fresh = JSON.stringify(rows);
    if (this.shown[name] === fresh) return;
    this.shown[name] = fresh;
    this.root.querySelector(`[data-table="${name}"]`).replaceChildren(...rows.map(rowOf));
    this.root.querySelector(`[data-none="${name}"]`).hidden = rows.length > 0;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const root = document.querySelector("[data-sync][data-url]");
  if (root) new Board(root);
});
