"use strict";
/*
 * Products of matrices, which is where most of the time of a pass goes.
 *
 * C = A B, with either read transposed, in tiles of numbers that stay in registers (K. Goto and R. van
 * de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008): rows of A and
 * columns of B are first copied into float64, in strips in which the tiles read them, filled up with
 * zeros. A kernel makes all tiles of the strips: one of WebAssembly with vectors of two float64 (the
 * bytes of its module are written here, one instruction after the other), or where there is none loops
 * of JavaScript. Both add up in the same order, so that their sums are the same: of float64, rounded
 * to float32 once.
 */
Kit.products = (() => {
  const COLUMNS = 4;
  const BYTES = 8; // of a number
  const PAGE = 65536; // bytes by which WebAssembly's memory grows

  /* Loops: tiles of 3 x 4 numbers. Places are indices into `numbers`, as in a kernel's bytes. */
  function loops() {
    const rows = 3;
    let numbers = new Float64Array(0);
    function room(count) {
      if (numbers.length < count) numbers = new Float64Array(count);
      return numbers;
    }
    function run(left, panels, out, p) {
      for (let panel = panels, to = out; panel < out; panel += COLUMNS * p) {
        for (let a = left; a < panels; a += rows * p, to += rows * COLUMNS) {
          multiplyTile(numbers, a, panel, to, p);
        }
      }
    }
    return { rows, room, run };
  }

  /* What three rows from `a` on and four columns from `b` on make: 12 sums. */
  function multiplyTile(numbers, a, b, to, p) {
    let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
    let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
    let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
    for (let k = 0; k < p; k++, a += 3, b += COLUMNS) {
      const b0 = numbers[b], b1 = numbers[b + 1], b2 = numbers[b + 2], b3 = numbers[b + 3];
      const a0 = numbers[a], a1 = numbers[a + 1], a2 = numbers[a + 2];
      c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
      c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
      c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    }
    numbers[to] = c00; numbers[to + 1] = c01; numbers[to + 2] = c02; numbers[to + 3] = c03;
    numbers[to + 4] = c10; numbers[to + 5] = c11; numbers[to + 6] = c12; numbers[to + 7] = c13;
    numbers[to + 8] = c20; numbers[to + 9] = c21; numbers[to + 10] = c22; numbers[to + 11] = c23;
  }

  // WebAssembly's binary format (W3C, "WebAssembly Core Specification" 2.0, section 5)

  const I32 = 0x7f;
  const V128 = 0x7b;

  /* A whole number in groups of seven bits, the last with its high bit clear. */
  function leb(value) {
    return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
  }

  const counted = (parts) => [...leb(parts.length), ...parts.flat()];
  const sized = (bytes) => [...leb(bytes.length), ...bytes];
  const section = (id, bytes) => [id, ...sized(bytes)];
  const name = (text) => sized(Array.from(text, (letter) => letter.charCodeAt(0)));
  const at = (offset) => [0, ...leb(offset)]; // of a load or store, beside its address

  const op = {
    get: (local) => [0x20, ...leb(local)],
    set: (local) => [0x21, ...leb(local)],
    constant: (value) => [0x41, ...leb(value)], // under 64, where a sign has no part in it
    addI32: [0x6a],
    unequal: [0x47],
    /* What it runs ends with a condition: whether once more. */
    repeat: (...body) => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b],
    zeros: [0xfd, 0x0c, ...Array(16).fill(0)],
    load: (offset) => [0xfd, 0x00, ...at(offset)],
    loadTwice: (offset) => [0xfd, 0x0a, ...at(offset)], // one float64 in both halves
    store: (offset) => [0xfd, 0x0b, ...at(offset)],
    add: [0xfd, ...leb(0xf0)],
    multiply: [0xfd, ...leb(0xf2)],
    end: [0x0b],
  };

  /*
   * run(left, panels, out, bytes) over memory: of each panel of four columns and each strip of four
   * rows, both `bytes` long, the 16 sums. Strips stand from `left` to `panels`, panels up to `out`.
   */
  function vectorModule() {
    const [LEFT, PANELS, OUT, DEPTH, PANEL, A, B, END, TO, B0, B1, SPLAT, SUMS] =
      Array.from({ length: 13 }, (_, k) => k);
    const STEP = COLUMNS * BYTES;
    const sums = Array.from({ length: 8 }, (_, k) => SUMS + k);
    const move = (local, bytes) => [
      ...op.get(local), ...op.constant(bytes), ...op.addI32, ...op.set(local),
    ];
    const copy = (from, to) => [...op.get(from), ...op.set(to)];
    const until = (local, end) => [...op.get(local), ...op.get(end), ...op.unequal];
    const gather = (sum, column) => [
      ...op.get(SPLAT), ...op.get(column), ...op.multiply, ...op.get(sum), ...op.add, ...op.set(sum),
    ];
    const row = (r) => [
      ...op.get(A), ...op.loadTwice(r * BYTES), ...op.set(SPLAT),
      ...gather(sums[2 * r], B0), ...gather(sums[2 * r + 1], B1),
    ];
    const tile = op.repeat(
      op.get(B), op.load(0), op.set(B0), op.get(B), op.load(2 * BYTES), op.set(B1),
      row(0), row(1), row(2), row(3),
      move(A, STEP), move(B, STEP), until(B, END),
    );
    const strips = op.repeat(
      sums.flatMap((sum) => [...op.zeros, ...op.set(sum)]),
      copy(PANEL, B), tile,
      sums.flatMap((sum, k) => [...op.get(TO), ...op.get(sum), ...op.store(2 * BYTES * k)]),
      ...Array(4).fill(move(TO, STEP)), until(A, PANELS),
    );
    const body = [
      ...copy(PANELS, PANEL), ...copy(OUT, TO),
      ...op.repeat(
        op.get(PANEL), op.get(DEPTH), op.addI32, op.set(END), copy(LEFT, A), strips,
        copy(END, PANEL), until(PANEL, OUT),
      ),
      ...op.end,
    ];
    const locals = counted([[...leb(TO - DEPTH), I32], [...leb(3 + sums.length), V128]]);
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
      ...section(1, counted([[0x60, ...counted(Array(4).fill([I32])), 0]])), // a type: (4 i32) -> ()
      ...section(2, counted([[...name("kit"), ...name("memory"), 0x02, 0x00, 1]])), // at least a page
      ...section(3, counted([[0]])), // a function of that type
      ...section(7, counted([[...name("run"), 0x00, 0]])),
      ...section(10, counted([sized([...locals, ...body])])),
    ]);
  }

  /* The kernel of WebAssembly; null where there is none, or none with vectors, or a policy forbids it. */
  function vectors() {
    const rows = 4;
    try {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const module = new WebAssembly.Module(vectorModule());
      const { run } = new WebAssembly.Instance(module, { kit: { memory } }).exports;
      let numbers = new Float64Array(memory.buffer);
      const room = (count) => {
        const missing = count - numbers.length;
        if (missing > 0) {
          memory.grow(Math.ceil((missing * BYTES) / PAGE));
          numbers = new Float64Array(memory.buffer); // growing takes the old one away
        }
        return numbers;
      };
      return {
        rows, room,
        run: (left, panels, out, p) => run(left * BYTES, panels * BYTES, out * BYTES, p * rows * BYTES),
      };
    } catch {
      return null;
    }
  }

  const kernels = { vectors: vectors(), loops: loops() };

  /*
   * Strips of `wide` rows of a matrix with `count` of them, for each k the numbers of the strip; from
   * one row to the next there are `across` numbers, from one k to the next `along`. Returns where they end.
   */
  function pack(values, numbers, start, [count, wide, p], across, along) {
    let q = start;
    for (let first = 0; first < count; first += wide) {
      const rows = Math.min(wide, count - first);
      if (rows === 4) {
        for (let k = 0, from = first * across; k < p; k++, from += along, q += 4) {
          numbers[q] = values[from];
          numbers[q + 1] = values[from + across];
          numbers[q + 2] = values[from + 2 * across];
          numbers[q + 3] = values[from + 3 * across];
        }
        continue;
      }
      for (let k = 0, from = first * across; k < p; k++, from += along) {
        for (let r = 0; r < wide; r++) numbers[q++] = r < rows ? values[from + r * across] : 0;
      }
    }
    return q;
  }

  /* From tiles, whose rows stand one after the other in each panel, to C. */
  function unpack(numbers, out, C, [n, m], height, scale, bias) {
    for (let first = 0, panel = out; first < m; first += COLUMNS, panel += height * COLUMNS) {
      const columns = Math.min(COLUMNS, m - first);
      for (let i = 0, from = panel, to = first; i < n; i++, from += COLUMNS, to += m) {
        for (let c = 0; c < columns; c++) {
          const value = numbers[from + c] * scale;
          C[to + c] = bias ? value + bias[first + c] : value;
        }
      }
    }
    return C;
  }

  /*
   * C (n, m) = A (n, p) B (p, m), all row-major; n, p and m are at least 1. With `across.left` A is given
   * as (p, n), with `across.right` B as (m, p). `scale` is multiplied to every sum, `bias` (m) added to
   * each row. `by` is one of the kernels.
   */
  function multiply(A, B, C, [n, p, m], options = {}) {
    const { across = {}, scale = 1, bias = null, by = kernels.vectors || kernels.loops } = options;
    const height = Math.ceil(n / by.rows) * by.rows;
    const width = Math.ceil(m / COLUMNS) * COLUMNS;
    const numbers = by.room((height + width) * p + height * width);
    const panels = pack(A, numbers, 0, [n, by.rows, p], ...(across.left ? [1, n] : [p, 1]));
    const out = pack(B, numbers, panels, [m, COLUMNS, p], ...(across.right ? [p, 1] : [1, m]));
    by.run(0, panels, out, p);
    return unpack(numbers, out, C, [n, m], height, scale, bias);
  }

  return { kernels: Object.freeze(kernels), multiply };
})();
