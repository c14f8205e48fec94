"use strict";
/*
 * A network over the plane of its two inputs: a grid of points, what a layer and the output make of
 * each, and the line where a value is crossed.
 *
 * The line by marching squares (W. E. Lorensen and H. E. Cline, "Marching cubes", SIGGRAPH 1987, in two
 * dimensions): linear between the corners of a cell; where two lines are possible, the mean decides.
 */
Kit.plane = (() => {
  const MARGIN = 0.08; // around the samples, of their extent
  const CHUNK = 2e6; // multiplications in one go, about, so that a slice can end
  const FEWEST = 10; // points in one go

  /* The part of the plane with all samples: {low: [x1, x2], size: [of x1, of x2]}. */
  function frame(x, n) {
    const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
    for (let k = 0; k < 2 * n; k++) {
      low[k % 2] = Math.min(low[k % 2], x[k]);
      high[k % 2] = Math.max(high[k % 2], x[k]);
    }
    const size = low.map((one, axis) => (high[axis] - one || 1) * (1 + 2 * MARGIN));
    return { low: low.map((one, axis) => (one + high[axis] - size[axis]) / 2), size };
  }

  /* Points of such a frame, (side², 2), in rows from the top, its edges included. */
  function grid({ low, size }, side) {
    const x = new Float32Array(2 * side * side);
    for (let row = 0, at = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        x[at++] = low[0] + (size[0] * column) / (side - 1);
        x[at++] = low[1] + (size[1] * (side - 1 - row)) / (side - 1);
      }
    }
    return x;
  }

  /*
   * What the network makes of points x (n, 2), some of them at each step: {step() -> whether it is
   * finished, z, a of one layer (n, units), outZ, outA (n, outputs)}. `into`, if it fits, lends its arrays.
   */
  function pass(network, layer, x, into = null) {
    const n = x.length / 2;
    const { layers } = network;
    const [units, outputs] = [layers[layer].outSize, layers.at(-1).outSize];
    const lent = (name, length) =>
      into && into[name].length === length ? into[name] : new Float32Array(length);
    const found = {
      n, units, outputs, layer,
      z: lent("z", n * units), a: lent("a", n * units),
      outZ: lent("outZ", n * outputs), outA: lent("outA", n * outputs),
    };
    const chunk = Math.max(FEWEST, Math.round(CHUNK / Kit.engine.parameterCount(network)));
    let at = 0;
    found.step = () => {
      const count = Math.min(chunk, n - at);
      const { z, a } = Kit.engine.forward(network, x.subarray(2 * at, 2 * (at + count)), count);
      found.z.set(z[layer], at * units);
      found.a.set(a[layer], at * units);
      found.outZ.set(z.at(-1), at * outputs);
      found.outA.set(a.at(-1), at * outputs);
      at += count;
      return at >= n;
    };
    return found;
  }

  /* Where the output is 0.5, in terms of what is linear nearest to it: {values, level}. */
  function boundary(network, { outZ, outA }) {
    const isSigmoid = network.spec.outputActivation === "sigmoid";
    return isSigmoid ? { values: outZ, level: 0 } : { values: outA, level: 0.5 };
  }

  /*
   * Where values cross a level: pieces of line as numbers column, row, column, row, in units of the grid.
   * The value of point k is values[k * units + unit].
   */
  function contour(values, side, level, units = 1, unit = 0) {
    const pieces = [];
    const value = (column, row) => values[(row * side + column) * units + unit] - level;
    const between = (from, to) => from / (from - to);
    for (let row = 0; row + 1 < side; row++) {
      for (let column = 0; column + 1 < side; column++) {
        const [a, b] = [value(column, row), value(column + 1, row)]; // above, left and right
        const [d, c] = [value(column, row + 1), value(column + 1, row + 1)];
        const cases = (a > 0) | ((b > 0) << 1) | ((c > 0) << 2) | ((d > 0) << 3);
        if (cases === 0 || cases === 15) continue;
        const ends = {
          top: () => pieces.push(column + between(a, b), row),
          right: () => pieces.push(column + 1, row + between(b, c)),
          bottom: () => pieces.push(column + between(d, c), row + 1),
          left: () => pieces.push(column, row + between(a, d)),
        };
        for (const edge of edgesOf(cases, a + b + c + d > 0)) ends[edge]();
      }
    }
    return pieces;
  }

  const EDGES = {
    1: ["left", "top"], 2: ["top", "right"], 3: ["left", "right"], 4: ["right", "bottom"],
    6: ["top", "bottom"], 7: ["left", "bottom"],
  };

  /* The edges that a line crosses, by which corners are above; two lines where it may turn either way. */
  function edgesOf(cases, isMiddleAbove) {
    if (cases === 5 || cases === 10) {
      const aroundBD = ["top", "right", "left", "bottom"];
      const aroundAC = ["left", "top", "right", "bottom"];
      return (cases === 5) === isMiddleAbove ? aroundBD : aroundAC;
    }
    return EDGES[cases] || EDGES[15 - cases];
  }

  /* Lowest and highest of one column of (n, units). */
  function range(values, units = 1, unit = 0) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = unit; k < values.length; k += units) {
      if (values[k] < low) low = values[k];
      if (values[k] > high) high = values[k];
    }
    return [low, high];
  }

  /* "#0072b2" as [0, 114, 178]. */
  const parsed = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

  /* 257 colours from `low` by `middle` to `high`, for shades from -1 to 1, as one Uint32Array of pixels. */
  function shades(low, middle, high) {
    const [below, between, above] = [low, middle, high].map(parsed);
    const bytes = new Uint8ClampedArray(257 * 4);
    for (let k = 0; k <= 256; k++) {
      const t = (k - 128) / 128;
      const end = t < 0 ? below : above;
      for (let c = 0; c < 3; c++) bytes[4 * k + c] = between[c] + Math.abs(t) * (end[c] - between[c]);
      bytes[4 * k + 3] = 255;
    }
    return new Uint32Array(bytes.buffer);
  }

  /* Paint one column of (side², units) on a canvas, one pixel a point; `shade` is from value to -1 ... 1. */
  function paint(canvas, values, side, palette, shade, units = 1, unit = 0) {
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    const image = context.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    for (let k = 0, at = unit; k < pixels.length; k++, at += units) {
      const t = Math.min(1, Math.max(-1, shade(values[at])));
      pixels[k] = palette[Math.round(128 + 128 * (t || 0))];
    }
    context.putImageData(image, 0, 0);
  }

  return { boundary, contour, frame, grid, paint, pass, range, shades };
})();
