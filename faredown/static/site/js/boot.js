document.documentElement.classList.replace("no-js", "has-js");

// Some hotels lack the largest sizes of their pictures: the next smaller one of the srcset is tried, then a placeholder
// takes the place. Here, because a picture may fail before any other script runs.
(() => {
  const blank = `data:image/svg+xml,${encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 64"><path fill="#eef1f5" d="M0 0h96v64H0z"/>'
    + '<path fill="none" stroke="#9aa5b5" stroke-width="2" stroke-linejoin="round" d="M36 22h24v20H36zl8 0m-8 16 7-7 5 5 4-4 8 8"/></svg>',
  )}`;
  const sizes = (image) => image.srcset.split(", ").filter(Boolean)
    .map((entry) => entry.split(" "))
    .sort((one, other) => parseInt(other[1], 10) - parseInt(one[1], 10))
    .map(([url]) => url);

  document.addEventListener("error", ({ target: image }) => {
    if (!(image instanceof HTMLImageElement) || image.src === blank) return;
    const left = image.dataset.smaller === undefined ? sizes(image) : image.dataset.smaller.split(" ").filter(Boolean);
    const rest = left.slice(left.indexOf(image.currentSrc) + 1);
    image.removeAttribute("srcset");
    image.src = rest[0] ?? blank;
    image.dataset.smaller = rest.slice(1).join(" ");
  }, true);
})();
