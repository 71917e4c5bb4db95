// Calls through function pointers: qsort and a heap sort over 4 million records.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct record { uint32_t key; uint32_t value; };

static int byValue(const void *a, const void *b) {
  uint32_t x = ((const struct record *)a)->value, y = ((const struct record *)b)->value;
  return x < y ? -1 : x > y;
}

static int byKey(const void *a, const void *b) {
  uint32_t x = ((const struct record *)a)->key, y = ((const struct record *)b)->key;
  if (x != y) return x < y ? -1 : 1;
  return byValue(a, b);
}

static void sift(struct record *a, size_t i, size_t n, int (*compare)(const void *, const void *)) {
  struct record x = a[i];
  for (size_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && compare(&a[child], &a[child + 1]) < 0) child++;
    if (compare(&x, &a[child]) >= 0) break;
    a[i] = a[child];
  }
  a[i] = x;
}

int main(void) {
  enum { N = 1000000 };
  struct record *a = malloc(N * sizeof *a);
  uint32_t seed = 42;
  for (int i = 0; i < N; i++) {
    seed = seed * 1664525u + 1013904223u;
    a[i].key = seed >> 4;
    a[i].value = i;
  }
  qsort(a, N, sizeof *a, byKey);
  uint32_t sum = 0;
  for (int i = 0; i < N; i++) sum = sum * 31 + a[i].value;
  for (size_t i = N / 2; i-- > 0;) sift(a, i, N, byValue);
  for (size_t n = N - 1; n > 0; n--) {
    struct record t = a[0]; a[0] = a[n]; a[n] = t;
    sift(a, 0, n, byValue);
  }
  for (int i = 0; i < N; i++) sum = sum * 31 + a[i].key;
  printf("%u\n", sum);
  return 0;
}
