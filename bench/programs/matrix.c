// Regular memory access and floating point: products of 512 by 512 matrices.
#include <stdio.h>

enum { N = 512 };
static double a[N][N], b[N][N], c[N][N];

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) { a[i][j] = (i * 3 + j) % 7; b[i][j] = (i + j * 5) % 11; }
  for (int r = 0; r < 4; r++)
    for (int i = 0; i < N; i++)
      for (int k = 0; k < N; k++) {
        double x = a[i][k] + r;
        for (int j = 0; j < N; j++) c[i][j] += x * b[k][j];
      }
  double trace = 0;
  for (int i = 0; i < N; i++) trace += c[i][i];
  printf("%.1f\n", trace);
  return 0;
}
