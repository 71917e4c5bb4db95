// 1 million loads and stores a round, 100 rounds.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const int n = 1000000;
  volatile int rounds = 100;
  uint32_t *a = malloc(n * sizeof *a);
  for (int i = 0; i < n; i++) a[i] = i;
  uint32_t sum = 0;
  for (int r = 0; r < rounds; r++) {
    for (int i = 0; i < n; i++) {
      uint32_t j = (a[i] ^ (uint32_t)r) % (uint32_t)n;
      a[i] = a[j] + 1;
      sum += a[i];
    }
  }
  printf("%u\n", sum);
  return 0;
}
