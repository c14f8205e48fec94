"use strict";
/* Light or dark, as the system has it or as was chosen by a button, the same on all pages. */
Kit.theme = (() => {
  const DARK = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  /* `get()` is "auto", "light" or "dark", `set(theme)` keeps another, `painted()` hears of new colours.
     Returns {button, paint}. */
  function make({ get, set, painted }) {
    const other = () => (root.dataset.theme === "dark" ? "light" : "dark");
    const button = Kit.draw.html("button", {
      type: "button", id: "theme", "aria-label": "Dark colours", onclick: () => set(other()),
    }, "Dark");

    function paint() {
      const dark = get() === "auto" ? DARK.matches : get() === "dark";
      root.dataset.theme = dark ? "dark" : "light";
      button.setAttribute("aria-pressed", String(dark));
      painted?.();
    }
    DARK.addEventListener("change", paint);
    return { button, paint };
  }

  return { make };
})();
