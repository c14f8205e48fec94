"use strict";
/*
 * Two drawings of a unit: as part of its network, with what comes in and what comes back; and over all
 * samples, a histogram of z under the activation's curve.
 */
Kit.unitDrawings = (() => {
  const { svg, html } = Kit.draw;
  const number = (value) => Kit.numbers.format(value);
  const SHOWN = 5; // edges on each side
  const THICK = 9;
  const BENDS = 2;
  const BINS = 50;

  const text = (x, y, words, more) => svg("text", { x, y, "font-size": 13, ...more }, words);

  /* An edge as thick as its part of the largest, dashed where it is negative; of many together a thin one. */
  function edge(from, to, { product, isRest }, most, name) {
    const middle = (from.x + to.x) / 2;
    const look = isRest
      ? { class: "edge rest", "stroke-width": 1.5 }
      : {
          class: `edge ${name}${product < 0 ? " negative" : ""}`,
          "stroke-width": Math.max(0.75, THICK * Math.abs(product / most)).toFixed(2),
        };
    const d = `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
    return svg("path", { d, fill: "none", ...look });
  }

  /*
   * The unit between what feeds it and what it feeds. `given` = {network, layer, unit, forwards, backwards};
   * width in pixels.
   */
  function unitInNetwork({ network, layer, unit, forwards, backwards }, width) {
    const isNarrow = width < 460;
    const height = 250;
    const node = { x: width / 2, y: height / 2 + 8, r: isNarrow ? 40 : 46 };
    const left = side(forwards.terms, forwards.sum, height);
    const right = backwards.rule === "chain" ? side(backwards.terms, backwards.sum, height) : [];
    const column = columnOf([...left, ...right], isNarrow);
    const most = Math.abs(forwards.terms[0]?.product) || 1;
    const before = (index) => Kit.parts.unitName(network, layer - 1, index);
    const parts = [
      heading(layer ? "w × a coming in" : "w × x coming in", "start"),
      ...left.map((one) => edge({ x: column + 6, y: one.y }, { x: node.x - node.r, y: node.y }, one, most, "in")),
      ...left.map((one) => label(one, one.isRest ? "" : before(one.index), column, "end", isNarrow)),
      ...(backwards.rule === "chain" ? outgoing() : answered()),
      circle(node, forwards),
    ];
    const name = Kit.parts.unitName(network, layer, unit);
    const said = `${name} in its network: z ${number(forwards.z)}, a ${number(forwards.a)}, delta ${number(backwards.delta)}.`;
    return Kit.draw.picture(width, height, said, ...parts);

    function heading(words, anchor) {
      const x = anchor === "start" ? 0 : width;
      return text(x, 14, words, { "text-anchor": anchor, class: "quiet" });
    }

    function outgoing() {
      const place = width - column;
      const largest = Math.abs(backwards.terms[0]?.product) || 1;
      const after = (index) => Kit.parts.unitName(network, layer + 1, index);
      return [
        heading("w × δ coming back", "end"),
        ...right.map((one) => edge({ x: node.x + node.r, y: node.y }, { x: place - 6, y: one.y }, one, largest, "out")),
        ...right.map((one) => label(one, one.isRest ? "" : after(one.index), place, "start", isNarrow)),
      ];
    }

    function answered() {
      const place = width - column;
      return [
        edge({ x: node.x + node.r, y: node.y }, { x: place - 6, y: node.y }, { isRest: true }, 1, "out"),
        text(place, node.y - 14, `y = ${number(backwards.y)}`),
        text(place, node.y + 5, `a = ${number(backwards.a)}`),
        text(place, node.y + 24, `cost ${number(backwards.cost)}`),
      ];
    }
  }

  /* The largest terms one below the other, and the rest as one: {index, product, y, isRest, count}. */
  function side(terms, sum, height) {
    const shown = terms.slice(0, terms.length <= SHOWN + 1 ? SHOWN + 1 : SHOWN);
    const rest = terms.length - shown.length;
    if (rest) {
      const product = sum - shown.reduce((total, one) => total + one.product, 0);
      shown.push({ product, isRest: true, count: rest });
    }
    const step = Math.min(38, (height - 40) / shown.length);
    const top = height / 2 + 8 - ((shown.length - 1) * step) / 2;
    return shown.map((one, k) => ({ ...one, y: top + k * step }));
  }

  /* Room beside the edges for the longest of their numbers. */
  const columnOf = (terms, isNarrow) =>
    Math.max(
      isNarrow ? 74 : 120,
      ...terms.map(({ product }) => Math.ceil(Kit.draw.widthOf(number(product), isNarrow ? 12 : 13)) + 2),
    );

  function label({ isRest, count, product, y }, name, x, anchor, isNarrow) {
    const words = isRest ? `${count} more` : name;
    if (isNarrow) {
      return svg(
        "g",
        {},
        text(x, y - 1, words.replace(" unit ", "·"), { "text-anchor": anchor, "font-size": 12 }),
        text(x, y + 12, number(product), { "text-anchor": anchor, class: "quiet", "font-size": 12 }),
      );
    }
    return svg(
      "g",
      {},
      text(x, y - 2, words, { "text-anchor": anchor }),
      text(x, y + 13, number(product), { "text-anchor": anchor, class: "quiet" }),
    );
  }

  function circle({ x, y, r }, { z, a }) {
    return svg(
      "g",
      {},
      svg("circle", { cx: x, cy: y, r, class: "unit-node" }),
      svg("line", { class: "axis", x1: x - r, x2: x + r, y1: y, y2: y }),
      text(x, y - 10, `z ${number(z)}`, { "text-anchor": "middle" }),
      text(x, y + 20, `a ${number(a)}`, { "text-anchor": "middle" }),
    );
  }

  /* From where to where z is drawn: all samples, and at least from -2 to 2, where activations bend. */
  function extent(z, own) {
    const [low, high] = Kit.plane.range(z).map((one) => (Number.isFinite(one) ? one : 0));
    const [from, to] = [Math.min(-BENDS, low, own), Math.max(BENDS, high, own)];
    return [from - 0.03 * (to - from), to + 0.03 * (to - from)];
  }

  /* Histogram of z over all samples, the activation above it, the chosen sample in both. */
  function unitOverSamples({ activation, all, z, a, words }, width) {
    const kind = Kit.activations[activation];
    const [low, high] = extent(all.z, z);
    const boxes = [
      { left: 52, right: width - 12, top: 34, bottom: 134 },
      { left: 52, right: width - 12, top: 170, bottom: 262 },
    ];
    const x = Kit.draw.linear([low, high], [boxes[0].left, boxes[0].right]);
    const counts = Kit.unit.histogram(all.z, low, high, BINS);
    const bars = Kit.draw.linear([0, Math.max(...counts)], [boxes[1].bottom, boxes[1].top]);
    const curve = curveOf(kind, all, low, high);
    const heights = curve.map(([, a]) => a).concat([a]);
    const y = Kit.draw.linear([Math.min(0, ...heights), Math.max(...heights, 0.01)], [boxes[0].bottom, boxes[0].top]);
    const places = curve.map(([at, value]) => [x(at), y(value)]);
    const drawn = Kit.draw.picture(
      width,
      312,
      `${words} Histogram of z over all samples, below the activation’s curve.`,
      ...flats(kind, low, high).map(([from, to]) =>
        svg("rect", {
          class: "flat",
          x: x(from),
          width: x(to) - x(from),
          y: boxes[0].top,
          height: boxes[1].bottom - boxes[0].top,
        }),
      ),
      Kit.draw.axes({
        box: boxes[0],
        y,
        xTicks: [],
        yTicks: few(y),
        yLabel: kind ? "activation a = f(z)" : "activation a, of each sample",
        size: 13,
      }),
      Kit.draw.axes({
        box: boxes[1],
        x,
        y: bars,
        xTicks: x.ticks(width < 460 ? 4 : 7).map((at) => ({ at, text: x.format(at) })),
        yTicks: few(bars),
        xLabel: "Z-value z",
        yLabel: "samples",
        size: 13,
      }),
      ...counts.map(
        (count, k) =>
          count &&
          svg("rect", {
            class: "bar",
            x: x(low + (k * (high - low)) / BINS) + 0.5,
            width: (x(high) - x(low)) / BINS - 1,
            y: bars(count),
            height: boxes[1].bottom - bars(count),
          }),
      ),
      kind
        ? Kit.draw.line(places, { class: "curve" })
        : svg("g", {}, ...places.map(([cx, cy]) => svg("circle", { cx, cy, r: 2, class: "dot" }))),
      svg("line", { class: "chosen", x1: x(z), x2: x(z), y1: boxes[0].top, y2: boxes[1].bottom }),
      svg("circle", { class: "chosen", cx: x(z), cy: y(a), r: 6 }),
    );
    return html("div", {}, drawn, tableOf(counts, low, high));
  }

  const few = (scale) => scale.ticks(4).map((at) => ({ at, text: scale.format(at) }));

  /* Points of a = f(z); of softmax, where a is no function of one z, those of the samples. */
  function curveOf(kind, { z, a }, low, high) {
    if (!kind) return Array.from(z.slice(0, 300), (one, k) => [one, a[k]]);
    return Array.from({ length: 201 }, (_, k) => low + (k / 200) * (high - low)).map((one) => [one, kind.f(one)]);
  }

  /* Where the activation's slope is under 5 % of its largest: [from, to] each. */
  function flats(kind, low, high) {
    if (!kind?.saturates) return [];
    const steps = 400;
    const found = [];
    for (let k = 0; k < steps; k++) {
      const [from, to] = [k, k + 1].map((one) => low + (one / steps) * (high - low));
      if (Math.abs(kind.slope((from + to) / 2)) >= Kit.unit.flat * kind.maxSlope) continue;
      if (found.length && Math.abs(found.at(-1)[1] - from) < 1e-9 * (high - low)) found.at(-1)[1] = to;
      else found.push([from, to]);
    }
    return found;
  }

  function tableOf(counts, low, high) {
    const step = (high - low) / counts.length;
    const rows = counts.map((count, k) => [
      `${number(low + k * step)} to ${number(low + (k + 1) * step)}`,
      String(count),
    ]);
    return Kit.draw.table(
      "How many samples have which Z-value",
      ["z", "Samples"],
      rows.filter(([, count]) => count !== "0"),
    );
  }

  return { unitInNetwork, unitOverSamples };
})();
