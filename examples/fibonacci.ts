// Fibonacci numbers in AssemblyScript: a module without _start, whose export is called by name.

export function fibonacci(n: i32): u64 {
  let a: u64 = 0;
  let b: u64 = 1;
  for (let i = 0; i < n; i++) {
    const next = a + b;
    a = b;
    b = next;
  }
  return a;
}

/** The same by recursion, which takes a while from 35 on. */
export function recursive(n: i32): i32 {
  return n < 2 ? n : recursive(n - 1) + recursive(n - 2);
}
