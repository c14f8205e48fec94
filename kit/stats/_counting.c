/* Counting and summing an array in one pass: the compiled way of kit.stats.counting.
 *
 * What is counted, and which bins there are, stands in kit/stats/bins.py and kit/stats/sketch.py;
 * kit/stats/counting_numpy.py does the same in NumPy, to the same bins, counts and ends. This
 * module is optional. It is plain C99 with the buffer protocol, holds no state, and runs without
 * the GIL.
 *
 * Sums are taken about a value near the mean, in double precision: first of a block of rows, then
 * of the blocks with what rounding lost kept beside; at last the columns are merged by the
 * pairwise formula of Chan, Golub and LeVeque (1979), with means of two doubles, so that a mean 1e8
 * spreads away from 0 costs the spread no digits.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum {
    LANES = 128,       /* columns that are summed side by side at most */
    BLOCK = 64,        /* rows that are read together: LANES times BLOCK floats stay in the cache */
    FIRST = 8,         /* rows whose mean is the centre of all */
    COARSE_SHIFT = 18, /* bits of a pattern that are no coarse bin's */
    TABLE = 1 << 14,   /* coarse bins of both signs */
    TABLES = 4,
    STEP = 64, /* bins that are looked at together */
    PLACES = 1025, /* fine bins of a range, and that of -0.0 before 0.0 */
    SOME = 2048 /* values whose fine bins are found together */
};

/* gcc and glibc can compile a loop for several processors and choose when it is loaded */
#if __GNUC__ >= 12 && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/* C99's `restrict`, where a compiler has it by default */
#if defined(_MSC_VER)
#define RESTRICT __restrict
#else
#define RESTRICT restrict
#endif

#define LEAST(a, b) ((a) < (b) ? (a) : (b))
#define MOST(a, b) ((a) > (b) ? (a) : (b))

#define IS_BEYOND(value, bound) ((uint32_t)(((value) > (bound)) | ((value) < -(bound))))

/* How a tile lies in memory. */
typedef struct {
    size_t rows, stride, width;
    size_t left; /* columns that have one row more */
} Shape;

/* Of each column of a tile. */
typedef struct {
    double centre[LANES];
    double sum[LANES], square[LANES];                       /* of one block */
    double sums[LANES], squares[LANES];                     /* of all blocks */
    double lost[LANES], lost_square[LANES];                 /* what rounding took from them */
    int64_t count[LANES], active[LANES], beyond[LANES];
} Sums;

/* Count, mean as the sum of two doubles, and squared deviations. */
typedef struct {
    int64_t count;
    double mean, rest, m2;
} Moments;

/* The sum of two numbers, and what rounding took from it (Knuth 1969, TAOCP 2, 4.2.2). */
static double two_sum(double a, double b, double *lost)
{
    const double sum = a + b, part = sum - a;
    *lost = (a - (sum - part)) + (b - part);
    return sum;
}

CLONES static void add_column(double *sums, double *lost, const double *sum, size_t width)
{
    size_t j;
    for (j = 0; j < width; j++) {
        const double total = sums[j] + sum[j], part = total - sums[j];
        lost[j] += (sums[j] - (total - part)) + (sum[j] - part);
        sums[j] = total;
    }
}

static void add_block(Sums *sums, size_t width)
{
    add_column(sums->sums, sums->lost, sums->sum, width);
    add_column(sums->squares, sums->lost_square, sums->square, width);
}

static Moments moments_of(const Sums *sums, size_t j)
{
    Moments found = {0, 0, 0, 0};
    found.count = sums->count[j];
    if (found.count) {
        const double count = (double)found.count, total = sums->sums[j] + sums->lost[j];
        const double squares = sums->squares[j] + sums->lost_square[j];
        found.mean = two_sum(sums->centre[j], total / count, &found.rest);
        found.m2 = squares - total * (total / count);
        if (found.m2 < 0)
            found.m2 = 0;
    }
    return found;
}

/* Whether of some column's squares nearly all is due to its centre: then digits were lost. */
static int is_off_centre(const Sums *sums, size_t width)
{
    size_t j;
    for (j = 0; j < width; j++)
        if (moments_of(sums, j).m2 < 1e-3 * sums->squares[j])
            return 1;
    return 0;
}

static void clear_sums(Sums *sums)
{
    memset(sums->sums, 0, sizeof sums->sums);
    memset(sums->squares, 0, sizeof sums->squares);
    memset(sums->lost, 0, sizeof sums->lost);
    memset(sums->lost_square, 0, sizeof sums->lost_square);
}

/* Means as the new centres; counts are taken anew too. */
static void recentre(Sums *sums, size_t width)
{
    size_t j;
    for (j = 0; j < width; j++) {
        const double mean = moments_of(sums, j).mean;
        sums->centre[j] = fabs(mean) <= DBL_MAX ? mean : 0;
        sums->count[j] = 0;
    }
    clear_sums(sums);
}

/* Of a column that holds one value over and over. */
static void one_value(Sums *sums, size_t j, double value)
{
    sums->centre[j] = value;
    sums->sums[j] = sums->squares[j] = sums->lost[j] = sums->lost_square[j] = 0;
}

static void merge(Moments *into, Moments other)
{
    const double count = (double)(into->count + other.count);
    double apart, lost;
    if (!other.count)
        return;
    if (!into->count) {
        *into = other;
        return;
    }
    apart = (other.mean - into->mean) + (other.rest - into->rest);
    into->m2 += other.m2 + apart * apart * ((double)into->count * ((double)other.count / count));
    into->rest += apart * ((double)other.count / count);
    into->mean = two_sum(into->mean, into->rest, &lost);
    into->rest = lost;
    into->count += other.count;
}

/* A number for a pattern that ascends with its value. */
static uint32_t key_of(uint32_t pattern)
{
    return pattern ^ (0x80000000u | (0u - (pattern >> 31)));
}

/* Ask for memory that will be read soon; none need be there. */
static void fetch(const void *start, size_t size)
{
#if defined(__GNUC__)
    const char *at = start;
    size_t i;
    for (i = 0; i < size; i += 64)
        __builtin_prefetch(at + i);
#else
    (void)start;
    (void)size;
#endif
}

/* Count patterns, of 4 bytes each, in coarse bins. Values in a row that are alike, as zeros are,
 * would wait for each other's count: they go to tables of their own. Two are fetched together. */
static void count_patterns(const void *patterns, size_t size, uint32_t *table)
{
    const char *at = patterns;
    uint32_t *second = table + TABLE, *third = second + TABLE, *fourth = third + TABLE;
    size_t i;
    for (i = 0; i + 4 <= size; i += 4, at += 16) {
        uint64_t two, more;
        memcpy(&two, at, 8);
        memcpy(&more, at + 8, 8);
        table[(uint32_t)two >> COARSE_SHIFT]++;
        second[two >> (32 + COARSE_SHIFT)]++;
        third[(uint32_t)more >> COARSE_SHIFT]++;
        fourth[more >> (32 + COARSE_SHIFT)]++;
    }
    for (; i < size; i++, at += 4) {
        uint32_t one;
        memcpy(&one, at, 4);
        table[one >> COARSE_SHIFT]++;
    }
}

#define VALUE float
#define WORD uint32_t
#define NAME(x) x##_float
#define INFINITE 0x7F800000u
#define VALUE_IS_DOUBLE 0
#include "_counting_tile.h"
#undef VALUE
#undef WORD
#undef NAME
#undef INFINITE
#undef VALUE_IS_DOUBLE

#define VALUE double
#define WORD uint64_t
#define NAME(x) x##_double
#define INFINITE 0x7FF0000000000000u
#define VALUE_IS_DOUBLE 1
#include "_counting_tile.h"

/* What `measure` is given, and what it gives. */
typedef struct {
    const void *values;
    int is_double;
    size_t size, units;
    double bound;
    uint32_t *table; /* TABLES of them, all 0, and all 0 again afterwards */
    int64_t *bins, *counts;
    int64_t *unit_count, *unit_active, *unit_beyond;
    double *unit_mean, *unit_m2;
    size_t used;
    int64_t active;
    double low, high;
    uint32_t low_place, high_place; /* their bins at 23 bits */
    Moments all;
} Job;

static void take_tile(Job *job, size_t start, const Shape *shape, Sums *sums)
{
    if (job->is_double)
        take_tile_double((const double *)job->values + start, shape, job->bound, sums, job->table,
                         &job->low, &job->high);
    else
        take_tile_float((const float *)job->values + start, shape, job->bound, sums, job->table,
                        &job->low, &job->high);
}

/* Columns of a tile that are one unit's, merged into it. */
static void give_unit(Job *job, const Sums *sums, size_t width, size_t first, size_t step,
                      size_t unit)
{
    Moments whole = {0, 0, 0, 0};
    size_t j;
    for (j = first; j < width; j += step) {
        merge(&whole, moments_of(sums, j));
        job->unit_active[unit] += sums->active[j];
        job->unit_beyond[unit] += sums->beyond[j];
    }
    job->active += job->unit_active[unit];
    job->unit_count[unit] = whole.count;
    job->unit_mean[unit] = whole.count ? whole.mean + whole.rest : Py_NAN;
    job->unit_m2[unit] = whole.m2;
    merge(&job->all, whole);
}

/* Whether STEP bins from one on are empty, in all tables. */
CLONES static int is_empty(const uint32_t *table)
{
    uint32_t any = 0;
    size_t i, k;
    for (k = 0; k < TABLES; k++)
        for (i = 0; i < STEP; i++)
            any |= table[k * TABLE + i];
    return !any;
}

/* Bins in use, in the order of their values, and their counts; the tables are left empty. */
static void give_bins(Job *job)
{
    uint32_t *table = job->table;
    size_t rank, k, used = 0;
    for (rank = 0; rank < TABLE; rank++) {
        const int positive = rank >= TABLE / 2;
        const size_t at = positive ? rank - TABLE / 2 : TABLE - 1 - rank;
        int64_t count = 0;
        if (rank % STEP == 0 && is_empty(table + (positive ? at : at + 1 - STEP))) {
            rank += STEP - 1;
            continue;
        }
        for (k = 0; k < TABLES; k++)
            count += table[k * TABLE + at];
        if (count) {
            for (k = 0; k < TABLES; k++)
                table[k * TABLE + at] = 0;
            job->bins[used] = (int64_t)rank;
            job->counts[used++] = count;
        }
    }
    job->used = used;
}

static void measure_units(Job *job)
{
    const size_t rows = job->size / job->units;
    Sums sums;
    Shape shape;
    size_t unit;
    if (job->units <= LANES) { /* short rows are read several at a time, side by side */
        size_t beside = LANES / job->units;
        if (beside > rows)
            beside = rows;
        shape.width = shape.stride = beside * job->units;
        shape.rows = rows / beside;
        shape.left = rows % beside * job->units;
        take_tile(job, 0, &shape, &sums);
        for (unit = 0; unit < job->units; unit++)
            give_unit(job, &sums, shape.width, unit, job->units, unit);
    }
    else {
        const size_t tiles = (job->units + LANES - 1) / LANES;
        const size_t width = (job->units + tiles - 1) / tiles;
        size_t start;
        shape.rows = rows;
        shape.stride = job->units;
        shape.left = 0;
        for (start = 0; start < job->units; start += width) {
            shape.width = job->units - start < width ? job->units - start : width;
            take_tile(job, start, &shape, &sums);
            for (unit = 0; unit < shape.width; unit++)
                give_unit(job, &sums, unit + 1, unit, LANES, start + unit);
        }
    }
    give_bins(job);
}

/* The number of a value's bin at 23 bits. */
static uint32_t place_of(double value)
{
    return key_of(pattern_double(value));
}

/* Subnormal numbers count, whatever the thread that asks has set. */
static void measure_job(Job *job)
{
    fenv_t before;
    fegetenv(&before);
    fesetenv(FE_DFL_ENV);
    measure_units(job);
    job->low += 0.0; /* no -0.0: which zero comes out is chance */
    job->high += 0.0;
    job->low_place = place_of(job->low);
    job->high_place = place_of(job->high);
    fesetenv(&before);
}

static void count_places(const Job *job, unsigned shift, uint32_t first, int64_t *counts)
{
    uint32_t tables[TABLES][PLACES + 1], place[SOME];
    size_t start, i;
    unsigned k;
    memset(tables, 0, sizeof tables);
    for (start = 0; start < job->size; start += SOME) {
        const size_t size = job->size - start < SOME ? job->size - start : SOME;
        if (job->is_double)
            places_double((const double *)job->values + start, size, shift, first, place);
        else
            places_float((const float *)job->values + start, size, shift, first, place);
        for (i = 0; i + TABLES <= size; i += TABLES)
            for (k = 0; k < TABLES; k++)
                tables[k][place[i + k]]++;
        for (; i < size; i++)
            tables[0][place[i]]++;
    }
    for (i = 0; i < PLACES; i++)
        for (k = 0; k < TABLES; k++)
            counts[i] += tables[k][i];
}

static void fine_job(const Job *job, unsigned shift, uint32_t first, int64_t *counts)
{
    fenv_t before;
    fegetenv(&before);
    fesetenv(FE_DFL_ENV);
    count_places(job, shift, first, counts);
    fesetenv(&before);
}

/* Whether a buffer holds what it should: items of one format, so many at least. */
static int holds(const Py_buffer *view, const char *format, size_t itemsize, size_t items)
{
    const char *found = view->format ? view->format : "B";
    if (strlen(found) == 1 && strchr(format, found[0]) && (size_t)view->itemsize == itemsize &&
        (size_t)view->len / itemsize >= items)
        return 1;
    PyErr_Format(PyExc_ValueError, "a buffer must hold %zu items of format %s; got %zd bytes of %s",
                 items, format, view->len, found);
    return 0;
}

/* The values of a job, of either type. */
static int take_values(const Py_buffer *view, Job *job)
{
    job->is_double = view->itemsize == (Py_ssize_t)sizeof(double);
    job->values = view->buf;
    job->size = (size_t)(view->len / view->itemsize);
    if (job->size >> 32) {
        PyErr_SetString(PyExc_ValueError, "`values` must be fewer than 2**32");
        return 0;
    }
    return holds(view, "fd", job->is_double ? sizeof(double) : sizeof(float), 0);
}

PyDoc_STRVAR(measure_doc,
             "measure(values, units, bound, table, bins, counts, whole, parts)\n--\n\n"
             "Count and sum values, float32 or float64, (n, units). Fills bins and counts, (16384,)\n"
             "int64; whole, (3, units) int64: count, active, beyond bound; parts, (2, units)\n"
             "float64: mean, m2. `table` is (4, 16384) uint32, all 0, and stays so. Returns used\n"
             "bins, count, mean, m2, smallest, largest, their places, zeros, non-finite values.");

static PyObject *measure(PyObject *module, PyObject *args)
{
    Py_buffer views[6];
    PyObject *given[6], *result = NULL;
    Py_ssize_t units;
    Job job;
    int taken, ready;
    (void)module;
    memset(&job, 0, sizeof job);
    if (!PyArg_ParseTuple(args, "OndOOOOO", &given[0], &units, &job.bound, &given[1], &given[2],
                          &given[3], &given[4], &given[5]))
        return NULL;
    for (taken = 0; taken < 6; taken++) {
        const int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (taken ? PyBUF_WRITABLE : 0);
        if (PyObject_GetBuffer(given[taken], &views[taken], flags))
            break;
    }
    ready = taken == 6 && take_values(&views[0], &job);
    if (ready && (units < 1 || !job.size || job.size % (size_t)units)) {
        PyErr_SetString(PyExc_ValueError, "`units` must divide the number of values");
        ready = 0;
    }
    job.units = (size_t)units;
    ready = ready && holds(&views[1], "IL", sizeof(uint32_t), TABLES * TABLE) &&
            holds(&views[2], "lq", sizeof(int64_t), TABLE) &&
            holds(&views[3], "lq", sizeof(int64_t), TABLE) &&
            holds(&views[4], "lq", sizeof(int64_t), 3 * job.units) &&
            holds(&views[5], "d", sizeof(double), 2 * job.units);
    if (ready) {
        job.table = views[1].buf;
        job.bins = views[2].buf;
        job.counts = views[3].buf;
        job.unit_count = views[4].buf;
        job.unit_active = job.unit_count + units;
        job.unit_beyond = job.unit_active + units;
        job.unit_mean = views[5].buf;
        job.unit_m2 = job.unit_mean + units;
        memset(job.unit_count, 0, 3 * job.units * sizeof(int64_t));
        job.low = HUGE_VAL;
        job.high = -HUGE_VAL;
        Py_BEGIN_ALLOW_THREADS
        measure_job(&job);
        Py_END_ALLOW_THREADS
        result = Py_BuildValue("nLddddkkLL", (Py_ssize_t)job.used, (long long)job.all.count,
                               job.all.mean + job.all.rest, job.all.m2, job.low, job.high,
                               (unsigned long)job.low_place, (unsigned long)job.high_place,
                               (long long)(job.all.count - job.active),
                               (long long)((int64_t)job.size - job.all.count));
    }
    while (taken--)
        PyBuffer_Release(&views[taken]);
    return result;
}

PyDoc_STRVAR(fine_doc,
             "fine(values, shift, first, counts)\n--\n\n"
             "Add finite values, float32 or float64, to counts, (1025,) int64: of bins of a pattern\n"
             "without its last `shift` bits, from the bin `first` on.");

static PyObject *fine(PyObject *module, PyObject *args)
{
    Py_buffer values, counts;
    PyObject *given[2], *result = NULL;
    unsigned int shift;
    unsigned long first;
    Job job;
    (void)module;
    memset(&job, 0, sizeof job);
    if (!PyArg_ParseTuple(args, "OIkO", &given[0], &shift, &first, &given[1]))
        return NULL;
    if (PyObject_GetBuffer(given[0], &values, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT))
        return NULL;
    if (!PyObject_GetBuffer(given[1], &counts,
                            PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | PyBUF_WRITABLE)) {
        if (take_values(&values, &job) && holds(&counts, "lq", sizeof(int64_t), PLACES)) {
            Py_BEGIN_ALLOW_THREADS
            fine_job(&job, shift & 31, (uint32_t)first, counts.buf);
            Py_END_ALLOW_THREADS
            result = Py_NewRef(Py_None);
        }
        PyBuffer_Release(&counts);
    }
    PyBuffer_Release(&values);
    return result;
}

static PyMethodDef methods[] = {
    {"measure", measure, METH_VARARGS, measure_doc},
    {"fine", fine, METH_VARARGS, fine_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_counting", "Counting in one pass.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__counting(void)
{
    return PyModuleDef_Init(&definition);
}
