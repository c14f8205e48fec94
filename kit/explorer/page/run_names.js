"use strict";
/* Names in pictures: under layers as there is room, and at the ends of lines, none on another. */
Kit.runNames = (() => {
  const { svg } = Kit.draw;
  const WIDE = 0.58; // of a letter's height: its width, on average
  const RAISED = 0.4; // of a digit that is an exponent
  const NARROW = 0.34; // of a point or a space

  function width(text, size) {
    let sum = 0;
    for (const one of text) sum += /[⁰¹²³⁴-⁹⁻]/u.test(one) ? RAISED : /[.,: il|]/.test(one) ? NARROW : WIDE;
    return sum * size;
  }

  /* A name of at most so many letters: the end of a long one is kept, as it tells layers apart. */
  function shortened(name, most) {
    const letters = [...name];
    return letters.length <= most ? name : `…${letters.slice(letters.length - most + 1).join("")}`;
  }

  /* How layers are named where one has `slot` units of room: {turned, every, height}. */
  function layout(names, slot, size, below = []) {
    const widest = Math.max(
      0,
      ...names.map((name) => width(name, size)),
      ...below.map((text) => width(text, size * 0.92)),
    );
    const names_ = Math.max(0, ...names.map((name) => width(name, size)));
    if (names_ + 4 <= slot && widest + 4 > slot) return { turned: false, every: 1, below: false, height: size * 2.6 };
    if (widest + 4 <= slot)
      return { turned: false, every: 1, below: below.length > 0, height: size * (below.length ? 2.6 : 1.4) };
    const letters = Math.floor((slot - 4) / (WIDE * size));
    if (letters >= 10 && new Set(names.map((name) => shortened(name, letters))).size === names.length) {
      return { turned: false, every: 1, letters, below: below.length > 0, height: size * (below.length ? 2.6 : 1.4) };
    }
    const room = Math.max(0, ...names.map((name) => width(shortened(name, 14), size)));
    const every = Math.max(1, Math.ceil((1.6 * size) / slot)); // turned lines stand nearer to each other
    return { turned: true, every, below: false, height: room * 0.72 + size * 1.2 };
  }

  /* The names under an axis, at `place(k)`. */
  function under(names, place, top, size, how, below = []) {
    const parts = [];
    names.forEach((name, k) => {
      if (k % how.every) return;
      const x = place(k);
      if (!how.turned) {
        parts.push(
          svg(
            "text",
            { x, y: top + size * 1.15, "text-anchor": "middle", "font-size": size },
            shortened(name, how.letters || name.length),
            svg("title", {}, name),
          ),
        );
        if (how.below)
          parts.push(
            svg(
              "text",
              { class: "quiet", x, y: top + size * 2.35, "text-anchor": "middle", "font-size": size * 0.92 },
              below[k],
            ),
          );
        return;
      }
      const at = { x: x + size * 0.35, y: top + size * 0.8, "text-anchor": "end", "font-size": size };
      parts.push(
        svg("text", { ...at, transform: `rotate(-45 ${at.x} ${at.y})` }, shortened(name, 14), svg("title", {}, name)),
      );
    });
    return svg("g", { "aria-hidden": "true" }, ...parts);
  }

  /* Heights for names at the ends of lines, each as near to its own as the others let it. */
  function apart(heights, distance, top, bottom) {
    const order = heights.map((_, k) => k).sort((a, b) => heights[a] - heights[b]);
    const found = [...heights];
    let last = top - distance;
    for (const k of order) last = found[k] = Math.max(found[k], last + distance);
    let next = bottom + distance;
    for (const k of order.reverse()) next = found[k] = Math.min(found[k], next - distance);
    return found;
  }

  /* Names to the right of lines: list of {y, name, style}. */
  function ends(list, x, box, size) {
    const there = list.filter((one) => Number.isFinite(one.y));
    const heights = apart(
      there.map((one) => one.y),
      size * 1.15,
      box.top,
      box.bottom,
    );
    return svg(
      "g",
      { "aria-hidden": "true" },
      ...there.map((one, k) =>
        svg("text", { x: x + 6, y: heights[k] + size * 0.35, "font-size": size, style: one.style }, one.name),
      ),
    );
  }

  /* What stands before an axis, in units: room for the longest of its words. */
  const left = (ticks, size) => Math.max(24, ...ticks.map(({ text }) => width(text, size))) + 10;

  return { width, shortened, layout, under, ends, left };
})();
