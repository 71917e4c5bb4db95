// When the program that this process runs is to end (--timeout), for what waits in JavaScript.

let deadline = Number.POSITIVE_INFINITY;

export function setDeadlineIn(milliseconds: number): void {
  deadline = performance.now() + milliseconds;
}

/** Milliseconds until then; infinite if it may run for ever. */
export function untilDeadline(): number {
  return deadline - performance.now();
}
