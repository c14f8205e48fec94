"use strict";
/* How one value came about and where its gradient goes, drawn: grids of numbers and a sum. */
Kit.layerValue = (() => {
  const { html } = Kit.draw;
  const { number, signed, grid, formula, note, chooser, partsList, termTable, SHOWN } = Kit.layerGrids;
  /* What an activation makes of z, in numbers. */
  function activationLine(step, { z, a }) {
    const activation = Kit.layerActivations.of(step.activation);
    if (activation.plain) return formula(`a = z = ${number(a)}`);
    return formula(
      html("b", {}, `a = ${number(a)}`),
      ` = ${activation.label}(${number(z)})`,
      html("span", { class: "quiet" }, ` : ${activation.formula}`),
    );
  }

  const outside = (one) => (one.input < 0 ? "outside" : null);
  const mapWords = ({ parts, before, chosen }) => (parts.length > 1 ? `${before}, map ${chosen + 1}` : before);

  function convolutionForwards(context) {
    const { step, x, index, chosen, value } = context;
    const patch = Kit.layerTerms.cellsOf(step, x, index, chosen);
    return [
      sumLine(value),
      activationLine(step, value),
      chooser(context),
      html(
        "div",
        { class: "grids" },
        grid(`patch x: ${mapWords(context)}`, patch, (one) => one.x, outside),
        grid("kernel w", patch, (one) => one.w),
        grid(`products x·w, together ${number(patch.sum)}`, patch, (one) => one.product, outside),
      ),
      patch.cells.some((one) => one.input < 0) ? note("Grey: outside of the image, where x is 0.") : null,
      partsList(context),
    ];
  }

  const sumLine = (value) =>
    formula("z = Σ x·w + b = ", number(value.sum), ` ${signed(value.bias)}`, " = ", html("b", {}, number(value.z)));

  function convolutionBackwards(context) {
    const { step, x, index, chosen, gradient, back } = context;
    const patch = Kit.layerTerms.cellsOf(step, x, index, chosen);
    const { delta } = gradient;
    return [
      ...arriving(context),
      chooser(context),
      html(
        "div",
        { class: "grids" },
        delta
          ? grid(`δ·w: what ${mapWords(context)} receives of it`, patch, (one) =>
              one.input < 0 ? null : delta * one.w,
            )
          : null,
        delta ? grid("δ·x: what it adds to ∂cost/∂w", patch, (one) => delta * one.x, outside) : null,
        grid("∂cost/∂w, from all places of the map", patch, (one) => back.kernel[one.weight]),
      ),
      biasLine(context),
    ];
  }

  const biasLine = ({ step, index, back, gradient }) =>
    step.bias
      ? formula(
          `∂cost/∂b = ${number(back.bias[index % step.bias.length])}`,
          step.shape.length === 3
            ? html("span", { class: "quiet" }, ` from all places; from this one δ = ${number(gradient.delta)}`)
            : null,
        )
      : null;

  /* The first lines of every way back: what arrives, the slope, δ. */
  function arriving({ step, gradient, last, next }) {
    const { received, slope, delta } = gradient;
    const source = last ? "the cost" : "the layers after it";
    if (delta === null)
      return [
        formula(html("b", {}, `∂cost/∂a = ${number(received)}`), html("span", { class: "quiet" }, ` from ${source}`)),
      ];
    if (slope === null) {
      return [
        formula(html("b", {}, `δ = ∂cost/∂z = ${number(delta)}`)),
        note(
          last
            ? "Softmax and cross-entropy together: δ = a − y, with y = 1 for the right class, else 0."
            : "Softmax looks at all units at once.",
        ),
      ];
    }
    return [
      formula(`∂cost/∂a = ${number(received)}`, html("span", { class: "quiet" }, ` from ${source}`)),
      formula(
        "δ = ∂cost/∂z = ∂cost/∂a · f′(z) = ",
        number(received),
        " · ",
        number(slope),
        " = ",
        html("b", {}, number(delta)),
      ),
      received === 0 && next && next.op === "largest"
        ? note(`${next.name} took another value, a larger one: the cost does not depend on this one.`)
        : null,
      slope === 0 ? note("The slope is 0 here: nothing passes to the layers before.") : null,
    ];
  }

  function denseForwards(context) {
    const { step, terms, value } = context;
    const shown = terms.slice(0, SHOWN).reduce((sum, one) => sum + one.product, 0);
    const rest = value.sum - shown;
    return [
      sumLine(value),
      activationLine(step, value),
      termTable(
        context,
        ["x", "w", "x·w"],
        (one) => [one.x, one.w, one.product],
        (one) => Math.abs(one.product),
      ),
      terms.length > SHOWN
        ? note(
            `These add up to ${number(shown)}, the other ${(terms.length - SHOWN).toLocaleString("en")} to ${number(rest)}.`,
          )
        : null,
    ];
  }

  function denseBackwards(context) {
    const { gradient, back } = context;
    const { delta } = gradient;
    const row = (one) => [delta * one.w, one.x, back.kernel[one.weight]];
    return [
      ...arriving(context),
      termTable(context, ["receives δ·w", "x", "∂cost/∂w = δ·x"], row, (one) => Math.abs(delta * one.w)),
      biasLine(context),
    ];
  }

  function poolingForwards(context) {
    const { step, result, x, index, value, before, previous } = context;
    const window = Kit.layerTerms.windowCells(step, result, x, index);
    const best = step.op === "largest";
    return [
      formula(
        html("b", {}, `a = ${number(value.a)}`),
        best ? ": the largest of the window, from " : `: the mean of ${window.count} values`,
        best ? previous(result.winner[index]) : null,
      ),
      html(
        "div",
        { class: "grids" },
        grid(
          `window of ${before}`,
          window,
          (one) => one.x,
          (one) => (one.wins ? "wins" : null),
        ),
      ),
    ];
  }

  function poolingBackwards(context) {
    const { step, result, x, index, gradient, before } = context;
    const window = Kit.layerTerms.windowCells(step, result, x, index);
    const best = step.op === "largest";
    const share = (one) =>
      one.input < 0 ? null : best ? (one.wins ? gradient.received : 0) : gradient.received / window.count;
    return [
      ...arriving(context),
      html(
        "div",
        { class: "grids" },
        grid(`what ${before} receives of it`, window, share, (one) => (one.wins ? "wins" : null)),
      ),
      note(
        best
          ? "All of it goes to the largest; the others did not matter."
          : `Each of the ${window.count} values receives the same share.`,
      ),
    ];
  }

  function scaleLines({ step, x, index, value }) {
    const k = index % step.scale.length;
    const { parts } = step;
    if (!parts)
      return [
        formula(
          `a = ${number(step.scale[k])} · ${number(x[index])} ${signed(step.shift[k])} = `,
          html("b", {}, number(value.a)),
        ),
      ];
    return [
      formula("a = γ (x − μ) / σ + β"),
      formula(
        `= ${number(parts.gamma[k])} · (${number(x[index])} ${signed(-parts.mean[k])}) / ${number(parts.deviation[k])} ${signed(parts.beta[k])} = `,
        html("b", {}, number(value.a)),
      ),
      note("μ and σ are those that training has gathered, σ with Keras's ε."),
    ];
  }

  function otherForwards(context) {
    const { step, index, value, previous } = context;
    if (step.op === "activation") return [formula(`z = ${number(value.z)}`), activationLine(step, value)];
    if (step.op === "scale") return scaleLines(context);
    const source = Kit.layerTerms.sourceOf(step, index);
    if (source < 0)
      return [formula(html("b", {}, "a = 0")), note("A zero of the edge that this layer puts around its maps.")];
    const why =
      step.op === "same" ? "In inference this layer passes on what it is given." : "The same value in another place.";
    return [formula(html("b", {}, `a = ${number(value.a)}`), " from ", previous(source)), note(why)];
  }

  function otherBackwards(context) {
    const { step, index, gradient, previous } = context;
    const lines = arriving(context);
    if (step.op === "scale") {
      const scale = step.scale[index % step.scale.length];
      return [
        ...lines,
        formula(previous(index), ` receives ∂cost/∂a · ${number(scale)} = ${number(gradient.received * scale)}`),
      ];
    }
    const source = Kit.layerTerms.sourceOf(step, index);
    return [
      ...lines,
      source < 0
        ? note("It ends here: this zero is no value of the layer before.")
        : formula(
            previous(source),
            ` receives ${number(gradient.delta === null ? gradient.received : gradient.delta)}`,
          ),
    ];
  }

  const DRAWN = {
    convolution: [convolutionForwards, convolutionBackwards],
    dense: [denseForwards, denseBackwards],
    largest: [poolingForwards, poolingBackwards],
    mean: [poolingForwards, poolingBackwards],
  };

  /* The elements that explain a value. `context`: {step, result, x, index, before, previous(input) -> a button that leads there,
     back (of the step, or null), last, backwards, chosen, choose(map)}. */
  function explained(given) {
    const { step, result, x, index, back, backwards } = given;
    const context = { ...given, value: Kit.layerTerms.valueOf(step, result, index) };
    if (step.op === "convolution") {
      context.parts = Kit.layerTerms.partsOf(step, x, index);
      context.chosen = context.parts.some((one) => one.map === given.chosen) ? given.chosen : context.parts[0].map;
    }
    if (step.op === "dense") context.terms = Kit.layerTerms.termsOf(step, x, index);
    if (backwards) context.gradient = Kit.layerTerms.gradientOf(step, result, back, index);
    const draw = (DRAWN[step.op] || [otherForwards, otherBackwards])[backwards ? 1 : 0];
    return { elements: draw(context).filter(Boolean), chosen: context.chosen };
  }

  return { explained };
})();
