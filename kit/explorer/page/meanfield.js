"use strict";
/*
 * What a deep network of equal layers comes to: kit.stats.theory's `mean_field`.
 *
 * With Var W = σ_w²/fan_in and Var b = σ_b² the second moment of z goes q ← σ_w² ∫Dz f(√q z)² +
 * σ_b², and a delta's is multiplied by χ = σ_w² ∫Dz f′(√q z)² on its way back (B. Poole et al.,
 * "Exponential expressivity in deep neural networks through transient chaos", 2016; S. Schoenholz
 * et al., "Deep information propagation", 2017). Distances from the fixed points q* and c* shrink
 * as exp(-l/ξ), with ξ_q = -1/ln(∂q′/∂q) and ξ_c = -1/ln(σ_w² ∫∫ f′(u₁) f′(u₂)).
 */
Kit.meanfield = (() => {
  const ABOVE_ZERO = 1e-20;
  const FEWEST_ROUNDS = 60;
  const kept = new Map();

  function bisect(g, low, high, rounds = FEWEST_ROUNDS) {
    let [a, b] = [low, high];
    for (let k = 0; k < rounds; k++) {
      const middle = (a + b) / 2;
      if (g(middle) > 0) b = middle;
      else a = middle;
    }
    return (a + b) / 2;
  }

  const sizeOf = (f, q) =>
    f.below === null ? Kit.quadrature.mean((u) => f.f(u) ** 2, q) : (q * (1 + f.below ** 2)) / 2;
  const slopeOf = (f, q) =>
    f.below === null ? Kit.quadrature.mean((u) => f.slope(u) ** 2, q) : (1 + f.below ** 2) / 2;

  /*
   * The largest q that stays; 0 where it falls to it, infinite where it grows for ever, NaN where
   * it stays at whichever it has.
   */
  function fixedPoint(f, gain, shift) {
    if (f.below !== null) {
      const factor = (gain * (1 + f.below ** 2)) / 2;
      if (factor < 1 - 1e-12) return shift / (1 - factor);
      return factor < 1 + 1e-12 && !shift ? NaN : Infinity;
    }
    const grown = (q) => gain * sizeOf(f, q) + shift - q;
    if (grown(2 ** 40) > 0) return Infinity;
    for (let e = 39; e > -80; e--) {
      const low = 2 ** e;
      // a q that falls by next to nothing each layer falls
      if (grown(low) > 1e-13 * low) return bisect((q) => -grown(q), low, 2 * low);
    }
    return 0;
  }

  function growth(f, gain, q) {
    if (f.below !== null) return (gain * (1 + f.below ** 2)) / 2;
    const root = Math.sqrt(Math.max(q, 1e-10)); // at 0 its limit
    const rising = (u) => f.f(u) * f.slope(u) * u;
    return (gain * Kit.quadrature.mean(rising, root * root)) / (root * root);
  }

  /* The depth over which something that shrinks by a factor each layer shrinks 2.7-fold. */
  function depthOf(factor) {
    if (!(factor >= 0 && factor < 1 - 1e-8)) return Infinity;
    return factor ? -1 / Math.log(factor) : 0;
  }

  /*
   * Means over pairs by Mehler's series, whose coefficients are the same for every correlation;
   * what degrees beyond have counts as one degree, as in the kernels.
   */
  function pairsAt(f, q) {
    const kernel = { m: 2, size: Float64Array.of(q, q), mean: new Float64Array(2) };
    return (c) => {
      const away = Float64Array.of(1 - c);
      const apart = Float64Array.of(q * (1 - c));
      const { kernel: made, slopes } = Kit.kernels.throughActivation({ ...kernel, apart }, f, away);
      return { values: made.size[0] - made.apart[0], slopes: slopes.pairs[0] };
    };
  }

  /* The correlation under 1 that stays: by Mehler's series, then once more by quadrature. */
  function common(f, gain, shift, q) {
    const pairs = pairsAt(f, q);
    const fallen = (c) => c * q - gain * pairs(c).values - shift;
    if (fallen(0) >= -1e-12 * q) return 0;
    return bisect(fallen, 0, 1 - 1e-9, 40);
  }

  /*
   * {q, chi, xiQ, c, xiC} of layers with an activation (by name), σ_w and σ_b, as `mean_field`
   * gives them.
   */
  function of(activation, sigmaW, sigmaB = 0) {
    const key = `${activation} ${sigmaW} ${sigmaB}`;
    if (!kept.has(key)) kept.set(key, computed(activation, sigmaW ** 2, sigmaB ** 2));
    return kept.get(key);
  }

  function computed(activation, gain, shift) {
    const f = Kit.theory.nonlinearity(activation);
    const q = fixedPoint(f, gain, shift);
    // where q does not matter, or is never reached; and on the side of a kink at 0
    const at = Number.isFinite(q) ? Math.max(q, ABOVE_ZERO) : 1;
    const chi = gain * slopeOf(f, at);
    let [c, slope] = [1, chi];
    // within rounding of the critical line both samples come together
    if (chi > 1 + 1e-9 && f.below === null && Number.isFinite(q)) {
      c = common(f, gain, shift, q);
      slope = gain * Kit.quadrature.pairMean(f.slope, q, c);
    }
    return { q, chi, xiQ: depthOf(growth(f, gain, at)), c, xiC: depthOf(slope) };
  }

  return { of };
})();
