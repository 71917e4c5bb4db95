// A little of everything in a few milliseconds, for tests that run many changed copies of it: integer arithmetic of
// all widths, divisions, shifts, floats and their conversions, calls by pointer, recursion, switches, memory that is
// copied, filled and grown. Without a C library: what it does depends on nothing but itself, however it is changed.
//
//   clang-16 --target=wasm32 -O2 -mbulk-memory -msign-ext -mnontrapping-fptoint -nostdlib -fno-builtin \
//     -Wl,--export=_start -Wl,--strip-debug -o sampler.wasm sampler.c
#include <stddef.h>
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
IMPORT("fd_write") int fd_write(int fd, const void *vectors, int count, size_t *written);
IMPORT("proc_exit") _Noreturn void proc_exit(int status);

static void print(const char *text, size_t length) {
  struct {
    const char *at;
    size_t length;
  } vector = {text, length};
  size_t written = 0;
  if (fd_write(1, &vector, 1, &written) != 0) proc_exit(99);
}

static void number(const char *what, uint64_t value) {
  char line[64];
  int at = 63;
  line[at] = '\n';
  for (int i = 0; i < 16; i++, value >>= 4) line[--at] = "0123456789abcdef"[value & 15];
  line[--at] = ' ';
  int length = 0;
  while (what[length]) length++;
  while (length > 0) line[--at] = what[--length];
  print(line + at, 64 - at);
}

static void real(const char *what, double value) {
  uint64_t bits;
  __builtin_memcpy(&bits, &value, 8);
  // The sign and payload of a NaN are not determined.
  number(what, value != value ? 0x7ff8 : bits);
}

static uint64_t state = 88172645463325252u;
static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

typedef int64_t (*binary)(int64_t, int64_t);
static int64_t add(int64_t a, int64_t b) { return a + b; }
static int64_t sub(int64_t a, int64_t b) { return (int32_t)a - (int16_t)b; }
static int64_t mul(int64_t a, int64_t b) { return a * b; }
static int64_t quotient(int64_t a, int64_t b) { return a / (b | 1); }
static int64_t rest(int64_t a, int64_t b) { return (int32_t)a % ((int32_t)b | 1); }
static int64_t shift(int64_t a, int64_t b) { return (a >> (b & 63)) ^ ((uint32_t)a << (b & 31)); }
static int64_t bits(int64_t a, int64_t b) { return __builtin_popcountll(a) * 64 + __builtin_clzll(b | 1); }
static int64_t parts(int64_t a, int64_t b) { return (int8_t)a + (uint8_t)b * 3 + (uint16_t)(a >> 16); }
static const binary operations[] = {add, sub, mul, quotient, rest, shift, bits, parts};

static int64_t calculate(int rounds) {
  int64_t value = 1;
  for (int i = 0; i < rounds; i++) value = operations[next() % 8](value, (int64_t)next());
  return value;
}

static double floats(int rounds) {
  double sum = 0;
  float single = 1;
  for (int i = 1; i <= rounds; i++) {
    double x = (double)(int64_t)next() / 9007199254740992.0;
    sum += __builtin_sqrt(__builtin_fabs(x)) + __builtin_floor(x) - __builtin_ceil(x / 2) + __builtin_trunc(x * 3);
    sum += __builtin_copysign(x, sum) + __builtin_nearbyint(x);
    single = single * 0.75f + (float)(uint32_t)next() / 4294967296.0f;
    sum += single + (int)(single * 100) + (double)(uint64_t)(x * x);
  }
  return sum;
}

static int ackermann(int m, int n) {
  if (m == 0) return n + 1;
  return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static __attribute__((noinline)) int classify(const char *text) {
  int score = 0;
  for (; *text; text++) {
    switch (*text) {
      case 'a': score += 1; break;
      case 'b': score *= 2; break;
      case 'c': score -= 7; break;
      case 'd': case 'e': score ^= 0x55; break;
      case 'g': return score;
      default: score += *text;
    }
  }
  return -score;
}

static uint32_t list[300];

static void sort(int low, int high) {
  while (low < high) {
    uint32_t pivot = list[(low + high) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (list[i] < pivot) i++;
      while (list[j] > pivot) j--;
      if (i <= j) {
        uint32_t kept = list[i];
        list[i++] = list[j];
        list[j--] = kept;
      }
    }
    sort(low, j);
    low = i;
  }
}

static char text[1000];

void _start(void) {
  number("integers", (uint64_t)calculate(3000));
  real("floats", floats(1000));
  number("ackermann", (uint64_t)ackermann(2, 9));
  number("switch", (uint64_t)(classify("abracadabra") * 1000 + classify("beige hedge")));
  for (int i = 0; i < 300; i++) list[i] = (uint32_t)next();
  sort(0, 299);
  uint32_t hash = 0;
  for (int i = 0; i < 300; i++) hash = hash * 31 + list[i];
  number("sorted", hash);
  __builtin_memset(text, 'x', sizeof text);
  for (int i = 0; i < 300; i += 7) text[i] = (char)i;
  __builtin_memmove(text + 10, text, 500);
  __builtin_memcpy(text + 600, list, 400);
  for (int i = 0; i < 1000; i++) hash = (hash ^ (uint8_t)text[i]) * 16777619;
  number("copied", hash);
  size_t old = __builtin_wasm_memory_grow(0, 3);
  uint64_t *fresh = (uint64_t *)(old << 16);
  for (int i = 0; i < 3 * 8192; i += 100) fresh[i] = fresh[i] * 3 + (uint64_t)i;
  for (int i = 0; i < 3 * 8192; i++) hash += (uint32_t)fresh[i];
  number("grown", hash + __builtin_wasm_memory_size(0));
  proc_exit((int)(hash & 63));
}
