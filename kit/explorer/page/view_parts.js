"use strict";
/* What views share that look at one layer, unit and sample: pickers, names, a clock for long work. */
Kit.parts = (() => {
  const { html } = Kit.draw;
  const BELOW = "₀₁₂₃₄₅₆₇₈₉";

  /* 12 as ₁₂. */
  const lowered = (number) => [...String(number)].map((one) => BELOW[one]).join("");

  /* What is chosen, within this network and these data: indices from 0. */
  function chosen({ network, data }, settings) {
    const within = (setting, count) => Math.min(Math.max(1, settings[setting]), count) - 1;
    const layer = within("layer", network.layers.length);
    return {
      layer,
      unit: within("unit", network.layers[layer].outSize),
      sample: within("sample", data.n),
    };
  }

  /* "h1", "output". */
  const layerName = (network, layer) =>
    layer === network.layers.length - 1 ? "output" : network.layers[layer].name;

  /* "h1 unit 7", "output" of one unit, "x₃" before the first layer. */
  function unitName(network, layer, unit) {
    if (layer < 0) return `x${lowered(unit + 1)}`;
    const isOnlyOne = network.layers[layer].outSize === 1;
    return isOnlyOne ? layerName(network, layer) : `${layerName(network, layer)} unit ${unit + 1}`;
  }

  /* y of one sample as (outputs) numbers: y is (n, outputs), or (n) classes. */
  function target({ y, n }, sample, outputs) {
    if (y.length === n * outputs) return y.slice(sample * outputs, (sample + 1) * outputs);
    return Float32Array.from({ length: outputs }, (_, k) => Number(k === y[sample]));
  }

  /* The class of a sample, from 0. */
  function classOf(data, sample, outputs) {
    const y = target(data, sample, outputs);
    return outputs === 1 ? Number(y[0] > 0.5) : Kit.losses.largest(y, 0, outputs);
  }

  /*
   * A number with a button before and one after it, for a setting that counts from 1:
   * {element, update(value, count)}. `change(value)` hears of it; without one the setting is set.
   */
  function stepper(label, setting, change = (value) => Kit.state.set({ [setting]: value })) {
    let [now, most] = [1, 1];
    const go = (value) => {
      const within = Math.min(most, Math.max(1, Math.round(Number(value)) || now));
      input.value = within;
      if (within !== now) change(within);
    };
    const input = html("input", {
      type: "number", min: 1, inputmode: "numeric", "aria-label": label, onchange: () => go(input.value),
    });
    const word = label.toLowerCase();
    const button = (text, step, name) =>
      html("button", { type: "button", "aria-label": `${name} ${word}`, onclick: () => go(now + step) }, text);
    const [before, after] = [button("‹", -1, "Previous"), button("›", 1, "Next")];
    const total = html("span", { class: "of" });
    const element = html("div", { class: "stepper", role: "group", "aria-label": label },
      html("span", { class: "name", "aria-hidden": "true" }, label), before, input, after, total);
    function update(value, count) {
      [now, most] = [value, count];
      input.max = count;
      if (document.activeElement !== input || Number(input.value) !== value) input.value = value;
      setDisabled(before, value <= 1);
      setDisabled(after, value >= count);
      write(total, `of ${count.toLocaleString("en")}`);
    }
    return { element, update };
  }

  /* A button that goes off under the finger keeps the focus where it is. */
  function setDisabled(button, off) {
    button.setAttribute("aria-disabled", String(off));
  }

  /* The layers of the network to choose from: {element, update(network, layer)}. */
  function layerPicker() {
    let names = "";
    const list = html("select", {
      "aria-label": "Layer", onchange: () => Kit.state.set({ layer: Number(list.value) }),
    });
    const element = html("div", { class: "stepper" },
      html("span", { class: "name", "aria-hidden": "true" }, "Layer"), list);
    function update(network, layer) {
      const wanted = network.layers.map((_, k) => layerName(network, k));
      if (wanted.join() !== names) {
        names = wanted.join();
        list.replaceChildren(...wanted.map((text, k) => html("option", { value: k + 1 }, text)));
      }
      list.value = layer + 1;
    }
    return { element, update };
  }

  /* Text of an element, touched only where it changes. */
  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /*
   * Work in slices between pictures: start(step, done) runs step() -> whether it is finished again and
   * again, some `milliseconds` a picture; a new start ends the one before.
   */
  function slices(milliseconds) {
    let wanted = 0;
    let isBusy = false;
    function start(step, done) {
      const mine = (wanted += 1);
      isBusy = true;
      const go = () => {
        if (mine !== wanted) return;
        const until = performance.now() + milliseconds;
        let isDone = step();
        while (!isDone && performance.now() < until) isDone = step();
        if (!isDone) return void requestAnimationFrame(go);
        isBusy = false;
        done();
      };
      go();
    }
    const stop = () => {
      wanted += 1;
      isBusy = false;
    };
    return { start, stop, get busy() { return isBusy; } };
  }

  /* Calls redraw when the page turns light or dark, or its width changes; returns what ends it. */
  function watch(host, redraw) {
    const themes = new MutationObserver(redraw);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    let width = host.clientWidth;
    const sizes = new ResizeObserver(() => {
      if (host.clientWidth === width) return;
      width = host.clientWidth;
      redraw();
    });
    sizes.observe(host);
    return () => {
      themes.disconnect();
      sizes.disconnect();
    };
  }

  return { chosen, classOf, layerName, layerPicker, lowered, slices, stepper, target, unitName, watch, write };
})();
