"use strict";
/* Violins of a quantity by layer, with their axis: as the kit's panel draws them. All have the same
   greatest width; the bar spans the quartiles, the dot is the median. On a ruler where one shows all
   layers, else on a logarithm of the magnitudes. */
Kit.violinPlot = (() => {
  const { svg } = Kit.draw;
  const FEWEST_DECADES = 4;

  const drawn = (summary) => summary && summary.shape;

  /* The ends of the axis, rounded outwards so that it stays while a slider moves a little. */
  function limits(scale, summaries) {
    const spans = summaries.filter(drawn).map((one) => one.shape.span);
    if (!spans.length) return scale === "log" ? [1e-4, 1] : [-1, 1];
    const [low, high] = [Math.min(...spans.map((one) => one[0])), Math.max(...spans.map((one) => one[4]))];
    return scale === "log" ? decades(Math.log10(low), Math.log10(high)) : ruler(low, high);
  }

  function decades(low, high) {
    let [from, to] = [2 * Math.floor((low - 0.3) / 2), 2 * Math.ceil((high + 0.3) / 2)];
    while (to - from < FEWEST_DECADES) [from, to] = [from - 1, to + 1];
    return [10 ** from, 10 ** to];
  }

  function ruler(low, high) {
    const air = 0.06 * (high - low) || Math.abs(high) * 0.1 || 1;
    const step = 10 ** Math.floor(Math.log10(high - low || air)) / 2;
    return [step * Math.floor((low - air) / step), step * Math.ceil((high + air) / step)];
  }

  /* One violin: `x` its middle, `half` its greatest half width, `y` the scale of the axis. Its density
     is on a grid that is regular on the axis. */
  function one(summary, x, half, y, colour) {
    if (!drawn(summary)) return emptyOne(summary, x, half, y);
    const { span, density } = summary.shape;
    const [from, first, median, third, to] = span.map(y);
    const step = density && (to - from) / (density.length - 1);
    const edge = density && Array.from(density, (share, k) => [from + k * step, share]);
    return Kit.draw.violin(edge, [first, median, third], { x, half, colour });
  }

  /* All zeros on a logarithm, or nothing that is finite. */
  function emptyOne(summary, x, half, y) {
    const words = summary && summary.count ? "all 0" : "not finite";
    if (half < 22)
      return svg(
        "text",
        { x, y: y.bottom - 6, "text-anchor": "middle", "font-size": 12 },
        words === "all 0" ? "0" : "?",
      );
    return svg("text", { class: "quiet", x, y: y.bottom - 6, "text-anchor": "middle", "font-size": 13 }, words);
  }

  /* A number under a violin, as short as it can be told. */
  const short = (value) => Kit.numbers.format(value, 2);

  /* A whole plot: {scale, element}; `aside(box, size)` draws at its upper right. */
  function plot({ quantity, summaries, names, width, height, title, axis, aside }) {
    const size = Kit.draw.letters(width);
    const scale = summaries.find(drawn)?.shape.scale || "linear";
    const [low, high] = limits(scale, summaries);
    const box = { left: 3.6 * size + 8, right: width - 8, top: 2.6 * size, bottom: height - 2.9 * size };
    const y = (scale === "log" ? Kit.draw.log : Kit.draw.linear)([low, high], [box.bottom, box.top]);
    y.bottom = box.bottom;
    const room = (box.right - box.left) / names.length;
    const place = (k) => box.left + (k + 0.5) * room;
    const half = Math.min(0.42 * room, 60);
    const colour = `var(--${quantity})`;
    const words = `${axis}${scale === "log" ? ", magnitude" : ""}`;
    return {
      scale,
      element: Kit.draw.picture(
        width,
        height,
        label(title, names, summaries),
        Kit.draw.axes({ box, y, yTicks: ticksOf(y, box, size), size: size - 1 }),
        svg(
          "text",
          { x: box.left, y: 1.1 * size, "font-size": size + 2, "font-weight": 600 },
          title,
          svg("tspan", { class: "quiet", "font-size": size - 1, "font-weight": 400, dx: 8 }, aside ? "" : words),
        ),
        aside ? aside(box, size) : "",
        ...summaries.map((summary, k) => one(summary, place(k), half, y, colour)),
        ...below(names, summaries, place, room, box, size, width),
        ...zerosAbove(summaries, place, room, box, size),
      ),
    };
  }

  function ticksOf(y, box, size) {
    const count = Math.max(4, Math.min(6, Math.floor((box.bottom - box.top) / (1.7 * size))));
    return y.ticks(count).map((at) => ({ at, text: y.format(at) }));
  }

  const label = (title, names, summaries) =>
    `${title}, standard deviation by layer: ${names.map((name, k) => `${name} ${short(summaries[k].std)}`).join(", ")}`;

  /* Names of layers and their σ; of many layers every second or fifth. A number that would reach out of
     the picture moves in, or is left out where it would meet the one before. */
  function below(names, summaries, place, room, box, size, width) {
    const smaller = size - 1;
    const numbers = summaries.map((one) => `σ ${short(one.std)}`);
    const widths = numbers.map((text) => Kit.draw.widthOf(text, smaller));
    const every = (of) => [1, 2, 3, 4, 5, 10, 20].find((one) => one * room >= of) || 20;
    const [forName, forNumber] = [every(2.1 * size), every(6 + Math.max(...widths))];
    const at = { "text-anchor": "middle", "font-size": smaller };
    let free = 0;
    return names.flatMap((name, k) => {
      const middle = Math.min(place(k), width - widths[k] / 2);
      const there = k % forNumber === 0 && middle - widths[k] / 2 >= free;
      if (there) free = middle + widths[k] / 2 + 4;
      return [
        k % forName ? "" : svg("text", { ...at, x: place(k), y: box.bottom + 1.25 * size }, name),
        there ? svg("text", { ...at, class: "quiet", x: middle, y: box.bottom + 2.4 * size }, numbers[k]) : "",
      ];
    });
  }

  const TOLD = 0.01;

  /* The share of exact zeros, above the violin that leaves them out. */
  function zerosAbove(summaries, place, room, box, size) {
    const several = summaries.map((one) => one.zeros > TOLD && one.zeros < 1);
    if (!several.some(Boolean) || room < 3.4 * size) return [];
    return summaries.map((one, k) =>
      several[k]
        ? svg(
            "text",
            { class: "quiet", x: place(k), y: box.top + 0.4 * size, "text-anchor": "middle", "font-size": size - 2 },
            `${Math.round(100 * one.zeros)} % 0`,
          )
        : "",
    );
  }

  return { limits, plot, short };
})();
