"use strict";
/*
 * A unit's formula with its numbers: the largest terms written out, the rest summed. A term forwards is a
 * button that chooses its weight, one backwards leads to the unit that it comes from.
 */
Kit.unitFormula = (() => {
  const { html } = Kit.draw;
  const { unitName, write } = Kit.parts;
  const SHOWN = 4;
  const number = (value) => Kit.numbers.format(value);
  const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

  /* make(): {element, mean, show(given), choose(heard)}; heard(index) of a weight that was chosen. */
  function make() {
    let [now, heard] = [null, () => {}];
    const into = sum("z =", "Choose this weight", (term) => heard(term.index));
    const back = sum("Σₖ wₖ δₖ =", "Go to this unit", (term) =>
      Kit.state.set({ layer: now.layer + 2, unit: term.index + 1 }),
    );
    const [z, a, slope, delta, direct] = Array.from({ length: 5 }, () => html("p", { class: "math" }));
    const [symbols, ruled] = [html("p", { class: "math" }), html("p", { class: "math" })];
    const element = html(
      "div",
      { class: "formula" },
      html("h4", {}, "Forwards"),
      symbols,
      into.element,
      z,
      a,
      slope,
      html("h4", {}, "Backwards"),
      ruled,
      back.element,
      direct,
      delta,
    );
    const mean = meanOf(
      (index) => heard(index),
      () => now,
    );

    function show(given) {
      now = given;
      const { network, layer, forwards, backwards, weight } = given;
      write(symbols, layer ? "z = Σ wᵢ aᵢ + b" : "z = Σ wᵢ xᵢ + b");
      into.show(forwards.terms, forwards.sum, (index) => unitName(network, layer - 1, index), forwards.bias, weight);
      write(z, `z = ${number(forwards.z)}`);
      const [f, derived] = activationWords(forwards);
      write(a, f);
      write(slope, derived);
      write(ruled, RULES[backwards.rule]);
      const isChain = backwards.rule === "chain";
      back.element.hidden = !isChain;
      if (isChain) {
        back.show(backwards.terms, backwards.sum, (index) => unitName(network, layer + 1, index), null, null);
        write(direct, `δ = ${factor(backwards.sum)} × ${factor(backwards.slope)}`);
      } else write(direct, directWords(backwards));
      write(delta, `δ = ${number(backwards.delta)}`);
      mean.show(given);
    }

    return {
      element,
      mean: mean.element,
      show,
      choose(listener) {
        heard = listener;
      },
    };
  }

  const RULES = {
    chain: "δ = (Σₖ wₖ δₖ) f′(z)",
    difference: "δ = a − y, with the cross-entropy",
    squared: "δ = 2 (a − y) f′(z), with the squared error",
    softmax: "δ = a (g − Σₘ gₘ aₘ), with gₘ = 2 (aₘ − yₘ) / 10",
  };

  function directWords({ rule, a, y, slope }) {
    if (rule === "difference") return `δ = ${number(a)} − ${number(y)}`;
    if (rule === "squared") return `δ = 2 × (${number(a)} − ${number(y)}) × ${factor(slope)}`;
    return `a = ${number(a)}, y = ${number(y)}`;
  }

  function activationWords({ activation, a, slope }) {
    if (activation === "softmax") {
      return [`a = e^z / Σₘ e^(zₘ) = ${number(a)}`, `∂a/∂z = a (1 − a) = ${number(slope)}`];
    }
    const { formula } = Kit.activations[activation];
    return [
      `a = f(z) = ${number(a)}, with f(z) = ${formula}`,
      `f′(z) = ${number(slope)}, which is ${DERIVED[activation]}`,
    ];
  }

  const DERIVED = {
    sigmoid: "a (1 − a)",
    tanh: "1 − a²",
    relu: "1 for z > 0, else 0",
    leaky_relu: "1 for z > 0, else 0.2",
    elu: "1 for z > 0, else a + 1",
    gelu: "Φ(z) + z φ(z)",
    linear: "1",
  };

  /* A sum after `lead`; `title` says what its terms do: {element, show(terms, sum, name(index), bias or null, index of the chosen one)}. */
  function sum(lead, title, choose) {
    const chips = Array.from({ length: SHOWN }, () => chip(title, choose));
    const [rest, constant] = [html("span"), html("span")];
    const element = html(
      "p",
      { class: "math sum" },
      html("span", {}, lead),
      ...chips.map(({ button }, k) => html("span", { class: "summand" }, k ? html("span", {}, "+ ") : "", button)),
      rest,
      constant,
    );
    function show(terms, whole, name, bias, chosen) {
      chips.forEach((one, k) => one.show(terms[k], name, terms[k]?.index === chosen));
      const shown = terms.slice(0, SHOWN).reduce((total, { product }) => total + product, 0);
      const left = Math.max(0, terms.length - SHOWN);
      write(rest, left ? `+ … and ${left} more: ${number(whole - shown)}` : "");
      write(constant, bias === null ? "" : `+ b: ${number(bias)}`);
    }
    return { element, show };
  }

  function chip(title, choose) {
    let term = null;
    const [name, product] = [html("span", { class: "source" }), html("span", {})];
    const button = html(
      "button",
      { type: "button", class: "term", title, onclick: () => choose(term) },
      name,
      " ",
      product,
    );
    function show(given, nameOf, isChosen) {
      term = given;
      button.parentElement.hidden = !given;
      if (!given) return;
      write(name, nameOf(given.index));
      write(product, `${factor(given.weight)} × ${factor(given.value)}`);
      if (isChosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    return { button, show };
  }

  /* The gradient of one weight: this sample's part, and the mean over all. */
  function meanOf(choose, now) {
    const from = Kit.parts.stepper("Weight from", null, (value) => choose(value - 1));
    const [rule, part, mean] = Array.from({ length: 3 }, () => html("p", { class: "math" }));
    const go = html("button", {
      type: "button",
      onclick: () => Kit.state.set({ layer: now().layer, unit: now().weight + 1 }),
    });
    const element = html(
      "div",
      { class: "formula" },
      html("h4", {}, "What its weights learn"),
      html("div", { class: "row" }, from.element, go),
      rule,
      part,
      mean,
    );
    function show({ network, layer, weight, forwards, backwards, all }) {
      const { inSize } = network.layers[layer];
      from.update(weight + 1, inSize);
      const term = forwards.terms.find(({ index }) => index === weight);
      go.hidden = layer === 0;
      if (layer) write(go, `Go to ${unitName(network, layer - 1, weight)}`);
      const [symbol, source] = [layer ? "aᵢ" : "xᵢ", unitName(network, layer - 1, weight)];
      write(rule, `∂L/∂w = mean over samples of ${symbol} δ`);
      write(
        part,
        `This sample: ${symbol} δ = ${factor(term.value)} × ${factor(backwards.delta)} = ${number(term.value * backwards.delta)}`,
      );
      const samples = all && Kit.numbers.count(all.z.length, "sample");
      write(
        mean,
        all
          ? `Mean over ${samples}: ∂L/∂w = ${number(all.gradient[weight])}, for w = ${number(term.weight)} from ${source}`
          : `w = ${number(term.weight)} from ${source}; the mean is being computed`,
      );
    }
    return { element, show };
  }

  return { make };
})();
