// The card is typed into the provider's own fields; what comes to us is its name for the card. A bank's question is asked
// by the provider's script, too.

function provider(box) {
  if (window.Stripe) return window.Stripe(box.dataset.key, { locale: box.dataset.language });
  tell(box, box.dataset.away);
  return null;
}

function tell(box, text) {
  const line = box.querySelector("[data-card-error]");
  line.textContent = text;
  line.hidden = !text;
}

// Runs `ask` before the form is sent. It answers what went wrong, or nothing: then the form goes out.
function before(form, box, ask) {
  let asking = false;
  let ready = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return;
    asking = true;
    tell(box, "");
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    const problem = await ask();
    button?.removeAttribute("aria-busy");
    asking = false;
    if (problem) {
      tell(box, problem);
      return;
    }
    ready = true;
    form.requestSubmit(button);
  }, { capture: true });
}

function card(box) {
  const stripe = provider(box);
  if (!stripe) return;
  const form = box.closest("form");
  const elements = stripe.elements({
    mode: "payment",
    amount: Number(box.dataset.amount),
    currency: box.dataset.currency,
    captureMethod: "manual",
    paymentMethodTypes: ["card"],
    paymentMethodCreation: "manual",
  });
  elements.create("payment").mount(box.querySelector("[data-card-fields]"));
  before(form, box, async () => {
    const checked = await elements.submit();
    if (checked.error) return checked.error.message;
    const made = await stripe.createPaymentMethod({ elements });
    if (made.error) return made.error.message;
    form.elements.namedItem("token").value = made.paymentMethod.id;
    return "";
  });
}

// Whatever the bank said, the form is sent: we ask the provider how the payment stands.
function challenge(box) {
  const stripe = provider(box);
  if (!stripe) return;
  before(box.closest("form"), box, async () => {
    await stripe.handleNextAction({ clientSecret: box.dataset.challenge });
    return "";
  });
}

const fields = document.querySelector("[data-card]");
if (fields) card(fields);
const question = document.querySelector("[data-challenge]");
if (question) challenge(question);
