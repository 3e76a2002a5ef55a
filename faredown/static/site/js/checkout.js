// The quote's remaining time, the guest's own clock, and a booking that is still being confirmed.

const language = document.documentElement.lang || "en";

function countdown(box) {
  const ends = new Date(box.dataset.countdown).getTime();
  const text = box.querySelector("[data-countdown-text]");
  const digits = new Intl.NumberFormat(language, { minimumIntegerDigits: 2 });
  const tick = () => {
    const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
    text.textContent = left ? `${box.dataset.text} ${digits.format(Math.floor(left / 60))}:${digits.format(left % 60)}` : box.dataset.over;
    box.classList.toggle("is-over", !left);
    if (!left) {
      box.setAttribute("role", "alert");
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

function guestClocks() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  for (const node of document.querySelectorAll("[data-instant]")) {
    if (node.dataset.zone !== own) node.textContent = `= ${format.format(new Date(node.dataset.instant))} ${node.dataset.your}`;
  }
}

async function untilDecided(node) {
  const { statusUrl, status } = node.dataset;
  let wait = 1000;
  for (;;) {
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 1.3, 8000);
    try {
      const answer = await fetch(statusUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok && (await answer.json()).status !== status) {
        location.reload();
        return;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

const box = document.querySelector("[data-countdown]");
if (box) countdown(box);
guestClocks();
const waiting = document.querySelector("[data-status-url]");
if (waiting) untilDecided(waiting);
