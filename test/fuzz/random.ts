// Numbers that look random and are the same for the same seed .

/** The next number from 0 to n - 1 with each call; for tests that need no more than some variety (linear congruential). */
export function makeRandom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % n;
  };
}

/** For programs at random, where more of the numbers shows (sfc32 of PractRand). */
export class Random {
  private a: number;
  private b: number;
  private c = 0x9e3779b9 | 0;
  private n = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    this.b = Math.imul(seed, 0x85ebca6b) ^ 0x2545f491;
    for (let i = 0; i < 15; i++) this.next();
  }

  /** 32 bits, with sign. */
  next(): number {
    const t = (this.a + this.b + this.n) | 0;
    this.n = (this.n + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t;
  }

  /** 0 to n - 1. */
  below(n: number): number {
    return (this.next() >>> 0) % n;
  }

  /** Whether something with odds of 1 to n - 1 happens. */
  one(n: number): boolean {
    return this.below(n) == 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** One of the items, each as likely as its weight says. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let at = this.below(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      if (at < weight) return item;
      at -= weight;
    }
    return items[0][1];
  }
}
