// Behaviour every page shares: menus close as expected, forms are sent once, errors take the focus.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open], details[data-guests][open]")) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  // Clicks on nodes that the handler itself just replaced are not outside clicks.
  if (event.target.isConnected) closeMenus(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest("details[open]");
  if (open?.matches("[data-menu], [data-guests]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

// A form that books or pays goes out once; a page shown again from the browser's memory can be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button?.dataset.busy) {
    button.setAttribute("aria-disabled", "true");
    button.querySelector("[data-label]").textContent = button.dataset.busy;
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("[data-once]")) delete form.dataset.sent;
});

document.querySelector("[data-error-summary], .search-errors")?.focus();

for (const select of document.querySelectorAll("select[data-autosubmit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-share]")) {
  button.addEventListener("click", async () => {
    const text = button.dataset.share;
    if (navigator.share) {
      await navigator.share({ text }).catch((error) => {
        if (error.name !== "AbortError") throw error;
      });
      return;
    }
    await navigator.clipboard.writeText(text);
    const label = button.querySelector("[data-label]");
    label.textContent = button.dataset.done;
  });
}
