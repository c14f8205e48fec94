"use strict";
/* What the keys do, a dialog that tells it, and a link to this page as it is. */
Kit.help = (() => {
  const { html } = Kit.draw;
  const KEYS = [
    ["Space", "run, or pause"], ["n", "one step: one batch"], ["e", "one epoch"], ["r", "start again"],
    ["← →", "at the epoch’s slider: back and forth"], ["1 to 5", "the views"], ["?", "this"],
  ];
  const TYPED = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

  /* A dialog with a heading, shown when it is called for; `make` returns what stands in it. */
  function dialog(title, ...inside) {
    const heading = html("h2", { id: `dialog-${title.toLowerCase().replace(/\W+/g, "-")}` }, title);
    const close = html("button", { type: "button", onclick: () => element.close() }, "Close");
    const element = html("dialog", { "aria-labelledby": heading.id }, heading, ...inside, close);
    element.addEventListener("close", () => element.remove());
    document.body.append(element);
    element.showModal();
    return element;
  }

  function show() {
    dialog("Keys",
      html("dl", {}, ...KEYS.flatMap(([key, words]) => [html("dt", {}, html("kbd", {}, key)), html("dd", {}, words)])),
      html("p", { class: "quiet" }, "The whole state is in the link of this page: “Copy link” hands it on."));
  }

  /* Keys that do something wherever the focus is, but for where one types or a button takes Space. */
  function listen(acts) {
    document.addEventListener("keydown", (event) => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (target.closest?.(TYPED)) return;
      if (key === " " && target.closest?.("button, summary, a, input, [role=button]")) return;
      const act = key >= "1" && key <= "9" ? () => acts.view(Number(key) - 1) : acts[key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  /* Copy the link; where the browser does not let us, show it. */
  async function copyLink(told) {
    const link = location.href;
    try {
      await navigator.clipboard.writeText(link);
      told("The link is copied: it opens this page as it is now.");
    } catch {
      const field = html("input", { type: "text", readonly: true, value: link, "aria-label": "Link" });
      dialog("Link to this page", html("p", {}, field));
      field.select();
    }
  }

  return { copyLink, dialog, listen, show };
})();
