// Small arrays and unpredictable branches: fannkuch-redux for n = 10.
#include <stdio.h>

int main(void) {
  enum { N = 10 };
  int perm1[N], perm[N], count[N];
  int checksum = 0, maxFlips = 0, r = N, nperm = 0;
  for (int i = 0; i < N; i++) perm1[i] = i;
  for (;;) {
    while (r != 1) { count[r - 1] = r; r--; }
    for (int i = 0; i < N; i++) perm[i] = perm1[i];
    int flips = 0, k;
    while ((k = perm[0]) != 0) {
      for (int i = 0, j = k; i < j; i++, j--) { int t = perm[i]; perm[i] = perm[j]; perm[j] = t; }
      flips++;
    }
    if (flips > maxFlips) maxFlips = flips;
    checksum += nperm % 2 == 0 ? flips : -flips;
    for (;;) {
      if (r == N) { printf("%d\nPfannkuchen(%d) = %d\n", checksum, N, maxFlips); return 0; }
      int p0 = perm1[0];
      for (int i = 0; i < r; i++) perm1[i] = perm1[i + 1];
      perm1[r] = p0;
      if (--count[r] > 0) break;
      r++;
    }
    nperm++;
  }
}
