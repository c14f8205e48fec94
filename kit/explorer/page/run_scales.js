"use strict";
/* Which scale shows all of some distributions, and from where to where: the rules of kit/plots/scales.py. */
Kit.runScales = (() => {
  const SPREAD = 100; // between the widest and the narrowest distribution: more does not fit a ruler
  const NARROW = 1 / 40; // of the axis: less is a pancake
  const { number } = Kit.runData;

  /* Whether distributions, as rows, need a logarithm of their magnitudes. */
  function outgrowsARuler(rows) {
    const there = rows.filter((at) => number(at, "count") > 0);
    if (there.some((at) => Math.abs(number(at, "mean")) > 3 * number(at, "std"))) return false;
    let [low, high, least, most] = [Infinity, -Infinity, Infinity, 0];
    for (const at of there) {
      low = Math.min(low, number(at, "low"));
      high = Math.max(high, number(at, "high"));
      const std = number(at, "std");
      if (std > 0) [least, most] = [Math.min(least, std), Math.max(most, std)];
    }
    const narrow = there.some((at) => {
      const middle = number(at, "q75") - number(at, "q25");
      return middle > 0 && middle < (high - low) * NARROW;
    });
    return most > 0 && (narrow || most > SPREAD * least);
  }

  /* "linear" or "log" for groups of rows, each what stands side by side: as most of the groups need it. */
  function kind(groups, wish) {
    if (wish !== "auto") return wish;
    const some = groups.filter((rows) => rows.length);
    return 2 * some.filter(outgrowsARuler).length >= some.length && some.length ? "log" : "linear";
  }

  /* From where to where violins reach, with some air; null where there is nothing to draw. */
  function limits(rows, of) {
    const [first, last] = of === "log" ? ["log_low", "log_high"] : ["low", "high"];
    let [low, high] = [Infinity, -Infinity];
    for (const at of rows) {
      low = Math.min(low, finite(number(at, first), Infinity));
      high = Math.max(high, finite(number(at, last), -Infinity));
    }
    return aired(low, high, of);
  }

  const finite = (value, otherwise) => (Number.isFinite(value) ? value : otherwise);

  function aired(low, high, of, share = 0.05) {
    if (!(low <= high)) return null;
    if (of === "log") {
      const [a, b] = [Math.log10(Math.max(low, 1e-45)), Math.log10(Math.max(high, 1e-45))];
      const air = Math.max((b - a) * share, 0.1);
      return [10 ** (a - air), 10 ** (b + air)];
    }
    const air = (high - low) * share || Math.abs(high) * 0.5 || 1;
    return [low - air, high + air];
  }

  /* For the values of a statistic: {kind, limits}. Logarithmic from two decades on, where none is negative. */
  function ofValues(values, wish, { signed = false, share = false } = {}) {
    const there = values.filter(Number.isFinite);
    const above = there.filter((one) => one > 0);
    const able = above.length > 0 && !there.some((one) => one < 0);
    const [least, most] = [Math.min(...above), Math.max(...above)];
    const log = able && (wish === "log" || (wish === "auto" && !signed && !share && most > SPREAD * least));
    if (log) return { kind: "log", limits: aired(least, most, "log"), zeros: there.some((one) => one === 0) };
    const [low, high] = [Math.min(...there), Math.max(...there)];
    const found = there.length ? aired(low, high, "linear") : null;
    if (found && low >= 0) found[0] = 0;
    return { kind: "linear", limits: found, zeros: false };
  }

  /* The scale itself, from `limits` to places. */
  const scale = (of, [low, high], places) => (of === "log" ? Kit.draw.log : Kit.draw.linear)([low, high], places);

  /* Its ticks with their words, as many as there is room for. */
  function ticks(found, of, room) {
    const count = Math.max(3, Math.min(7, Math.floor(room / 34)));
    let at = found.ticks(count);
    for (let more = count; of === "linear" && at.length < 3 && more < 9; more += 1) at = found.ticks(more);
    if (of === "log" && at.length < 2) {
      const [low, high] = [found.invert(room), found.invert(0)].sort((a, b) => a - b);
      at = Kit.draw.linearTicks(low, high, count).filter((one) => one > 0);
      return at.map((one) => ({ at: one, text: Kit.numbers.format(one) }));
    }
    return at.map((one) => ({ at: one, text: found.format(one) }));
  }

  /* What a logarithm cannot show stands on its lower edge. */
  const edgeNote = ({ zeros, kind }) =>
    zeros && kind === "log" ? Kit.draw.html("p", { class: "quiet note" }, "On the lower edge: 0.") : null;

  return { edgeNote, kind, limits, ofValues, scale, ticks, outgrowsARuler };
})();
