// Recursive calls: fib(40).
#include <stdio.h>

__attribute__((noinline)) static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(void) {
  volatile int n = 40;
  printf("%d\n", fib(n));
  return 0;
}
