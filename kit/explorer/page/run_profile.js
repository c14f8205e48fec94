"use strict";
/* One number of each layer against the layers: at the first capture, and now. */
Kit.runProfile = (() => {
  const { html, svg, picture, line } = Kit.draw;
  const { number, row, words, source } = Kit.runData;
  const SHARES = new Set(["zero_fraction", "saturated"]);
  const SIGNED = new Set(["mean", "median"]);
  const MOST_DOTS = 60; // more would be a thicker line
  const about = (statistic) => ({ signed: SIGNED.has(statistic), share: SHARES.has(statistic) });
  const inWords = (statistic, quantity) =>
    source.statistics[statistic].replace("{}", source.quantities[quantity].label);
  const printed = (statistic, value) =>
    SHARES.has(statistic) ? Kit.numbers.percent(value, 1) : Kit.numbers.format(value);

  const values = (run, quantity, layers, statistic, capture) =>
    layers.map((name) => number(row(run, name, quantity, capture), statistic));

  /* Where a value stands: what is 0 on a logarithm stands on the lower edge. */
  const placed = (value, y, box, of) =>
    of === "log" && value === 0 ? box.bottom : Number.isFinite(value) ? y(value) : NaN;

  function marks(points, filled, style) {
    if (points.length > MOST_DOTS) return [];
    return points
      .filter(([, y]) => Number.isFinite(y))
      .map(([x, y]) =>
        svg("circle", {
          cx: x,
          cy: y,
          r: filled ? 4.5 : 3.5,
          class: filled ? "" : "hollow",
          style: filled ? `fill: ${style}` : `stroke: ${style}`,
        }),
      );
  }

  /* {run, quantity, layers, capture, statistic, scale: {kind, limits, zeros}, width, height, size}. */
  function draw({ run, quantity, layers, capture, statistic, scale, width, height, size }) {
    const names = layers.filter((name) => Kit.runData.has(run, name, quantity));
    const now = values(run, quantity, names, statistic, capture);
    const first = values(run, quantity, names, statistic, 0);
    const words_ = inWords(statistic, quantity);
    if (!scale.limits || ![...now, ...first].some(Number.isFinite)) {
      return html("p", { class: "quiet nothing" }, `There is no number: ${words_}.`);
    }
    const [start, here] = [run.captures[0], run.captures[capture]].map(words);
    const guess = Kit.runScales.scale(scale.kind, scale.limits, [height, 0]);
    const yTicks = Kit.runScales.ticks(guess, scale.kind, height - 60);
    const left = Kit.runNames.left(yTicks, size);
    const right = width - Math.max(Kit.runNames.width(start, size), Kit.runNames.width(here, size)) - 18;
    const slot = (right - left) / Math.max(1, names.length - 1);
    const how = Kit.runNames.layout(names, Math.min(slot, (right - left) / 2), size);
    const box = { left, right, top: size * 2.3, bottom: height - how.height - 8 };
    const y = Kit.runScales.scale(scale.kind, scale.limits, [box.bottom, box.top]);
    const place = (k) =>
      names.length > 1 ? left + 10 + (k * (right - left - 10)) / (names.length - 1) : (left + right) / 2;
    const points = (list) => list.map((value, k) => [place(k), placed(value, y, box, scale.kind)]);
    const colour = `var(--${quantity})`;
    const [before, after] = [points(first), points(now)];
    const lastOf = (list) => (list.findLast(([, at]) => Number.isFinite(at)) || [NaN, NaN])[1];
    const aria = `${words_} by layer at ${here}: ${names.map((name, k) => `${name} ${printed(statistic, now[k])}`).join(", ")}`;
    const ends = [{ y: lastOf(after), name: here, style: "font-weight: 600" }];
    if (capture) ends.push({ y: lastOf(before), name: start, style: "fill: var(--quiet)" });
    const image = picture(
      width,
      height,
      aria,
      Kit.draw.axes({
        box,
        y,
        yTicks,
        xTicks: [],
        size,
        yLabel: `${words_}${scale.kind === "log" ? ", log scale" : ""}`,
      }),
      capture
        ? [
            line(before, { "stroke-width": 2, "stroke-dasharray": "2 5", style: "stroke: var(--quiet)" }),
            marks(before, false, "var(--quiet)"),
          ]
        : null,
      line(after, { "stroke-width": 3, style: `stroke: ${colour}` }),
      marks(after, true, colour),
      Kit.runNames.under(names, place, box.bottom + 2, size, how),
      Kit.runNames.ends(ends, right, box, size),
    );
    return html(
      "figure",
      { "data-quantity": quantity, "data-scale": scale.kind },
      image,
      Kit.runScales.edgeNote(scale),
      Kit.draw.table(
        words_,
        ["layer", start, here],
        names.map((name, k) => [name, printed(statistic, first[k]), printed(statistic, now[k])]),
      ),
    );
  }

  return { draw, values, about, inWords, printed, placed };
})();
