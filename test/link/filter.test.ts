// The filter for system calls: the BPF program is executed here as the kernel does (Linux, Documentation/networking/
// filter.rst), for every number, both architectures, and arguments at the edges of each rule.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { I32Column } from "../../src/base/columns";
import { allowedCalls, allowedCallText, allowedCallTexts, Filter } from "../../src/link/filter";
import { SYSTEM_CALLS } from "../../src/link/system-calls";

const X86_64 = 0xc000003e;
const I386 = 0x40000003;
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;

function makeFilter(numbers: number[], hasDirectories = true): Filter {
  const column = new I32Column();
  for (const number of numbers) column.push(number);
  const filter = new Filter();
  expect(filter.build(column, hasDirectories)).toBe(true);
  return filter;
}

/** What the filter answers to a call. */
function decide(
  filter: Filter,
  number: number,
  args: (number | bigint)[] = [],
  architecture = X86_64,
  pid = 0,
): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, architecture, true);
  data.setBigUint64(8, 0x401000n, true);
  args.forEach((arg, i) => data.setBigUint64(16 + 8 * i, BigInt.asUintN(64, BigInt(arg)), true));
  let accumulator = 0;
  for (let at = 0, steps = 0; steps < 1000; steps++) {
    if (at >= filter.count) throw new Error("the filter has no end");
    const head = filter.words.get(2 * at);
    let constant = filter.words.get(2 * at + 1) >>> 0;
    if (filter.pidOffset != 0 && filter.pidOffset == 8 * at + 4) constant = pid;
    const ifTrue = (head >>> 16) & 255;
    const ifFalse = head >>> 24;
    switch (head & 0xffff) {
      case 0x20:
        accumulator = data.getUint32(constant, true);
        at++;
        break;
      case 0x15:
        at += 1 + (accumulator == constant ? ifTrue : ifFalse);
        break;
      case 0x35:
        at += 1 + (accumulator >= constant ? ifTrue : ifFalse);
        break;
      case 0x45:
        at += 1 + ((accumulator & constant) != 0 ? ifTrue : ifFalse);
        break;
      case 0x06:
        return constant;
      default:
        throw new Error(`instruction ${head.toString(16)}`);
    }
  }
  throw new Error("the filter does not end");
}

const all = Array.from({ length: SYSTEM_CALLS.length }, (_, i) => SYSTEM_CALLS[i].number);
/** Arguments with which a call is allowed, by number, where there is a rule. */
const GOOD: Record<number, (number | bigint)[]> = {
  1: [2],
  9: [0x2000_0000, 4096, 3, 0x104022],
  10: [0x1000_1000, 4096, 3],
  11: [0x1000_0000],
  16: [0, 0x541b],
  62: [77],
  72: [0, 3],
};

test("only the calls that were asked for are allowed, on this architecture", () => {
  for (const chosen of [[231], [20, 231, 15, 20], all]) {
    const filter = makeFilter(chosen);
    for (let number = 0; number < 600; number++) {
      const args = GOOD[number] ?? [];
      expect(decide(filter, number, args, X86_64, 77)).toBe(chosen.includes(number) ? ALLOW : KILL);
      expect(decide(filter, number, args, I386, 77)).toBe(KILL);
      expect(decide(filter, (number | 0x4000_0000) >>> 0, args, X86_64, 77)).toBe(KILL);
    }
    expect(decide(filter, 0xffff_ffff)).toBe(KILL);
    const found = Array.from({ length: allowedCalls(filter.words).length }, (_, i) =>
      allowedCalls(filter.words).get(i),
    );
    expect(found).toEqual([...new Set(chosen)].sort((a, b) => a - b));
  }
  expect(makeFilter(all).count).toBeLessThan(256);
});

test("without granted directories no call takes a path", () => {
  const filter = makeFilter(all, false);
  const taking = [
    2, 4, 6, 21, 82, 83, 84, 85, 86, 87, 88, 89, 90, 92, 133, 257, 258, 260, 262, 263, 264, 265, 266, 267,
  ];
  for (const number of [...taking, 217, 268, 269, 316, 332, 437, 439]) expect(decide(filter, number)).toBe(KILL);
  expect(decide(filter, 280, [3, 0, 0x1000, 0])).toBe(ALLOW);
  expect(decide(filter, 280, [3, 0x1000, 0x1000, 0])).toBe(KILL);
  expect(decide(filter, 280, [3, 1n << 32n, 0x1000, 0])).toBe(KILL);
  expect(decide(makeFilter(all), 280, [3, 0x1000, 0x1000, 0])).toBe(ALLOW);
});

const MEMORY = 0x1000_0000;
const MAP = 0x104022;
const rules: [string, number, (number | bigint)[], boolean][] = [
  ["mmap of data", 9, [MEMORY, 4096, 3, MAP], true],
  ["mmap far up", 9, [0x6_0000_0000n, 4096, 3, MAP], true],
  ["mmap executable", 9, [MEMORY, 4096, 7, MAP], false],
  ["mmap to read and execute", 9, [MEMORY, 4096, 5, MAP], false],
  ["mmap over what is there", 9, [MEMORY, 4096, 3, 0x4032], false],
  ["mmap of a file", 9, [MEMORY, 4096, 3, 0x100002], false],
  ["mmap shared", 9, [MEMORY, 4096, 3, 0x104021], false],
  ["mmap over the code", 9, [0x40_1000, 4096, 3, MAP], false],
  ["mmap anywhere", 9, [0, 4096, 3, MAP], false],
  ["mprotect of data", 10, [MEMORY + 65536, 4096, 3], true],
  ["mprotect executable", 10, [MEMORY, 4096, 7], false],
  ["mprotect of the code", 10, [0x40_0000, 4096, 3], false],
  ["mprotect of the page below", 10, [MEMORY - 4096, 4096, 3], false],
  ["mprotect of a table", 10, [0x8_0000_0000n, 4096, 3], true],
  ["munmap of memory", 11, [MEMORY, 4096], true],
  ["munmap of the constants", 11, [0x40_5000, 4096], false],
  ["ioctl FIONREAD", 16, [0, 0x541b], true],
  ["ioctl TIOCSTI", 16, [0, 0x5412], false],
  ["ioctl TIOCLINUX", 16, [0, 0x541c], false],
  ["fcntl F_GETFL", 72, [1, 3], true],
  ["fcntl F_SETFL", 72, [1, 4], true],
  ["fcntl F_DUPFD_CLOEXEC", 72, [1, 1030], true],
  ["fcntl F_DUPFD", 72, [1, 0], false],
  ["fcntl F_SETOWN", 72, [1, 8], false],
  ["kill itself", 62, [77, 9], true],
  ["kill another", 62, [78, 9], false],
  ["kill the group", 62, [0, 9], false],
  ["kill all", 62, [-1, 9], false],
  ["write to standard error", 1, [2], true],
  ["write to standard output", 1, [1], true],
  ["write to a file", 1, [3], false],
];

test.each(rules)("%s", (_, number, args, isAllowed) => {
  expect(decide(makeFilter(all), number, args, X86_64, 77)).toBe(isAllowed ? ALLOW : KILL);
});

test("a call that nobody described is our bug", () => {
  for (const number of [59, -1]) {
    const column = new I32Column();
    column.push(231);
    column.push(number);
    const filter = new Filter();
    expect(filter.build(column, true)).toBe(false);
    expect(filter.unknown).toBe(number);
  }
});

test("calls are described once, in ascending order, with what is asked of their arguments", () => {
  expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
  expect([231, 10, 62, 257].map((n) => allowedCallText(n, true))).toEqual([
    "exit_group",
    "mprotect (memory for data, never executable)",
    "kill (itself)",
    "openat",
  ]);
  expect(allowedCallTexts(makeFilter([72, 280, 20]).words, false)).toEqual([
    "writev",
    "fcntl (F_GETFL, F_SETFL, F_DUPFD_CLOEXEC)",
    "utimensat (open files)",
  ]);
  expect([280, 280].map((n, i) => allowedCallText(n, i == 0))).toEqual(["utimensat", "utimensat (open files)"]);
});
