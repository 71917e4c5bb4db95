// A loop of 10 million dependent integer operations.
#include <stdint.h>
#include <stdio.h>

int main(void) {
  uint32_t x = 12345, sum = 0;
  for (int round = 0; round < 10; round++) {
    for (uint32_t i = 0; i < 10000000; i++) {
      x = x * 1664525u + 1013904223u;
      sum += (x >> 16) ^ i;
    }
  }
  printf("%u\n", sum);
  return 0;
}
