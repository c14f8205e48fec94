"use strict";
/*
 * Products of matrices, which is where nearly all the time of a pass goes.
 *
 * C = A B, with either read transposed, in tiles of 3 x 4 numbers that stay in registers (K. Goto and
 * R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008): A and B are
 * first copied into float64 in the order in which the tiles read them, filled up with zeros. Sums are
 * float64 and rounded to float32 once.
 */
Kit.products = (() => {
  const ROWS = 3;
  const COLUMNS = 4;
  let left = new Float64Array(0);
  let panel = new Float64Array(0);

  /* Rows of A by threes: for each k the three numbers that a tile needs. */
  function packLeft(A, n, p, transposed) {
    const tiles = Math.ceil(n / ROWS);
    if (left.length < tiles * ROWS * p) left = new Float64Array(tiles * ROWS * p);
    const [alongRow, alongColumn] = transposed ? [n, 1] : [1, p];
    for (let t = 0, q = 0; t < tiles; t++) {
      const first = t * ROWS;
      const rows = Math.min(ROWS, n - first);
      for (let k = 0; k < p; k++) {
        const start = first * alongColumn + k * alongRow;
        left[q++] = A[start];
        left[q++] = rows > 1 ? A[start + alongColumn] : 0;
        left[q++] = rows > 2 ? A[start + 2 * alongColumn] : 0;
      }
    }
    return tiles;
  }

  /* Four columns of B, from `first` on. */
  function packPanel(B, p, m, first, transposed) {
    const columns = Math.min(COLUMNS, m - first);
    for (let k = 0, q = 0; k < p; k++) {
      for (let c = 0; c < COLUMNS; c++) {
        panel[q++] = c < columns ? B[transposed ? (first + c) * p + k : k * m + first + c] : 0;
      }
    }
  }

  const tile = new Float64Array(ROWS * COLUMNS);

  /* What three rows from `at` on and the panel make: 12 sums. */
  function multiplyTile(left, panel, at, p) {
    let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
    let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
    let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
    for (let k = 0, a = at, b = 0; k < p; k++, a += ROWS, b += COLUMNS) {
      const b0 = panel[b], b1 = panel[b + 1], b2 = panel[b + 2], b3 = panel[b + 3];
      const a0 = left[a], a1 = left[a + 1], a2 = left[a + 2];
      c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
      c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
      c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    }
    tile[0] = c00; tile[1] = c01; tile[2] = c02; tile[3] = c03;
    tile[4] = c10; tile[5] = c11; tile[6] = c12; tile[7] = c13;
    tile[8] = c20; tile[9] = c21; tile[10] = c22; tile[11] = c23;
  }

  /*
   * C (n, m) = A (n, p) B (p, m), all row-major. With `across.left` A is given as (p, n), with
   * `across.right` B as (m, p). `scale` is multiplied to every sum, `bias` (m) added to each row.
   */
  function multiply(A, B, C, [n, p, m], { across = {}, scale = 1, bias = null } = {}) {
    const tiles = packLeft(A, n, p, Boolean(across.left));
    if (panel.length < COLUMNS * p) panel = new Float64Array(COLUMNS * p);
    for (let first = 0; first < m; first += COLUMNS) {
      packPanel(B, p, m, first, Boolean(across.right));
      const columns = Math.min(COLUMNS, m - first);
      for (let t = 0; t < tiles; t++) {
        multiplyTile(left, panel, t * ROWS * p, p);
        const rows = Math.min(ROWS, n - t * ROWS);
        for (let r = 0; r < rows; r++) {
          const at = (t * ROWS + r) * m + first;
          for (let c = 0; c < columns; c++) {
            const value = tile[r * COLUMNS + c] * scale;
            C[at + c] = bias ? value + bias[first + c] : value;
          }
        }
      }
    }
    return C;
  }

  return { multiply };
})();
