"use strict";
/* A digit drawn by hand, made into the image that MNIST would have made of it.

   As its page tells (LeCun, Cortes, Burges, "The MNIST database"): the digit is fitted into 20x20
   pixels with its shape kept, grey where an edge lies within a pixel, and put into 28x28 so that its
   centre of mass is in the middle. Strokes are lists of points [x, y], from 0 to 1. */
Kit.finger = (() => {
  const FINE = 140; // pixels of a side while lines are drawn
  const WIDE = 0.042; // half a line, in sides: what leaves MNIST's strokes of about two pixels
  const [SIDE, BOX] = [28, 20]; // pixels of the image, and of the digit in it

  function distance([px, py], [ax, ay], [bx, by]) {
    const [dx, dy] = [bx - ax, by - ay];
    const long = dx * dx + dy * dy;
    const t = long === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / long));
    return Math.hypot(px - ax - t * dx, py - ay - t * dy);
  }

  /* Ink from 0 to 1 on a fine grid, around each line of the strokes. */
  function inked(strokes) {
    const ink = new Float32Array(FINE * FINE);
    const soft = 1 / FINE;
    for (const points of strokes) {
      for (let k = 0; k < points.length; k++) {
        const [from, to] = [points[Math.max(0, k - 1)], points[k]];
        const reach = WIDE + soft;
        const ends = [0, 1].map((axis) => [
          Math.max(0, Math.floor((Math.min(from[axis], to[axis]) - reach) * FINE)),
          Math.min(FINE - 1, Math.ceil((Math.max(from[axis], to[axis]) + reach) * FINE)),
        ]);
        for (let y = ends[1][0]; y <= ends[1][1]; y++) {
          for (let x = ends[0][0]; x <= ends[0][1]; x++) {
            const far = distance([(x + 0.5) / FINE, (y + 0.5) / FINE], from, to);
            const value = Math.min(1, Math.max(0, (WIDE - far) / soft + 0.5));
            if (value > ink[y * FINE + x]) ink[y * FINE + x] = value;
          }
        }
      }
    }
    return ink;
  }

  /* The box around all ink, [left, top, right, bottom] in pixels; null without any. */
  function boxOf(ink) {
    let box = null;
    for (let k = 0; k < ink.length; k++) {
      if (ink[k] < 0.1) continue;
      const [x, y] = [k % FINE, Math.floor(k / FINE)];
      box = box || [x, y, x + 1, y + 1];
      box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x + 1), Math.max(box[3], y + 1)];
    }
    return box;
  }

  /* The mean of ink over each pixel of an image: pixel (i, j) is the square at left + j·unit, top + i·unit. */
  function sampled(ink, left, top, unit) {
    const image = new Float32Array(SIDE * SIDE);
    const parts = 4;
    for (let i = 0; i < SIDE; i++) {
      for (let j = 0; j < SIDE; j++) {
        let sum = 0;
        for (let p = 0; p < parts * parts; p++) {
          const x = Math.floor(left + (j + ((p % parts) + 0.5) / parts) * unit);
          const y = Math.floor(top + (i + (Math.floor(p / parts) + 0.5) / parts) * unit);
          if (x >= 0 && x < FINE && y >= 0 && y < FINE) sum += ink[y * FINE + x];
        }
        image[i * SIDE + j] = sum / (parts * parts);
      }
    }
    return image;
  }

  function middleOf(image) {
    let [mass, x, y] = [0, 0, 0];
    image.forEach((value, k) => {
      mass += value;
      x += value * ((k % SIDE) + 0.5);
      y += value * (Math.floor(k / SIDE) + 0.5);
    });
    return [x / mass, y / mass];
  }

  /* The image of strokes, side by side pixels from 0 to 1, centred by mass; null where nothing is drawn.
     32x32 is 28x28 with two pixels of air around, as LeNet-5's paper has it. */
  function centred(strokes, side = SIDE) {
    const ink = inked(strokes);
    const box = boxOf(ink);
    if (!box) return null;
    const unit = Math.max(box[2] - box[0], box[3] - box[1]) / BOX;
    const first = [(box[0] + box[2]) / 2 - (SIDE / 2) * unit, (box[1] + box[3]) / 2 - (SIDE / 2) * unit];
    const [x, y] = middleOf(sampled(ink, first[0], first[1], unit));
    // whole pixels, as MNIST was moved
    const [right, down] = [Math.round(x - SIDE / 2), Math.round(y - SIDE / 2)];
    return framed(sampled(ink, first[0] + right * unit, first[1] + down * unit, unit), side);
  }

  /* An image with air around. */
  function framed(image, side) {
    const edge = (side - SIDE) / 2;
    const large = new Float32Array(side * side);
    image.forEach((value, k) => {
      large[(Math.floor(k / SIDE) + edge) * side + (k % SIDE) + edge] = value;
    });
    return large;
  }

  /* An image of the range that a model takes. */
  const ranged = (image, low, high) => image.map((value) => low + value * (high - low));

  /* Which sizes can be drawn. */
  const fits = ([height, width, channels]) =>
    height === width && channels === 1 && (height === 28 || height === 32);

  return { centred, ranged, fits, WIDE };
})();
