// Hostile sizes: every pass and analysis takes time that grows with the input, not with its square. The limit is
// far above what is needed and far below what quadratic work would take.

import { expect, setDefaultTimeout, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import { parse } from "../ssa/helpers";
import { Loops } from "../../src/ssa/cfg";
import { Func } from "../../src/ssa/func";
import { verify } from "../../src/ssa/verifier";
import { passCount, passName, runPass } from "../../src/opt/passes";

// Other work may share the machine.
setDefaultTimeout(600_000);

const LIMIT = 5000;
const N = 100_000;

/** Runs everything; returns the times by name. */
function timeAll(func: Func): Record<string, number> {
  const times: Record<string, number> = {};
  const time = (name: string, work: () => void) => {
    const start = cpuMilliseconds();
    work();
    times[name] = cpuMilliseconds() - start;
  };
  time("verify", () => expect(verify(func)).toBe(""));
  time("loops", () => new Loops().compute(func));
  for (let i = 0; i < passCount(); i++) time(`${i} ${passName(i)}`, () => runPass(i, func));
  time("verify again", () => expect(verify(func)).toBe(""));
  return times;
}

function check(text: string): void {
  const times = timeAll(parse(text));
  if (process.env.WX_TIMES == "1") console.log(times);
  for (const [name, time] of Object.entries(times)) expect([name, time < LIMIT]).toEqual([name, true]);
}

const HEAD = "func 0, type 0\nb0:\n  v0:i32 = param 0\n  v1:i32 = const 1\n";
const range = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));

test("a chain of blocks", () => {
  check(`${HEAD}  jump b1\n${range(N, (i) => `b${i + 1}:\n  jump b${i + 2}\n`).join("")}b${N + 1}:\n  return v0\n`);
});

test("a chain of phis with one operand each", () => {
  const block = (i: number) => `b${i + 1}:\n  v${2 * i + 3}:i32 = phi v${i ? 2 * i + 1 : 0}\n  jump b${i + 2}\n`;
  check(`${HEAD}  jump b1\n${range(N, block).join("")}b${N + 1}:\n  return v${2 * N + 1}\n`);
});

test("a ladder: every rung may leave for the end", () => {
  const rung = (i: number) => `b${i + 1}:\n  branch v0, b${i + 2}, b${N + 1}\n`;
  check(`${HEAD}  jump b1\n${range(N, rung).join("")}b${N + 1}:\n  return v0\n`);
});

test("a ladder with a phi at the end", () => {
  const rung = (i: number) =>
    `b${i + 1}:\n  v${2 * i + 3}:i32 = add v${i ? 2 * i + 1 : 0}, v0\n  branch v0, b${i + 2}, b${N + 1}\n`;
  const operands = range(N, (i) => `v${2 * i + 3}`).join(", ");
  const last = 2 * N + 3;
  const end = `b${N + 1}:\n  v${last}:i32 = phi ${operands}, v${last - 2}\n  return v${last}\n`;
  check(`${HEAD}  jump b1\n${range(N, rung).join("")}${end}`);
});

test("diamonds in a row, each with a phi that is no choice", () => {
  const n = N / 4;
  const diamond = (i: number) =>
    `b${3 * i + 1}:\n  v${5 * i + 4}:i32 = phi ${i ? `v${5 * i - 1}, v${5 * i - 1}` : "v0"}\n  branch v${5 * i + 4}, b${3 * i + 2}, b${3 * i + 3}\n` +
    `b${3 * i + 2}:\n  jump b${3 * i + 4}\nb${3 * i + 3}:\n  jump b${3 * i + 4}\n`;
  check(`${HEAD}  jump b1\n${range(n, diamond).join("")}b${3 * n + 1}:\n  return v${5 * n - 1}\n`);
});

test("loops in loops", () => {
  const n = 30_000;
  const header = (i: number) =>
    `b${i + 1}:\n  v${2 * i + 3}:i32 = phi v${i ? 2 * i + 1 : 0}, v${2 * i + 5}\n  jump b${i + 2}\n`;
  const innermost = `b${n + 1}:\n  v${2 * n + 3}:i32 = add v${2 * n + 1}, v1\n  jump b${n + 2}\n`;
  const latch = (i: number) => `b${n + 2 + i}:\n  v${1_000_000 + i} = branch v0, b${n - i}, b${n + 3 + i}\n`;
  const text = `${HEAD}  jump b1\n${range(n, header).join("")}${innermost}${range(n, latch).join("")}b${2 * n + 2}:\n  return\n`;
  check(text);
});

test("a switch with many targets that meet again", () => {
  const n = 10_000;
  const targets = range(n, (i) => `b${i + 1}`).join(", ");
  const cases = range(n, (i) => `b${i + 1}:\n  v${10 + 2 * i}:i32 = const ${i % 7}\n  jump b${n + 1}\n`).join("");
  const phi = `  v5:i32 = phi ${range(n, (i) => `v${10 + 2 * i}`).join(", ")}\n`;
  check(`${HEAD}  switch v0, ${targets}\n${cases}b${n + 1}:\n${phi}  v6 = return v5\n`);
});

test("a switch with many ways to one block with phis, alternating", () => {
  const n = 10_000;
  const ways = range(n, (i) => `b${1 + (i % 3)}`).join(", ");
  const phi = range(
    8,
    (k) => `  v${10 + k}:i32 = phi ${range(Math.ceil(n / 3), (i) => `v${(i >> k) & 1}`).join(", ")}\n`,
  ).join("");
  check(
    `${HEAD}  switch v0, ${ways}\nb1:\n${phi}  v30 = return v10, v11, v12\nb2:\n  v31 = return\nb3:\n  v32 = return\n`,
  );
});

test("many ways to a block in front of many phis", () => {
  const n = 2000;
  // Each case has a store, so that it does not go itself; all jump to one empty block.
  const line = (i: number) => `b${i + 2}:\n  v${5000 + 2 * i} = store m0[v0+${i}], v0\n  jump b${n + 2}\n`;
  const choice = `b1:\n  v20000 = switch v0, ${range(n, (i) => `b${i + 2}`).join(", ")}\n`;
  const phis = range(n, (k) => `  v${30_000 + k}:i32 = phi v${k & 1}, v${1 - (k & 1)}\n`).join("");
  const end = `b${n + 2}:\n  v20001 = jump b${n + 3}\nb${n + 3}: (preds b0, b${n + 2})\n${phis}  v20002 = return v30000\n`;
  check(`${HEAD}  branch v0, b1, b${n + 3}\n${choice}${range(n, line).join("")}${end}`);
});

test("constants and sums that are all alike", () => {
  const lines = range(N, (i) => `  v${2 + i}:i32 = add v0, v${i % 2 ? 1 + i : 1}\n`).join("");
  check(`${HEAD}${lines}  return v${N + 1}\n`);
});

test("loads and stores of many places, and a join of many ways that know them", () => {
  const access = (i: number) =>
    i % 3 ? `  v${2 + i}:i32 = load m0[v0+${i % 40}]\n` : `  v${2 + i} = store m0[v0+${i % 44}], v1\n`;
  const n = 10_000;
  const targets = range(n, (i) => `b${i + 1}`).join(", ");
  const cases = range(n, (i) => `b${i + 1}:\n  v${2 * N + i} = jump b${n + 1}\n`).join("");
  const end = `b${n + 1}:\n${range(40, (k) => `  v${4 * N + k}:i32 = load m0[v0+${k}]\n`).join("")}  v${5 * N} = return\n`;
  check(`${HEAD}${range(N, access).join("")}  switch v0, ${targets}\n${cases}${end}`);
});

test("loops in loops, each with loads and stores", () => {
  const n = 20_000;
  const header = (i: number) =>
    `b${i + 1}:\n  v${4 * i + 10}:i32 = load m0[v0+${i % 50}]\n  v${4 * i + 11} = store m0[v1+${i}], v0\n` +
    `  v${4 * i + 12} = jump b${i + 2}\n`;
  const latch = (i: number) => `b${n + 1 + i}:\n  v${1_000_000 + i} = branch v0, b${n - i}, b${n + 2 + i}\n`;
  const text = `${HEAD}  jump b1\n${range(n, header).join("")}${range(n, latch).join("")}b${2 * n + 1}:\n  return\n`;
  check(text);
});

test("conditions in a row, each decided on one way", () => {
  const n = N / 4;
  const rung = (i: number) =>
    `b${3 * i + 1}:\n  v${5 * i + 10} = branch v0, b${3 * i + 2}, b${3 * i + 3}\n` +
    `b${3 * i + 2}:\n  v${5 * i + 11}:i32 = load m0[v0]\n  v${5 * i + 12} = jump b${3 * i + 3}\n` +
    `b${3 * i + 3}: (preds b${3 * i + 1}, b${3 * i + 2})\n  v${5 * i + 13}:i32 = phi v2, v${5 * i + 11}\n` +
    `  v${5 * i + 14} = branch v${5 * i + 13}, b${3 * i + 4}, b${3 * n + 1}\n`;
  const end = `b${3 * n + 1}:\n  v${5 * N} = return\n`;
  check(`${HEAD}  v2:i32 = const 0\n  jump b1\n${range(n, rung).join("")}${end}`);
});

test("a condition decided on many ways, in front of many phis", () => {
  const n = 2000;
  const way = (i: number) => `b${i + 1}:\n  v${5000 + 2 * i} = store m0[v0+${i}], v0\n  jump b${n + 1}\n`;
  const join = `b${n + 1}:\n  v10:i32 = phi ${range(n, (i) => `v${2 + (i & 1)}`).join(", ")}\n  v11 = branch v10, b${n + 2}, b${n + 3}\n`;
  const phis = range(n, (k) => `  v${30_000 + k}:i32 = phi v10, v${k & 1}\n`).join("");
  const end = `b${n + 2}:\n  v12 = jump b${n + 3}\nb${n + 3}: (preds b${n + 1}, b${n + 2})\n${phis}  v13 = return v30000\n`;
  const choice = `  v2:i32 = const 0\n  v3:i32 = const 1\n  switch v0, ${range(n, (i) => `b${i + 1}`).join(", ")}\n`;
  check(`${HEAD}${choice}${range(n, way).join("")}${join}${end}`);
});
