// Modules of sizes that no toolchain makes, through the whole native compiler, at both levels, with limits on time and
// memory: wx writes an executable that computes what it should; it does not hang or run out of memory. The stages have tests of their own for growth; here it is the whole that must stay within bounds.

import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, native, removeFolder, run } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

type Bytes = number[] | Uint8Array;

/** Byte strings one behind the other. */
function concatenate(parts: Bytes[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function bytes(...parts: Bytes[]): Uint8Array {
  return concatenate(parts);
}

function repeat(count: number, part: (i: number) => Bytes): Uint8Array {
  return concatenate(Array.from({ length: count }, (_, i) => part(i)));
}

function leb(n: number): number[] {
  const bytes: number[] = [];
  let rest = n;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest != 0);
  return bytes;
}

/** LEB128 of a signed number of 32 bits. */
function sleb(n: number): number[] {
  const bytes: number[] = [];
  let rest = n;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest == 0 && (byte & 0x40) == 0) || (rest == -1 && (byte & 0x40) != 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const section = (id: number, content: Bytes) => bytes([id], leb(content.length), content);
const name = (text: string) => [...leb(text.length), ...Buffer.from(text)];
const konst = (n: number) => [0x41, ...sleb(n)];
const get = (x: number) => [0x20, ...leb(x)];
const set = (x: number) => [0x21, ...leb(x)];
const [I32, END, ADD, DROP, VOID] = [0x7f, 0x0b, 0x6a, 0x1a, 0x40];

interface Parts {
  types?: Bytes[];
  /** Groups of locals of the function run: count and type. */
  locals?: [number, number][];
  /** The body of run (i32) -> i32, without its end. */
  code: Bytes;
  /** Type index and body (with locals and end) of further functions, from index 2 on. */
  functions?: [number, Bytes][];
  tables?: Bytes;
  exports?: Bytes[];
  elements?: Bytes;
  data?: Bytes[];
  custom?: Bytes;
}

/** A program: imports proc_exit (function 0), run is function 1, _start exits with run(5). */
function program(parts: Parts): Uint8Array {
  const types = [[0x60, 1, I32, 0], [0x60, 1, I32, 1, I32], [0x60, 0, 0], ...(parts.types ?? [])];
  const locals = parts.locals ?? [];
  const run_ = bytes(leb(locals.length), ...locals.map(([n, type]) => [...leb(n), type]), parts.code, [END]);
  const functions = parts.functions ?? [];
  const start = bytes([0], konst(5), [0x10, 1, 0x10, 0, END]);
  const bodies: [number, Bytes][] = [[1, run_], ...functions, [2, start]];
  const exports = [[...name("_start"), 0, ...leb(bodies.length)], [...name("memory"), 2, 0], ...(parts.exports ?? [])];
  const sections = [
    section(1, bytes(leb(types.length), concatenate(types))),
    section(2, [1, ...name("wasi_snapshot_preview1"), ...name("proc_exit"), 0, 0]),
    section(3, bytes(leb(bodies.length), concatenate(bodies.map(([type]) => leb(type))))),
    section(4, parts.tables ?? [1, 0x70, 0, 1]),
    section(5, [1, 0, 2]),
    section(7, bytes(leb(exports.length), concatenate(exports))),
  ];
  if (parts.elements) sections.push(section(9, parts.elements));
  sections.push(
    section(10, bytes(leb(bodies.length), concatenate(bodies.map(([, body]) => bytes(leb(body.length), body))))),
  );
  if (parts.data) sections.push(section(11, bytes(leb(parts.data.length), concatenate(parts.data))));
  if (parts.custom) sections.push(section(0, parts.custom));
  return bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], ...sections);
}

/** Name, exit status of the program, module. */
const cases: [string, number, () => Uint8Array][] = [
  [
    // Each local is the parameter plus its number; the branch taken is the one behind local 5. So 5 + 6 + … + 10 are set.
    "10,000 locals, each set before one of 10,000 branches to one label",
    45,
    () =>
      program({
        locals: [[10000, I32]],
        code: bytes(
          [0x02, VOID],
          repeat(10000, (i) => [...get(0), ...konst(i), ADD, ...set(i + 1), ...get(0), ...konst(i), 0x46, 0x0d, 0]),
          [END],
          konst(0),
          repeat(10000, (i) => [...get(i + 1), ADD]),
        ),
      }),
  ],
  [
    "50,000 nested blocks, left from the innermost",
    5,
    () =>
      program({
        code: bytes(
          repeat(50_000, () => [0x02, VOID]),
          get(0),
          [0x0d],
          leb(49_999),
          repeat(50_000, () => [END]),
          get(0),
        ),
      }),
  ],
  [
    "50,000 nested loops",
    6,
    () =>
      program({
        code: bytes(
          repeat(50_000, () => [0x03, VOID]),
          [...get(0), ...konst(1), ADD, ...set(0)],
          repeat(50_000, () => [...konst(0), 0x0d, 0, END]),
          get(0),
        ),
      }),
  ],
  [
    "20,000 nested ifs with locals set in each",
    (5 + 20_000) & 255,
    () =>
      program({
        code: bytes(
          repeat(20_000, () => [...get(0), 0x04, VOID, ...get(0), ...konst(1), ADD, ...set(0)]),
          repeat(20_000, () => [0x05, ...konst(1), ...set(0), END]),
          get(0),
        ),
      }),
  ],
  [
    "a switch with 60,000 cases",
    7,
    () =>
      program({
        code: bytes(
          repeat(300, () => [0x02, VOID]),
          get(0),
          [0x0e],
          leb(60_000),
          repeat(60_001, (i) => leb(i % 300)),
          repeat(300, (i) => [END, ...get(0), ...konst(i == 5 ? 1 : 0), ADD, ...set(0)]),
          [...get(0), ...konst(1), ADD],
        ),
      }),
  ],
  [
    "50,000 locals, all of them live through a loop",
    (5 + 49_999 * 10) & 255,
    () =>
      program({
        locals: [[49_999, I32]],
        code: bytes(
          repeat(49_999, (i) => [...get(0), ...set(i + 1)]),
          [0x03, VOID],
          repeat(49_999, (i) => [...get(i + 1), ...konst(1), ADD, ...set(i + 1)]),
          [...get(1), ...konst(10), 0x48, 0x0d, 0, END],
          get(0),
          repeat(49_999, (i) => [...get(i + 1), ADD]),
        ),
      }),
  ],
  [
    "100,000 diamonds over 40 locals",
    (5 + 100_000 / 2) & 255,
    () =>
      program({
        locals: [[40, I32]],
        code: bytes(
          repeat(100_000, (i) => [
            ...konst(i),
            ...konst(1),
            0x71,
            0x04,
            VOID,
            ...get(0),
            ...konst(1),
            ADD,
            ...set(0),
            0x05,
            ...get(i % 40),
            ...set((i * 7) % 40 == 0 ? 1 : (i * 7) % 40),
            END,
          ]),
          get(0),
        ),
      }),
  ],
  [
    "an expression of a million operands, the deepest first",
    (5 + 1_000_000) & 255,
    () =>
      program({
        code: bytes(
          get(0),
          repeat(1_000_000, () => konst(1)),
          repeat(1_000_000, () => [ADD]),
        ),
      }),
  ],
  [
    "a million additions to one value, which nothing folds",
    5,
    () =>
      program({
        code: bytes(
          get(0),
          repeat(1_000_000, () => [...get(0), 0x73]),
        ),
      }),
  ],
  [
    "half a million loads and stores",
    5,
    () =>
      program({
        code: bytes(
          repeat(250_000, (i) => [...konst((i * 8) % 4096), ...get(0), 0x36, 2, ...leb(i % 1000)]),
          konst(0),
          repeat(250_000, (i) => [...konst((i * 4) % 4096), 0x28, 2, 0, 0x72]),
          konst(0),
          [0x6c, ...get(0), ADD],
        ),
      }),
  ],
  [
    "200,000 calls in a row",
    (5 + 200_000) & 255,
    () =>
      program({
        code: bytes(
          get(0),
          repeat(200_000, () => [0x10, 2]),
        ),
        functions: [[1, bytes([0], get(0), konst(1), [ADD, END])]],
      }),
  ],
  [
    "a thousand parameters and results, 200 times over",
    5,
    () => {
      const many = Array.from({ length: 1000 }, (_, i) => [0x7f, 0x7e, 0x7d, 0x7c][i % 4]);
      return program({
        types: [[0x60, ...leb(1000), ...many, ...leb(1000), ...many]],
        code: bytes(
          repeat(1000, (i) =>
            i % 4 == 0
              ? konst(1)
              : i % 4 == 1
                ? [0x42, 1]
                : [0x43 + (i % 4) - 2, ...new Array(i % 4 == 2 ? 4 : 8).fill(0)],
          ),
          repeat(200, () => [0x10, 2]),
          repeat(1000, () => [DROP]),
          get(0),
        ),
        functions: [[3, bytes([0], repeat(1000, get), [END])]],
      });
    },
  ],
  [
    "200,000 functions that call each other",
    (5 + 199_999) & 255,
    () =>
      program({
        code: bytes(get(0), [0x10, 2]),
        functions: Array.from({ length: 200_000 }, (_, i) => [
          1,
          i == 199_999 ? bytes([0], get(0), [END]) : bytes([0], get(0), konst(1), [ADD, 0x10], leb(i + 3), [END]),
        ]),
      }),
  ],
  [
    "100,000 data segments, and 20 MB in one",
    5,
    () =>
      program({
        code: get(0),
        data: [
          ...Array.from({ length: 99_000 }, (_, i) => [0, ...konst(i % 65536), END, 1, i & 255]),
          bytes([1], leb(20_000_000), new Uint8Array(20_000_000).fill(7)),
        ],
      }),
  ],
  [
    "a table of 10,000,000 entries and 1,000,000 initial ones",
    5,
    () =>
      program({
        code: bytes(get(0), konst(999_999), [0x11, 1, 0]),
        tables: [1, 0x70, 0, ...leb(10_000_000)],
        functions: [[1, bytes([0], get(0), [END])]],
        elements: bytes(
          [1, 0],
          konst(0),
          [END],
          leb(1_000_000),
          repeat(1_000_000, () => [2]),
        ),
      }),
  ],
  [
    "200,000 exports and long names",
    5,
    () =>
      program({
        code: get(0),
        exports: Array.from({ length: 200_000 }, (_, i) => [...name(`e${i}`), 0, 1]),
        custom: bytes(name("name"), [1], leb(3_000_007), [1, 1], leb(3_000_000), new Uint8Array(3_000_000).fill(0x61)),
      }),
  ],
  [
    "200,000 types",
    5,
    () =>
      program({
        types: Array.from({ length: 200_000 }, (_, i) => [
          0x60,
          9,
          ...Array.from({ length: 9 }, (_, k) => 0x7c + ((i >> (2 * k)) & 3)),
          0,
        ]),
        code: get(0),
      }),
  ],
];

test.each(cases)(
  "%s",
  (_name, status, make) => {
    const wasm = join(folder, "m.wasm");
    const output = join(folder, "m");
    writeFileSync(wasm, make());
    const script = 'ulimit -v 6000000; ulimit -t 60; exec "$0" "$@"';
    for (const level of ["-O0", "-O2"]) {
      const done = run(["sh", "-c", script, native, "--aot", level, wasm, "-o", output], { timeout: 120_000 });
      expect([level, done]).toEqual([level, { status: 0, stdout: "", stderr: "" }]);
      expect([level, run([output])]).toEqual([level, { status, stdout: "", stderr: "" }]);
      rmSync(output);
    }
  },
  600_000,
);

test("a body of more bytes than a body may have is refused", () => {
  const wasm = join(folder, "large.wasm");
  writeFileSync(
    wasm,
    program({
      code: bytes(
        repeat(2_000_000, () => [...konst(9), DROP, 0x01]),
        get(0),
      ),
    }),
  );
  const done = run([native, "--aot", wasm, "-o", join(folder, "large")]);
  expect([done.status, done.stderr]).toEqual([
    1,
    expect.stringMatching(/^wx: .*: error at offset 0x[0-9a-f]+.*: .+\n/),
  ]);
});
