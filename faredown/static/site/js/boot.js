document.documentElement.classList.replace("no-js", "has-js");
