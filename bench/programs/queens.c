// Recursion and bit operations: solutions of the 14 queens problem.
#include <stdint.h>
#include <stdio.h>

static int solve(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
  if (columns == all) return 1;
  int count = 0;
  for (uint32_t free = all & ~(columns | left | right); free != 0;) {
    uint32_t bit = free & -free;
    free ^= bit;
    count += solve(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

int main(void) {
  printf("%d\n", solve((1u << 14) - 1, 0, 0, 0));
  return 0;
}
