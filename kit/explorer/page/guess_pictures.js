"use strict";
/* Pictures of tasks: violins and profiles over the hidden layers. None of them has a title. */
Kit.guessPictures = (() => {
  const { svg } = Kit.draw;
  const HEIGHT = 250;
  const FONT = 14;
  const names = (count) => Array.from({ length: count }, (_, k) => `h${k + 1}`);

  /* Widths in the picture's units are pixels where it fits: letters stay legible on a phone. */
  const widthOf = (host) => Math.max(280, Math.min(host.clientWidth || 560, 640));

  const boxOf = (width, height = HEIGHT) => ({ left: 56, top: 28, right: width - 12, bottom: height - 34 });

  const columns = (count, box) => {
    const step = (box.right - box.left) / count;
    return { step, at: (k) => box.left + (k + 0.5) * step };
  };

  const ticksOf = (count, column) => names(count).map((text, k) => ({ at: k, text, place: column.at(k) }));

  function frame(box, y, count, yLabel, yTicks) {
    const column = columns(count, box);
    const x = (k) => column.at(k);
    return Kit.draw.axes({ box, x, y, xTicks: ticksOf(count, column), yLabel, yTicks, size: FONT });
  }

  /* Decades that hold all values, at least two. */
  function decades(values) {
    const shown = values.filter((one) => one > 0 && Number.isFinite(one));
    if (!shown.length) return [1e-3, 1];
    let low = Math.floor(Math.log10(Math.min(...shown)));
    let high = Math.ceil(Math.log10(Math.max(...shown)));
    while (high - low < 2) [low, high] = high - low === 1 ? [low, high + 1] : [low - 1, high + 1];
    return [10 ** low, 10 ** high];
  }

  /*
   * Lines over the layers on a logarithmic axis. `lines` = [{name, values, colour, mark}], mark "disc" or
   * "square"; `band` = [low, high] is shaded and called `bandName`.
   */
  function profile(host, { label, lines, yLabel, band, bandName }) {
    const width = widthOf(host);
    const box = boxOf(width, HEIGHT + 22 * (lines.length > 1 || band ? 1 : 0));
    box.bottom = HEIGHT - 34;
    const count = lines[0].values.length;
    const y = Kit.draw.log(decades([...lines.flatMap((one) => one.values), ...(band || [])]), [box.bottom, box.top]);
    const { at } = columns(count, box);
    const parts = [frame(box, y, count, yLabel)];
    if (band) {
      const [low, high] = band;
      parts.push(
        svg("rect", {
          class: "guess-band",
          x: box.left,
          width: box.right - box.left,
          y: y(high),
          height: y(low) - y(high),
        }),
      );
    }
    for (const { values, colour, mark } of lines) {
      parts.push(
        Kit.draw.line(
          values.map((value, k) => [at(k), value > 0 ? y(value) : NaN]),
          { stroke: colour, "stroke-width": 2 },
        ),
      );
      values.forEach((value, k) => {
        if (value > 0 && Number.isFinite(value)) parts.push(marker(mark, at(k), y(value), colour));
      });
    }
    const told = [...(lines.length > 1 ? lines : []), ...(band ? [{ name: bandName, mark: "band" }] : [])];
    if (told.length) parts.push(legend(told, box.left, HEIGHT + 6));
    const height = HEIGHT + (told.length ? 22 : 0);
    const rows = table(
      label,
      ["Layer", ...lines.map((one) => one.name)],
      names(count).map((name, k) => [name, ...lines.map((one) => Kit.numbers.format(one.values[k]))]),
    );
    return [Kit.draw.picture(width, height, label, ...parts), rows];
  }

  function marker(mark, x, y, colour) {
    return mark === "square"
      ? svg("rect", { x: x - 5, y: y - 5, width: 10, height: 10, fill: colour })
      : svg("circle", { cx: x, cy: y, r: 5.5, fill: colour });
  }

  function legend(entries, left, y) {
    let x = left;
    return svg(
      "g",
      { "aria-hidden": "true" },
      ...entries.map(({ name, colour, mark }) => {
        const sign =
          mark === "band"
            ? svg("rect", { class: "guess-band", x: x - 6, y: y - 6, width: 14, height: 12 })
            : marker(mark, x, y, colour);
        const entry = svg("g", {}, sign, svg("text", { x: x + 13, y: y + 5, "font-size": FONT }, name));
        x += 34 + 7.5 * name.length;
        return entry;
      }),
    );
  }

  /* Violins of arrays, one a layer. */
  function violins(host, { label, arrays, yLabel, colour }) {
    const width = widthOf(host);
    const box = boxOf(width);
    const spreads = arrays.map((one) => Kit.spreads.of(one));
    const scale = Kit.violins.choose(spreads);
    const spans = spreads.map((one) => Kit.violins.span(one, scale));
    const ends = spans.filter(Boolean).flatMap((one) => [one[0], one[4]]);
    const [low, high] = ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
    const range = [box.bottom, box.top];
    const log = scale.name === "log";
    const y = log
      ? Kit.draw.log([Math.max(low, high * 1e-12), high], range)
      : Kit.draw.linear(widened(low, high), range);
    const { at, step } = columns(arrays.length, box);
    const parts = [frame(box, y, arrays.length, log ? `${yLabel}, magnitude` : yLabel)];
    spreads.forEach((spread, k) => {
      if (spans[k]) parts.push(violin(spread, spans[k], scale, y, at(k), step * 0.42, colour));
    });
    const rows = table(
      label,
      ["Layer", "mean", "standard deviation", "share of zeros"],
      spreads.map((one, k) => [
        `h${k + 1}`,
        Kit.numbers.format(one.mean),
        Kit.numbers.format(one.std),
        Kit.numbers.percent(one.zeros),
      ]),
    );
    return [Kit.draw.picture(width, HEIGHT, label, ...parts), rows];
  }

  function widened(low, high) {
    const air = (high - low || Math.abs(high) || 1) * 0.04;
    return [low - air, high + air];
  }

  function violin(spread, span, scale, y, x, half, colour) {
    const quartiles = span.slice(1, 4).map(y);
    if (!(span[4] > span[0])) return Kit.draw.violin(null, quartiles, { x, half, colour });
    const { values, density } = Kit.violins.density(spread, scale, [span[0], span[4]]);
    let most = 0;
    for (const one of density) most = Math.max(most, one);
    const edge = Array.from(values, (value, k) => [y(value), density[k] / most]);
    return Kit.draw.violin(edge, quartiles, { x, half, colour });
  }

  /* Shares by layer, from 0 to 100 %, with the line from which on they count. */
  function shares(host, { label, values, limit, yLabel }) {
    const width = widthOf(host);
    const box = boxOf(width);
    const y = Kit.draw.linear([0, 1], [box.bottom, box.top]);
    const { at, step } = columns(values.length, box);
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((one) => ({ at: one, text: Kit.numbers.percent(one) }));
    const bars = values.map((value, k) =>
      svg(
        "g",
        {},
        svg("rect", {
          x: at(k) - step * 0.3,
          width: step * 0.6,
          y: y(value),
          height: box.bottom - y(value),
          fill: "var(--activation)",
        }),
        svg(
          "text",
          { x: at(k), y: y(value) - 5, "text-anchor": "middle", "font-size": 13 },
          Kit.numbers.percent(value),
        ),
      ),
    );
    const line = svg("line", { class: "guess-limit", x1: box.left, x2: box.right, y1: y(limit), y2: y(limit) });
    const rows = table(
      label,
      ["Layer", "share"],
      values.map((one, k) => [`h${k + 1}`, Kit.numbers.percent(one)]),
    );
    return [Kit.draw.picture(width, HEIGHT, label, frame(box, y, values.length, yLabel, ticks), line, ...bars), rows];
  }

  /* A table for screen readers alone, in a box that it cannot make larger. */
  const table = Kit.draw.table;

  const DELTA = { name: "σ of delta", colour: "var(--delta)", mark: "disc" };
  const GRADIENT = { name: "σ of ∂loss/∂W", colour: "var(--gradient)", mark: "square" };

  return { columns, boxOf, names, profile, shares, table, violins, widthOf, DELTA, GRADIENT };
})();
