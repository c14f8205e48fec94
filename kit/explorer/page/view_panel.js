"use strict";
/* The lecture's 2x2 panel: Z-values, weights, activations and gradients by layer, a violin each. */
Kit.views = Kit.views || {};
Kit.views.panel = (() => {
  const { html, svg } = Kit.draw;
  const QUANTITIES = [
    ["z", "Z-values", "Z-value z"],
    ["weight", "Weights", "weight W"],
    ["activation", "Activations", "activation a"],
    ["gradient", "Gradients", "gradient ∂loss/∂W"],
  ];
  /* Inside a sentence: "weights", but "Z-values". */
  const inside = (heading) => heading.replace(/^[A-Y]/, (letter) => letter.toLowerCase());
  const ALIKE = 2; // a factor within which layers are as large as each other
  const STACKED = 560; // pixels: less is one column

  /* A factor as it is spoken: 7,700,000. */
  const spoken = (factor) =>
    factor < 1e9 ? Number(factor.toPrecision(2)).toLocaleString("en") : Kit.numbers.format(factor, 2);

  /* What a quantity does from layer to layer, in its direction: {way, words, good, backwards}. */
  function change(summaries, backwards) {
    const stds = summaries.map((one) => one.std);
    const positive = stds.every((one) => one > 0 && Number.isFinite(one));
    const way = backwards ? "backwards" : "forwards";
    if (!positive || stds.length < 2) return null;
    if (Math.max(...stds) / Math.min(...stds) <= ALIKE) {
      return { way, words: "within a factor of 2", good: true, backwards };
    }
    const [from, to] = backwards ? [stds.at(-1), stds[0]] : [stds[0], stds.at(-1)];
    const factor = to > from ? to / from : from / to;
    return { way, words: `${to > from ? "×" : "÷"} ${spoken(factor)}`, good: false, backwards };
  }

  /* An arrow in that direction, and the words, at the right above the plot; where there is little room
     without the word for the direction. */
  function arrow(found, box, size, title) {
    const colour = found.good ? "var(--good)" : "var(--warn)";
    const y = 0.75 * size;
    const { widthOf } = Kit.draw;
    const left = box.left + widthOf(title, size + 2, 600) + 12;
    const startOf = (said) => box.right - widthOf(said, size + 1, 600) - 8;
    const full = `${found.way}: ${found.words}`;
    const said = startOf(full) - left > 30 ? full : found.words;
    const to = startOf(said);
    const from = Math.max(left, to - 90);
    const words = svg(
      "text",
      {
        x: box.right,
        y: 1.1 * size,
        "text-anchor": "end",
        "font-size": size + 1,
        "font-weight": 600,
        style: `fill: ${colour}`,
      },
      said,
    );
    if (to - from < 24) return words;
    const [tip, back] = found.backwards ? [from, from + 9] : [to, to - 9];
    return svg(
      "g",
      {},
      svg("line", { x1: from, x2: to, y1: y, y2: y, stroke: colour, "stroke-width": 3 }),
      svg("path", { d: `M${tip} ${y}L${back} ${y - 6}L${back} ${y + 6}Z`, fill: colour }),
      words,
    );
  }

  function make(host) {
    const title = html("h2", { class: "view-title" });
    const plots = html("div", { class: "panel" });
    const note = html("p", { class: "note" });
    const reader = html("div", {});
    host.append(title, plots, note, reader);
    let last = null;
    const watch = new ResizeObserver(() => last && draw(...last));
    watch.observe(plots);

    function draw(moment, settings) {
      const layers = Kit.glimpses.shown(moment.snapshot.layers);
      const names = layers.map((one) => one.name);
      title.textContent = Kit.words.title(moment, settings);
      const stacked = plots.clientWidth < STACKED;
      plots.classList.toggle("stacked", stacked);
      const width = stacked ? plots.clientWidth : (plots.clientWidth - 16) / 2;
      const height = stacked ? 190 : Math.max(150, (plots.clientHeight - 8) / 2);
      const drawn = QUANTITIES.map(([quantity, heading, axis]) => {
        const summaries = layers.map((one) => one[quantity]);
        const moves = quantity === "z" || quantity === "gradient" ? change(summaries, quantity === "gradient") : null;
        const aside = moves && ((box, size) => arrow(moves, box, size, heading));
        return Kit.violinPlot.plot({ quantity, summaries, names, width, height, title: heading, axis, aside });
      });
      plots.replaceChildren(...drawn.map((one) => one.element));
      note.textContent = noteOf(moment, drawn, layers);
      reader.replaceChildren(tableOf(layers, title.textContent));
    }

    return {
      show(moment, settings) {
        last = [moment, settings];
        draw(moment, settings);
      },
      destroy: () => watch.disconnect(),
    };
  }

  function noteOf(moment, drawn, layers) {
    const logs = drawn.map((one, k) => (one.scale === "log" ? inside(QUANTITIES[k][1]) : null)).filter(Boolean);
    const scale = logs.length ? ` Log scale of magnitudes: ${logs.join(", ")}.` : "";
    return `Middle 99.8 % of the values; bar: quartiles, dot: median.${scale}${zerosOf(layers)} ${Kit.words.measured(moment)}`;
  }

  const TOLD = 0.01;

  /* How many activations are exactly 0, and so left out of the violins. */
  function zerosOf(layers) {
    const shares = layers.map((layer) => layer.activation.zeros).filter((one) => one > TOLD && one < 1);
    if (!shares.length) return "";
    const [low, high] = [Math.min(...shares), Math.max(...shares)].map((one) => Math.round(100 * one));
    return ` Activations that are 0, left out: ${low === high ? high : `${low} to ${high}`} %.`;
  }

  function tableOf(layers, caption) {
    const head = ["layer", ...QUANTITIES.map(([, heading]) => `σ of ${inside(heading)}`), "activations that are 0"];
    const rows = layers.map((layer) => [
      layer.name,
      ...QUANTITIES.map(([name]) => Kit.numbers.format(layer[name].std)),
      Kit.numbers.percent(layer.activation.zeros),
    ]);
    return Kit.draw.table(caption, head, rows);
  }

  return { title: "Panel", available: () => true, make, change };
})();
