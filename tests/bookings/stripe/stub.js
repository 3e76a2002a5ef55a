// What our page uses of Stripe.js: fields in a frame of another origin, a name for the card, the bank's question.
(() => {
  const home = new URL("./", document.currentScript.src).href;
  const ask = async (path, told) => {
    const answer = await fetch(`${home}${path}`, { method: "POST", body: JSON.stringify(told) });
    return answer.json();
  };
  window.Stripe = (key) => {
    let number = "";
    return {
      elements: (options) => ({
        create: () => ({
          mount: (box) => {
            const frame = document.createElement("iframe");
            frame.title = `Card, ${options.amount} ${options.currency}, ${options.captureMethod}`;
            frame.src = `${home}frame`;
            box.append(frame);
            window.addEventListener("message", (event) => {
              if (event.source === frame.contentWindow) number = event.data;
            });
          },
        }),
        submit: async () => (number ? {} : { error: { message: "Your card number is incomplete." } }),
      }),
      createPaymentMethod: async () => ({ paymentMethod: await ask("card", { key, number }) }),
      handleNextAction: ({ clientSecret }) => ask("challenge", { clientSecret }),
    };
  };
})();
