// A switch in a loop: a small stack machine that tests numbers for primality by trial division.
#include <stdint.h>
#include <stdio.h>

enum op { PUSH, LOAD, STORE, ADD, MUL, MOD, LESS, EQUAL, JUMP, JUMP_IF_ZERO, HALT };

// Variables: 0 n, 1 divisor, 2 whether n is prime.
// while (d * d < n + 1) { if (n % d == 0) { prime = 0; d = n } d = d + 1 }
enum { LOOP = 0, NEXT = 30, DONE = 38 };
static const int32_t program[] = {
  /*  0 */ LOAD, 1, LOAD, 1, MUL, LOAD, 0, PUSH, 1, ADD, LESS, JUMP_IF_ZERO, DONE,
  /* 13 */ LOAD, 0, LOAD, 1, MOD, PUSH, 0, EQUAL, JUMP_IF_ZERO, NEXT - 1,
  /* 23 */ PUSH, 0, STORE, 2, LOAD, 0,
  /* 29 */ LOAD, 1, PUSH, 1, ADD, STORE, 1, JUMP, LOOP,
  /* 38 */ HALT};

static int isPrime(int32_t n, uint64_t *steps) {
  int32_t stack[16], vars[3] = {n, 2, 1}, sp = 0, pc = 0;
  for (;;) {
    ++*steps;
    switch (program[pc++]) {
      case PUSH: stack[sp++] = program[pc++]; break;
      case LOAD: stack[sp++] = vars[program[pc++]]; break;
      case STORE: vars[program[pc++]] = stack[--sp]; break;
      case ADD: sp--; stack[sp - 1] += stack[sp]; break;
      case MUL: sp--; stack[sp - 1] *= stack[sp]; break;
      case MOD: sp--; stack[sp - 1] %= stack[sp]; break;
      case LESS: sp--; stack[sp - 1] = stack[sp - 1] < stack[sp]; break;
      case EQUAL: sp--; stack[sp - 1] = stack[sp - 1] == stack[sp]; break;
      case JUMP: pc = program[pc]; break;
      case JUMP_IF_ZERO: pc = stack[--sp] == 0 ? program[pc] : pc + 1; break;
      case HALT: return vars[2];
    }
    if (vars[2] == 0) return 0;
  }
}

int main(void) {
  uint64_t steps = 0;
  int count = 0;
  for (int32_t n = 2; n < 150000; n++) count += isPrime(n, &steps);
  printf("%d primes, %llu steps\n", count, (unsigned long long)steps);
  return 0;
}
