"use strict";
/*
 * Mehler's formula for all pairs of samples: E[f(u_i) f(u_j)] = Σ aₖ(q_i) aₖ(q_j) cᵏ, and the same
 * for slopes, with the coefficients aₖ(q) = ∫Dz f(√q z) Heₖ(z)/√k! (F. G. Mehler, 1866), as in
 * kit.stats.kernels.
 *
 * The coefficients are smooth in log q, so they are integrated at a few Chebyshev points of the
 * range that the samples' q span, and interpolated, to 1e-9 of √E f². What samples are apart that
 * are nearly the same is summed as such, not as a difference of large numbers.
 */
Kit.series = (() => {
  const LEAST = 1e-300;
  const ENOUGH = 1e-5; // of what is not constant: degrees that have less are told together
  const ROUNDING = 1e-13;
  const ROUNDED = 4e-15; // of a size: what is left beside it is rounding's
  const WIDEST = Math.log(1e12); // of the range in log q that is interpolated
  const CLOSE = 0.01; // under it what is apart is summed as such
  const DIGITS = 23; // of e, that a product keeps

  /*
   * Coefficients of f and of its slope at one q, on a grid: into `found` from `at` on. The grid and
   * Hermite's polynomials are even or odd, so that half of it is enough.
   */
  function integrate(f, q, points, found, at, degrees) {
    const root = Math.sqrt(q);
    const { z, w, n, rows } = points;
    const half = n / 2;
    const parts = [0, 1, 2, 3].map(() => new Float64Array(half)); // even and odd, of f and of f′
    let size = 0;
    let total = 0;
    for (let p = 0; p < half; p++) {
      const u = root * z[p];
      const below = f.f(u);
      const above = f.f(-u);
      const falls = f.slope(u);
      const rises = f.slope(-u);
      size += w[p] * (below * below + above * above);
      total += w[p] * (falls * falls + rises * rises);
      parts[0][p] = w[p] * (below + above);
      parts[1][p] = w[p] * (below - above);
      parts[2][p] = w[p] * (falls + rises);
      parts[3][p] = w[p] * (falls - rises);
    }
    found[at] = size;
    found[at + 1] = total;
    for (let k = 0; k < degrees; k++) {
      const values = parts[k % 2];
      const slopes = parts[2 + (k % 2)];
      let a = 0;
      let b = 0;
      for (let p = 0, r = k * n; p < half; p++, r++) {
        a += rows[r] * values[p];
        b += rows[r] * slopes[p];
      }
      found[at + 2 + k] = a;
      found[at + 2 + degrees + k] = b;
    }
  }

  /*
   * How many Chebyshev points of a range of log q give ten digits: the nearest singularity is at
   * ±iπ.
   */
  function pointsFor(range) {
    const side = (2 * Math.PI) / Math.max(range, 1e-9);
    return Math.ceil(21 / Math.log(side + Math.sqrt(1 + side * side))) + 3;
  }

  /* Rows [E f², E f′², a₀..a₄₈, b₀..b₄₈], one a sample. */
  function coefficients(f, sizes) {
    const degrees = Kit.quadrature.DEGREES + 1;
    const wide = 2 + 2 * degrees;
    const high = sizes.reduce((a, b) => Math.max(a, b), 0);
    const points = Kit.quadrature.grid(high);
    const found = new Float64Array(sizes.length * wide);
    const floor = high * Math.exp(-WIDEST);
    const low = sizes.reduce((a, b) => (b > floor ? Math.min(a, b) : a), high);
    const range = high > 0 ? Math.log(high / low) : 0;
    const many = range > 1e-14 ? pointsFor(range) : 1;
    const direct = !(high > 0) || many >= sizes.length;
    const nodes = new Float64Array(direct ? 0 : many);
    const table = new Float64Array(nodes.length * wide);
    for (let k = 0; k < nodes.length; k++) {
      nodes[k] = many > 1 ? Math.cos((Math.PI * k) / (many - 1)) : 0; // ends among them
      const q = low * Math.exp(((nodes[k] + 1) / 2) * range);
      integrate(f, q, points, table, k * wide, degrees);
    }
    for (let i = 0; i < sizes.length; i++) {
      if (direct || sizes[i] < low) {
        integrate(f, sizes[i], points, found, i * wide, degrees);
      } else {
        const at = range > 1e-14 ? (2 * Math.log(sizes[i] / low)) / range - 1 : 0;
        interpolate(nodes, at, table, wide, found, i * wide);
      }
    }
    return { found, wide, degrees, m: sizes.length };
  }

  /* The barycentric formula at Chebyshev's points (J.-P. Berrut and L. N. Trefethen, 2004). */
  function interpolate(nodes, at, table, wide, found, place) {
    const many = nodes.length;
    const shares = new Float64Array(many);
    let total = 0;
    for (let k = 0; k < many; k++) {
      const away = at - nodes[k];
      if (Math.abs(away) < 1e-15) {
        found.set(table.subarray(k * wide, (k + 1) * wide), place);
        return;
      }
      const sign = (k % 2 ? -1 : 1) * (many > 1 && (k === 0 || k === many - 1) ? 0.5 : 1);
      shares[k] = sign / away;
      total += shares[k];
    }
    for (let k = 0; k < many; k++) {
      const share = shares[k] / total;
      for (let c = 0; c < wide; c++) found[place + c] += share * table[k * wide + c];
    }
  }

  /*
   * The highest degree that is worth its product: of rows of Hermite's coefficients, the first at
   * `from`, and what they are of in all, at `whole`.
   */
  function usedDegree({ found, wide, degrees, m }, from, whole) {
    const left = new Float64Array(m);
    const first = new Float64Array(m);
    for (let i = 0; i < m; i++) left[i] = found[i * wide + whole];
    for (let k = 0; k < degrees; k++) {
      let few = true;
      for (let i = 0; i < m; i++) {
        left[i] -= found[i * wide + from + k] ** 2;
        if (k === 0) first[i] = left[i];
        few = few && left[i] <= ENOUGH * first[i] + ROUNDING * found[i * wide + whole];
      }
      if (few && k >= 3) return k; // whatever is constant, its small rest is told by these
    }
    return degrees - 1;
  }

  /* Which degrees from 2 on count, as {start, step}: all, or every other one. */
  function stepsOf({ found, wide, m }, from, used, least) {
    const seen = [false, false];
    for (let k = 2; k <= used; k++) {
      for (let i = 0; i < m && !seen[k % 2]; i++) {
        seen[k % 2] = Math.abs(found[i * wide + from + k]) > least;
      }
    }
    return seen[0] && seen[1] ? { start: 2, step: 1 } : { start: seen[1] ? 3 : 2, step: 2 };
  }

  /*
   * Hermite coefficients of each sample, and what higher degrees have together: M₀ = E f² - Σ aₖ²
   * and M₁ = E (u f′)² ÷ q - Σ k aₖ², as much as one degree M₁/M₀. `steep` is what M₁ is of, or
   * null.
   */
  function seriesOf(table, from, whole, steep) {
    const { found, wide, m } = table;
    const used = usedDegree(table, from, whole);
    let largest = 0;
    for (let i = 0; i < m; i++) largest = Math.max(largest, found[i * wide + whole]);
    const made = stepsOf(table, from, used, 1e-12 * Math.sqrt(largest));
    const [constant, line, left, varying] = [0, 1, 2, 3].map(() => new Float64Array(m));
    const degree = new Float64Array(m).fill(2 * (used + 1));
    let rest = false;
    for (let i = 0, at = from; i < m; i++, at += wide) {
      let [sum, weighted] = [0, 0];
      for (let k = 0; k <= used; k++) {
        const square = found[at + k] * found[at + k];
        sum += square;
        weighted += k * square;
      }
      [constant[i], line[i]] = [found[at], found[at + 1]];
      const whatIsLeft = found[i * wide + whole] - sum;
      const more = whatIsLeft > ROUNDED * found[i * wide + whole] ? whatIsLeft : 0;
      if (steep) degree[i] = Math.max((steep[i] - weighted) / Math.max(more, LEAST), used + 1);
      left[i] = Math.sqrt(more);
      for (let k = 1; k <= used; k++) varying[i] += found[at + k] * found[at + k];
      varying[i] += more;
      rest = rest || more > 0;
    }
    return { ...made, used, constant, line, left, varying, degree, rest };
  }

  /* The coefficients from `start` on, in one array with rows of `many`. */
  function packed({ found, wide, m }, from, series, step, many) {
    const values = new Float64Array(m * many);
    for (let i = 0; i < m; i++) {
      for (let k = 0; k < many; k++) {
        const at = series.start + k * step;
        if (at <= series.used) values[i * many + k] = found[i * wide + from + at];
      }
    }
    return values;
  }

  function power(base, exponent) {
    let [found, square] = [1, base];
    for (let left = exponent; left; left >>= 1) {
      if (left & 1) found *= square;
      square *= square;
    }
    return found;
  }

  /*
   * Both series of all pairs: ½ E[(f_i - f_j)²] = Σ ½ (aₖi - aₖj)² + aₖi aₖj (1 - cᵏ), and Σ bₖi
   * bₖj cᵏ, of which what higher degrees have counts for pairs that are close.
   */
  function overPairs(table, away, a, b) {
    const { m, degrees } = table;
    const step = Math.min(a.step, b.step);
    const many = Math.floor(Math.max(a.used - a.start, b.used - b.start, 0) / step) + 1;
    const A = packed(table, 2, a, step, many);
    const B = packed(table, 2 + degrees, b, step, many);
    const apart = new Float64Array(away.length);
    const pairs = new Float64Array(away.length);
    const restOfA = a.rest ? Math.exp(-DIGITS / (a.used + 1)) : 2; // from which c on it counts
    const restOfB = b.rest ? Math.exp(-DIGITS / b.degree[0]) : 2;
    for (let i = 0, at = 0; i < m; i++) {
      for (let j = i + 1; j < m; j++, at++) {
        const d = away[at];
        const c = 1 - d;
        const square = c * c;
        const next = step === 1 ? c : square;
        let reach = many; // whatever is behind it is rounding's
        if (Math.abs(next) < 0.7) {
          reach = Math.min(many, Math.ceil(-DIGITS / Math.log(Math.abs(next) + 1e-9)));
        }
        let p = i * many;
        let q = j * many;
        let ofA = 0;
        let ofB = 0;
        let here = 1;
        for (const end = p + reach; p < end; p++, q++) {
          ofA += A[p] * A[q] * here;
          ofB += B[p] * B[q] * here;
          here *= next;
        }
        let product = b.constant[i] * b.constant[j] + b.line[i] * b.line[j] * c;
        product += ofB * (b.start === 3 ? square * c : square);
        if (c > restOfB) product += b.left[i] * b.left[j] * power(c, b.degree[0]);
        pairs[at] = product;
        if (d < CLOSE) {
          apart[at] = closely(a, A, i, j, d, step, many);
          continue;
        }
        const between = a.constant[i] - a.constant[j];
        let both = a.line[i] * a.line[j] * c;
        both += ofA * (a.start === 3 ? square * c : square);
        if (c > restOfA) {
          both += a.left[i] * a.left[j] * Math.exp(((a.degree[i] + a.degree[j]) / 2) * Math.log(c));
        }
        apart[at] = (between * between + a.varying[i] + a.varying[j]) / 2 - both;
      }
    }
    return { apart, pairs };
  }

  /* What two samples are apart that are nearly the same. */
  function closely(a, A, i, j, away, step, many) {
    const c = 1 - away;
    const fall = step === 1 ? away : away * (2 - away);
    const next = step === 1 ? c : c * c;
    let less = away * (2 - away);
    if (a.start === 3) less += (1 - less) * away;
    let here = 1 - less; // c to the first degree
    let found = (a.constant[i] - a.constant[j]) ** 2 / 2 + (a.line[i] - a.line[j]) ** 2 / 2;
    found += a.line[i] * a.line[j] * away;
    for (let p = i * many, q = j * many, end = p + many; p < end; p++, q++) {
      const between = A[p] - A[q];
      found += (between * between) / 2 + A[p] * A[q] * less;
      less += here * fall;
      here *= next;
    }
    if (!a.rest) return found;
    const common = (a.degree[i] + a.degree[j]) / 2;
    const fallen = -Math.expm1(common * Math.log1p(-away));
    return found + (a.left[i] - a.left[j]) ** 2 / 2 + a.left[i] * a.left[j] * fallen;
  }

  /*
   * Of samples whose z have the second moments `size`, (m), and of pairs i < j with one less the
   * correlation `away`: of f(u) the second moments, means and ½ E[(f_i - f_j)²] {size, mean,
   * apart}, and of the slopes {own: E f′², pairs: E[f′(u_i) f′(u_j)]}.
   */
  function through(size, away, f) {
    const m = size.length;
    const table = coefficients(f, size);
    const [sizes, total, steep] = [0, 1, 2].map(() => new Float64Array(m));
    for (let i = 0; i < m; i++) {
      sizes[i] = table.found[i * table.wide];
      total[i] = table.found[i * table.wide + 1];
      steep[i] = Math.min(size[i] * total[i], 1e12 * Math.max(sizes[i], LEAST));
    }
    const a = seriesOf(table, 2, 0, steep);
    const b = seriesOf(table, 2 + table.degrees, 1, null);
    const { apart, pairs } = overPairs(table, away, a, b);
    return { size: sizes, mean: a.constant, apart, slopes: { own: total, pairs } };
  }

  return { through };
})();
