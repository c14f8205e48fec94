"use strict";
/* The link: which image, layer and value, which way. What a link holds is a stranger's word, and checked.

   Also here: parts of the page that are drawn anew keep what had the focus. */
Kit.layerLink = (() => {
  const whole = (text, count) => {
    const number = Number(text);
    return text !== null && /^\d{1,9}$/.test(text) && number >= 1 && number <= count ? number - 1 : null;
  };

  /* The state that the link names, as far as there is such an image, layer and value. */
  function read(network, count, text = location.hash) {
    const given = new URLSearchParams(text.replace(/^#/, "").slice(0, 2000));
    const found = {
      image: whole(given.get("image"), count) || 0,
      backwards: given.get("way") === "backwards",
    };
    if (["light", "dark"].includes(given.get("theme"))) found.theme = given.get("theme");
    if (["z", "delta"].includes(given.get("show"))) found.quantity = given.get("show");
    const layer =
      given.get("layer") === null
        ? null
        : network.steps.findIndex((step) => step.name === given.get("layer"));
    if (layer === null || layer < 0) return found;
    const index = whole(
      given.get("value"),
      network.steps[layer].shape.reduce((m, n) => m * n, 1),
    );
    return index === null ? found : { ...found, layer, index };
  }

  function fragment(state, network) {
    const parts = new URLSearchParams();
    if (state.image) parts.set("image", state.image + 1);
    if (state.quantity !== "activation") parts.set("show", state.quantity);
    if (state.theme !== "auto") parts.set("theme", state.theme);
    if (state.layer !== null && state.layer >= 0) {
      parts.set("layer", network.steps[state.layer].name);
      parts.set("value", state.index + 1);
      if (state.backwards) parts.set("way", "backwards");
    }
    return parts.toString();
  }

  return { read, fragment };
})();

Kit.layerFocus = (() => {
  /* Put children in the place of what an element held; the focus stays on what has the same data-focus. */
  function replaced(host, children) {
    const held = host.contains(document.activeElement) ? document.activeElement : null;
    const name = held && held.dataset.focus;
    const { scrollTop } = host;
    host.replaceChildren(...children.filter(Boolean));
    host.scrollTop = scrollTop;
    if (!held) return;
    const again = name && host.querySelector(`[data-focus="${name}"]`);
    const next = again && !again.disabled ? again : host.querySelector("[data-focus]:not(:disabled)");
    if (next) next.focus({ preventScroll: true });
  }

  return { replaced };
})();
