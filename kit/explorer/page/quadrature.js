"use strict";
/*
 * Means over normal numbers, by Gauss-Legendre quadrature in pieces: the points of
 * kit.stats.quadrature.
 *
 * For z ~ N(0, 1) a grid has points and weights with Σ w g(√q z) = ∫Dz g(√q z). The line from -12
 * to 12 is cut at 0, where the activations of the page have their kinks, and each half into panels
 * that halve towards its ends (P. J. Davis and P. Rabinowitz, "Methods of Numerical Integration",
 * 1984, ch. 2). How far they halve depends on √q alone, so that grids are few, and kept. With them
 * are kept the Hermite polynomials Heₖ(z)/√k!, for which E[f(u₁) f(u₂)] = Σ aₖ² cᵏ (F. G. Mehler,
 * 1866).
 */
Kit.quadrature = (() => {
  const REACH = 12;
  const ORDER = 16;
  const FEWEST = 4;
  const MOST = 40;
  const DEGREES = 48;

  /* Points and weights on [-1, 1], exact for polynomials under degree 2 × order. */
  function legendre(order) {
    const points = new Float64Array(order);
    const weights = new Float64Array(order);
    for (let k = 0; k < order; k++) {
      let x = -Math.cos((Math.PI * (k + 0.75)) / (order + 0.5));
      let slope = 1;
      for (let round = 0; round < 100; round++) {
        let [before, here] = [1, x];
        for (let d = 2; d <= order; d++) {
          [before, here] = [here, ((2 * d - 1) * x * here - (d - 1) * before) / d];
        }
        slope = (order * (x * here - before)) / (x * x - 1);
        const step = here / slope;
        x -= step;
        if (Math.abs(step) < 1e-16) break;
      }
      points[k] = x;
      weights[k] = 2 / ((1 - x * x) * slope * slope);
    }
    return { points, weights };
  }

  /* Edges of panels from 0 to 1, halving towards both. */
  function graded(halvings) {
    const edges = [0];
    for (let k = halvings; k >= 1; k--) edges.push(2 ** -k);
    for (let k = 2; k <= halvings; k++) edges.push(1 - 2 ** -k);
    edges.push(1);
    return edges;
  }

  /* So many that the panel at a kink is no wider than the function's own scale. */
  function halvings(size) {
    const wanted = Math.ceil(Math.log2(Math.max(REACH * size, 1))) + 1;
    return Math.min(Math.max(wanted, FEWEST), MOST);
  }

  const rule = legendre(ORDER);
  const kept = new Map();

  /* Points between breaks, with weights of the normal density. */
  function inPieces(breaks, panels) {
    const edges = graded(panels);
    const z = [];
    const w = [];
    for (let piece = 0; piece + 1 < breaks.length; piece++) {
      const wide = breaks[piece + 1] - breaks[piece];
      for (let p = 0; p + 1 < edges.length; p++) {
        const left = breaks[piece] + wide * edges[p];
        const half = (wide * (edges[p + 1] - edges[p])) / 2;
        for (let k = 0; k < ORDER; k++) {
          const at = left + half * (1 + rule.points[k]);
          z.push(at);
          w.push((half * rule.weights[k] * Math.exp((-at * at) / 2)) / Math.sqrt(2 * Math.PI));
        }
      }
    }
    return { z: Float64Array.from(z), w: Float64Array.from(w), n: z.length };
  }

  /* Heₖ(z)/√k!, k from 0 to 48: row k at k × points. */
  function hermiteRows(z) {
    const n = z.length;
    const rows = new Float64Array((DEGREES + 1) * n);
    for (let p = 0; p < n; p++) {
      rows[p] = 1;
      rows[n + p] = z[p];
      for (let k = 1; k < DEGREES; k++) {
        const next = z[p] * rows[k * n + p] - Math.sqrt(k) * rows[(k - 1) * n + p];
        rows[(k + 1) * n + p] = next / Math.sqrt(k + 1);
      }
    }
    return rows;
  }

  /*
   * The grid for second moments up to q: {z, w, n, rows}, and z, w, n alone where `finest` is under
   * 1, the length over which the function turns at its kinks.
   */
  function grid(q, finest = 1) {
    const panels = halvings(Math.max(Math.sqrt(q), 1 / Math.max(finest, 1e-9)));
    if (!kept.has(panels)) {
      const found = inPieces([-REACH, 0, REACH], panels);
      Object.defineProperty(found, "rows", {
        get() {
          this.keptRows = this.keptRows || hermiteRows(this.z);
          return this.keptRows;
        },
      });
      kept.set(panels, found);
    }
    return kept.get(panels);
  }

  /* ∫Dz g(√q z). */
  function mean(g, q, points = grid(q)) {
    const root = Math.sqrt(q);
    let sum = 0;
    for (let p = 0; p < points.n; p++) sum += points.w[p] * g(root * points.z[p]);
    return sum;
  }

  /*
   * ∫∫ g(u₁) g(u₂) over normal u₁, u₂, both of second moment q and of correlation c, with a kink at
   * 0.
   */
  function pairMean(g, q, c) {
    const root = Math.sqrt(q);
    const rest = Math.sqrt(Math.max(1 - c * c, 0));
    const outer = grid(q, rest);
    const edges = graded(halvings(root * rest));
    let sum = 0;
    for (let p = 0; p < outer.n; p++) {
      if (outer.w[p] < 1e-30) continue;
      const meets = rest ? (-c * outer.z[p]) / rest : Math.sign(-c * outer.z[p]) * REACH;
      const cut = Math.min(Math.max(meets, -REACH), REACH);
      const at = c * outer.z[p];
      const within = alongLine((u) => g(root * (at + rest * u)), cut, edges);
      sum += outer.w[p] * g(root * outer.z[p]) * within;
    }
    return sum;
  }

  /* ∫Dz g(z) with a kink somewhere. */
  function alongLine(g, cut, edges) {
    let sum = 0;
    for (const [start, wide] of [[-REACH, cut + REACH], [cut, REACH - cut]]) {
      for (let p = 0; wide && p + 1 < edges.length; p++) {
        const half = (wide * (edges[p + 1] - edges[p])) / 2;
        const left = start + wide * edges[p];
        for (let k = 0; k < ORDER; k++) {
          const z = left + half * (1 + rule.points[k]);
          sum += half * rule.weights[k] * Math.exp((-z * z) / 2) * g(z);
        }
      }
    }
    return sum / Math.sqrt(2 * Math.PI);
  }

  return { DEGREES, legendre, grid, mean, pairMean };
})();
