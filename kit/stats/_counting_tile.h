/* One tile of an array, counted and summed: for float and for double, by including this twice.
 *
 * A tile is up to LANES columns of a matrix of rows. Its rows are read in blocks that stay in the
 * processor's cache, and each block in three plain loops along its rows, whose iterations do not
 * depend on each other: so a compiler makes vector instructions of the first two without being
 * allowed to change any sum.
 *
 * VALUE, WORD  the type of a value, and the unsigned integer of its size
 * NAME(x)      x with a suffix of the type
 * INFINITE     the pattern of infinity
 */

typedef struct {
    VALUE low[LANES], high[LANES];
    WORD active[LANES], beyond[LANES]; /* of one block */
    VALUE bound;                       /* of magnitude; negative where there is none */
} NAME(Ends);

static WORD NAME(word)(VALUE value)
{
    WORD word;
    memcpy(&word, &value, sizeof word);
    return word;
}

static int NAME(is_finite)(VALUE value)
{
    return (NAME(word)(value) & INFINITE) != INFINITE;
}

/* The float32 pattern of a finite value; beyond float32, that of its end. */
static uint32_t NAME(pattern)(VALUE value)
{
    const float single = (float)value;
    uint32_t pattern;
    memcpy(&pattern, &single, sizeof pattern);
#if VALUE_IS_DOUBLE
    const uint32_t magnitude = pattern & 0x7FFFFFFFu;
    pattern = (pattern & 0x80000000u) | LEAST(magnitude, 0x7F7FFFFFu);
#endif
    return pattern;
}

/* Means of the first rows, about which all are summed: nothing large is left to cancel. */
static void NAME(centre)(const VALUE *x, size_t rows, size_t stride, size_t width, Sums *sums)
{
    size_t row, j;
    for (j = 0; j < width; j++) {
        double total = 0;
        size_t some = 0;
        for (row = 0; row < rows; row++) {
            const VALUE value = x[row * stride + j];
            if (NAME(is_finite)(value)) {
                total += (double)value;
                some++;
            }
        }
        total = some ? total / (double)some : 0;
        sums->centre[j] = fabs(total) <= DBL_MAX ? total : 0;
    }
}

/* Sums of a block: what lies apart from the centre, and its square. Four rows at a time, so that
 * sums are fetched and put back a quarter as often. */
CLONES static void NAME(sum_block)(const VALUE *RESTRICT x, size_t rows, size_t stride,
                                   size_t width, const double *RESTRICT centre,
                                   double *RESTRICT sum, double *RESTRICT square)
{
    size_t row = 0, j;
    for (; row + 4 <= rows; row += 4, x += 4 * stride) {
        const VALUE *y = x + stride, *z = y + stride, *last = z + stride;
        for (j = 0; j < width; j++) {
            const double a = (double)x[j] - centre[j], b = (double)y[j] - centre[j];
            const double c = (double)z[j] - centre[j], d = (double)last[j] - centre[j];
            sum[j] += (a + b) + (c + d);
            square[j] += (a * a + b * b) + (c * c + d * d);
        }
    }
    for (; row < rows; row++, x += stride)
        for (j = 0; j < width; j++) {
            const double apart = (double)x[j] - centre[j];
            sum[j] += apart;
            square[j] += apart * apart;
        }
}

/* Ends of a block of finite values, and what is not 0. */
CLONES static void NAME(end_block)(const VALUE *RESTRICT x, size_t rows, size_t stride,
                                   size_t width, VALUE *RESTRICT low, VALUE *RESTRICT high,
                                   WORD *RESTRICT active)
{
    size_t row = 0, j;
    for (; row + 4 <= rows; row += 4, x += 4 * stride) {
        const VALUE *y = x + stride, *z = y + stride, *last = z + stride;
        for (j = 0; j < width; j++) {
            const VALUE a = x[j], b = y[j], c = z[j], d = last[j];
            low[j] = LEAST(low[j], LEAST(LEAST(a, b), LEAST(c, d)));
            high[j] = MOST(high[j], MOST(MOST(a, b), MOST(c, d)));
            active[j] += (WORD)(a != 0) + (WORD)(b != 0) + (WORD)(c != 0) + (WORD)(d != 0);
        }
    }
    for (; row < rows; row++, x += stride)
        for (j = 0; j < width; j++) {
            low[j] = LEAST(low[j], x[j]);
            high[j] = MOST(high[j], x[j]);
            active[j] += x[j] != 0;
        }
}

/* Values of a block beyond a bound. */
CLONES static void NAME(bound_block)(const VALUE *RESTRICT x, size_t rows, size_t stride,
                                     size_t width, VALUE bound, WORD *RESTRICT beyond)
{
    size_t row = 0, j;
    for (; row + 4 <= rows; row += 4, x += 4 * stride) {
        const VALUE *y = x + stride, *z = y + stride, *last = z + stride;
        for (j = 0; j < width; j++)
            beyond[j] += IS_BEYOND(x[j], bound) + IS_BEYOND(y[j], bound) +
                         IS_BEYOND(z[j], bound) + IS_BEYOND(last[j], bound);
    }
    for (; row < rows; row++, x += stride)
        for (j = 0; j < width; j++)
            beyond[j] += IS_BEYOND(x[j], bound);
}

#if VALUE_IS_DOUBLE
CLONES static void patterns_of(const double *RESTRICT x, size_t size, uint32_t *RESTRICT pattern)
{
    size_t i;
    for (i = 0; i < size; i++)
        pattern[i] = pattern_double(x[i]);
}
#endif

/* The coarse bins of a block of finite values. */
static void NAME(bin_block)(const VALUE *x, size_t rows, size_t stride, size_t width,
                            uint32_t *table)
{
    size_t row;
    for (row = 0; row < rows; row++, x += stride) {
        fetch(x + rows * stride, width * sizeof *x); /* of the next block, while this one waits */
#if VALUE_IS_DOUBLE
        uint32_t pattern[LANES];
        patterns_of(x, width, pattern);
        count_patterns(pattern, width, table);
#else
        count_patterns(x, width, table);
#endif
    }
}

/* All of a block that holds NaN or infinity, value by value. */
static void NAME(mixed_block)(const VALUE *x, size_t rows, size_t stride, size_t width,
                              Sums *sums, NAME(Ends) *ends, uint32_t *table)
{
    size_t row, j;
    memset(sums->sum, 0, sizeof sums->sum);
    memset(sums->square, 0, sizeof sums->square);
    for (row = 0; row < rows; row++, x += stride)
        for (j = 0; j < width; j++) {
            const VALUE value = x[j];
            double apart;
            if (!NAME(is_finite)(value)) {
                sums->count[j]--;
                continue;
            }
            apart = (double)value - sums->centre[j];
            sums->sum[j] += apart;
            sums->square[j] += apart * apart;
            if (table) {
                ends->low[j] = LEAST(ends->low[j], value);
                ends->high[j] = MOST(ends->high[j], value);
                ends->active[j] += value != 0;
                ends->beyond[j] += ends->bound >= 0 && IS_BEYOND(value, ends->bound);
                table[NAME(pattern)(value) >> COARSE_SHIFT]++;
            }
        }
}

/* Take a block in; `table` is NULL where it was counted before and is only summed again. */
static void NAME(take_block)(const VALUE *x, size_t rows, size_t stride, size_t width, Sums *sums,
                             NAME(Ends) *ends, uint32_t *table)
{
    double all = 0;
    size_t j;
    memset(sums->sum, 0, sizeof sums->sum);
    memset(sums->square, 0, sizeof sums->square);
    memset(ends->active, 0, sizeof ends->active);
    memset(ends->beyond, 0, sizeof ends->beyond);
    NAME(sum_block)(x, rows, stride, width, sums->centre, sums->sum, sums->square);
    for (j = 0; j < width; j++) {
        sums->count[j] += (int64_t)rows;
        all += sums->square[j];
    }
    if (!(all <= DBL_MAX)) /* NaN or infinity, or squares beyond float64 */
        NAME(mixed_block)(x, rows, stride, width, sums, ends, table);
    else if (table) {
        NAME(end_block)(x, rows, stride, width, ends->low, ends->high, ends->active);
        if (ends->bound >= 0)
            NAME(bound_block)(x, rows, stride, width, ends->bound, ends->beyond);
        NAME(bin_block)(x, rows, stride, width, table);
    }
    add_block(sums, width);
    for (j = 0; j < width; j++) {
        sums->active[j] += (int64_t)ends->active[j];
        sums->beyond[j] += (int64_t)ends->beyond[j];
    }
}

/* Sum a tile, and count it too where `table` is given. */
static void NAME(take_rows)(const VALUE *x, const Shape *shape, Sums *sums, NAME(Ends) *ends,
                            uint32_t *table)
{
    const size_t block = BLOCK;
    size_t row;
    for (row = 0; row < shape->rows; row += block) {
        const size_t rows = shape->rows - row < block ? shape->rows - row : block;
        NAME(take_block)(x + row * shape->stride, rows, shape->stride, shape->width, sums, ends,
                         table);
    }
    if (shape->left)
        NAME(take_block)(x + shape->rows * shape->stride, 1, shape->stride, shape->left, sums,
                         ends, table);
}

/* Count and sum a tile. */
static void NAME(take_tile)(const VALUE *x, const Shape *shape, double bound, Sums *sums,
                            uint32_t *table, double *low, double *high)
{
    const WORD infinite = INFINITE;
    NAME(Ends) ends;
    size_t j;
    VALUE end;
    ends.bound = (VALUE)bound;
    if (bound >= 0 && (double)ends.bound > bound) { /* the largest value that is not beyond it */
        const WORD word = (WORD)(NAME(word)(ends.bound) - 1);
        memcpy(&ends.bound, &word, sizeof word);
    }
    memcpy(&end, &infinite, sizeof end);
    for (j = 0; j < LANES; j++) {
        ends.low[j] = end;
        ends.high[j] = -end;
    }
    memset(sums, 0, sizeof *sums);
    NAME(centre)(x, LEAST(shape->rows, FIRST), shape->stride, shape->width, sums);
    NAME(take_rows)(x, shape, sums, &ends, table);
    for (j = 0; j < shape->width; j++) {
        if (ends.low[j] == ends.high[j]) /* one value: no sum could be as exact */
            one_value(sums, j, (double)ends.low[j]);
        *low = LEAST(*low, (double)ends.low[j]);
        *high = MOST(*high, (double)ends.high[j]);
    }
    if (is_off_centre(sums, shape->width)) {
        recentre(sums, shape->width);
        NAME(take_rows)(x, shape, sums, &ends, NULL);
    }
}

/* Count finite values with more bits: those that lie close together. */
CLONES static void NAME(places)(const VALUE *RESTRICT x, size_t size, unsigned shift,
                                uint32_t first, uint32_t *RESTRICT place)
{
    size_t i;
    for (i = 0; i < size; i++) {
        const uint32_t at = (key_of(NAME(pattern)(x[i])) >> shift) - first;
        place[i] = LEAST(at, PLACES);
    }
}
