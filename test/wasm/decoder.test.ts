// What the decoder fills in, and how it refuses hostile modules: huge counts, limits, faulty name sections.

import { expect, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import { Diagnostic } from "../../src/base/diagnostics";
import { unsignedText } from "../../src/base/wide-text";
import { describeDiagnostic } from "../../src/wasm/describe";
import { ExternKind, InitKind, SegmentMode } from "../../src/wasm/module";
import { body, custom, END, I32, leb, name, section, vec, wasm, withBody } from "./build";
import { check } from "./load";

const HUGE = [0xff, 0xff, 0xff, 0xff, 0x0f];
const noType = section(1, vec([[0x60, 0, 0]]));

test("counts of 2^32 - 1 are refused at once, in every section", () => {
  const sections = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12];
  for (const id of sections) {
    const before = id > 1 ? [noType] : [];
    const start = cpuMilliseconds();
    const { message } = check(wasm(...before, section(id, HUGE)));
    expect(message).toMatch(/^(unexpected end of section or function|too many|function and code)/);
    expect(cpuMilliseconds() - start).toBeLessThan(5000);
  }
  expect(check(wasm(section(1, [1, 0x60, ...HUGE]))).message).toBe("unexpected end of section or function");
  expect(check(wasm(section(1, [1, 0x60, 0, ...HUGE]))).message).toBe("unexpected end of section or function");
  expect(check(withBody([0x0b], [[...HUGE, I32]])).message).toStartWith("too many locals");
  expect(check(withBody([0x41, 0, 0x0e, ...HUGE, 0x0b])).message).toBe("unexpected end of section or function");
  const table = section(4, vec([[0x70, 0, 1]]));
  const huge = section(9, [1, 0, 0x41, 0, END, ...HUGE]);
  expect(check(wasm(noType, table, huge)).message).toBe("unexpected end of section or function");
});

test("limits", () => {
  const locals = (n: number) => check(withBody([END], [[...leb(n), I32]])).message;
  expect(locals(50000)).toBe("");
  expect(locals(50001)).toStartWith("too many locals");
  expect(
    check(
      withBody(
        [END],
        Array.from({ length: 50001 }, () => [1, I32]),
      ),
    ).message,
  ).toStartWith("too many locals");
  const params = (n: number) => check(wasm(section(1, vec([[0x60, ...vec(Array(n).fill([I32])), 0]])))).message;
  expect(params(1000)).toBe("");
  expect(params(1001)).toBe("too many parameters: the limit is 1000");
  const results = (n: number) => check(wasm(section(1, vec([[0x60, 0, ...vec(Array(n).fill([I32]))]])))).message;
  expect(results(1000)).toBe("");
  expect(results(1001)).toBe("too many results: the limit is 1000");
  const memory = (...limits: number[]) => check(wasm(section(5, vec([limits])))).message;
  expect(memory(0, ...leb(65536))).toBe("");
  expect(memory(0, ...leb(65537))).toBe("memory size must be at most 65536 pages (4GiB)");
  expect(memory(1, 0, ...leb(65537))).toBe("memory size must be at most 65536 pages (4GiB)");
  expect(memory(1, 2, 1)).toBe("size minimum must not be greater than maximum");
  expect(memory(1, ...leb(65536), ...HUGE)).toStartWith("memory size");
  const two = section(
    5,
    vec([
      [0, 1],
      [0, 1],
    ]),
  );
  expect(check(wasm(two)).message).toBe("");
  expect(check(wasm(two), 0).message).toBe("multiple memories not supported");
  const table = (...limits: number[]) => check(wasm(section(4, vec([[0x70, ...limits]])))).message;
  expect(table(1, ...HUGE, ...HUGE)).toBe("");
  expect(table(1, ...HUGE, 1)).toBe("size minimum must not be greater than maximum");
  const tables = (n: number) => check(wasm(section(4, vec(Array(n).fill([0x70, 0, 0]))))).message;
  expect(tables(100000)).toBe("");
  expect(tables(100001)).toBe("too many tables: the limit is 100000");
  expect(check(wasm(section(12, leb(100001)))).message).toBe("too many data segments: the limit is 100000");
});

test("a body may have 7654321 bytes", () => {
  const code = (n: number) => check(withBody([...Array(n - 2).fill(0x01), END])).message;
  expect(code(7654321)).toBe("");
  expect(code(7654322)).toBe("function body too large: the limit is 7654321 bytes");
});

test("many exports: duplicates are found wherever they are", () => {
  const entry = (title: string) => [...name(title), 0, 0];
  const module = (titles: string[]) =>
    wasm(noType, section(3, vec([[0]])), section(7, vec(titles.map(entry))), section(10, vec([body([END])])));
  const titles = Array.from({ length: 5000 }, (_, i) => `function${(i * 7919) % 5000}`);
  expect(check(module(titles)).message).toBe("");
  for (const at of [0, 1, 2499, 4998]) {
    const twice = titles.slice();
    twice[at] = titles[at + 1];
    expect(check(module(twice)).message).toBe("duplicate export name");
    twice[at] = titles[4999 - at];
    expect(check(module(twice)).message).toBe("duplicate export name");
  }
  expect(check(module(["", "a", ""])).message).toBe("duplicate export name");
});

test("what a module holds", () => {
  const { module, message } = check(
    wasm(
      section(
        1,
        vec([
          [0x60, 2, 0x7f, 0x7e, 1, 0x7d],
          [0x60, 0, 0],
        ]),
      ),
      section(
        2,
        vec([
          [...name("env"), ...name("f"), 0, 1],
          [...name("env"), ...name("g"), 3, 0x7e, 1],
        ]),
      ),
      section(3, vec([[0], [1]])),
      section(4, vec([[0x70, 1, 3, 9]])),
      section(5, vec([[1, 1, 2]])),
      section(
        6,
        vec([
          [0x7f, 0, 0x41, 0x7f, END],
          [0x7f, 1, 0x41, 1, 0x41, 2, 0x6a, END],
          [0x70, 0, 0xd2, 1, END],
        ]),
      ),
      section(
        7,
        vec([
          [...name("m"), 2, 0],
          [...name("run"), 0, 2],
        ]),
      ),
      section(8, [2]),
      section(
        9,
        vec([
          [0, 0x41, 1, END, ...vec([[1], [2]])],
          [
            5,
            0x70,
            ...vec([
              [0xd0, 0x70, END],
              [0xd2, 2, END],
            ]),
          ],
        ]),
      ),
      section(12, [2]),
      section(10, vec([body([0x43, 0, 0, 0, 0, END]), body([END])])),
      section(
        11,
        vec([
          [0, 0x41, 5, END, 2, 0xaa, 0xbb],
          [1, 1, 0xcc],
        ]),
      ),
    ),
  );
  expect(message).toBe("");
  expect([module.funcCount, module.importedFuncCount, module.startFunc, module.dataCount]).toEqual([3, 1, 2, 2]);
  expect([module.paramType(0, 0), module.paramType(0, 1), module.resultType(0, 0)]).toEqual([0x7f, 0x7e, 0x7d]);
  expect(module.isNamed(module.importNameStart.get(1), module.importNameEnd.get(1), "g")).toBe(true);
  expect([module.importKind.get(1), module.importIndex.get(1), module.globalMutable.get(0)]).toEqual([3, 0, 1]);
  expect([module.tableMin.get(0), module.tableHasMax.get(0), module.tableMax.get(0)]).toEqual([3, 1, 9]);
  expect([module.memoryMin.get(0), module.memoryMax.get(0), module.memoryPageLog2.get(0)]).toEqual([1, 2, 16]);
  const init = (i: number) => [
    module.globalInitKind.get(i),
    module.globalInitLo.get(i),
    module.globalInitHi.get(i),
    module.globalType.get(i) & 0xff,
  ];
  expect(init(1)).toEqual([InitKind.Const, -1, 0, 0x7f]);
  expect(init(2)[0]).toBe(InitKind.Code);
  expect([...module.bytes.data.slice(init(2)[1], init(2)[2])]).toEqual([0x41, 1, 0x41, 2, 0x6a]);
  expect(init(3).slice(0, 2)).toEqual([InitKind.RefFunc, 1]);
  expect([module.findExport("run", ExternKind.Func), module.findExport("m", ExternKind.Memory)]).toEqual([2, 0]);
  expect(module.findExport("m", ExternKind.Func)).toBe(-1);
  expect([module.elemMode.get(0), module.elemMode.get(1)]).toEqual([SegmentMode.Active, SegmentMode.Passive]);
  expect([...module.elemPool.data.slice(0, 12)]).toEqual([3, 1, 0, 3, 2, 0, 2, 0, 0, 3, 2, 0]);
  expect([module.elemStart.get(1), module.elemCount.get(1), module.elemOffsetLo.get(0)]).toEqual([6, 2, 1]);
  expect([module.dataEnd.get(0) - module.dataStart.get(0), module.dataOffsetLo.get(0)]).toEqual([2, 5]);
  expect(module.bytes.get(module.dataStart.get(1))).toBe(0xcc);
  expect([module.funcDeclared.get(0), module.funcDeclared.get(1), module.funcDeclared.get(2)]).toEqual([0, 1, 1]);
  expect(module.bytes.get(module.bodyEnd.get(1) - 1)).toBe(END);
  expect([module.bodyStart.get(0), module.bodyStart.length]).toEqual([0, 3]);
});

const nameSubsection = (id: number, content: number[]) => [id, ...leb(content.length), ...content];

function named(...subsections: number[][]) {
  const code = section(10, vec([body([END]), body([END])]));
  return check(wasm(noType, section(3, vec([[0], [0]])), code, custom("name", subsections.flat())));
}

test("names of the module and of functions", () => {
  const functions = nameSubsection(
    1,
    vec([
      [0, ...name("first")],
      [1, ...name("zwölf")],
    ]),
  );
  const { module, message } = named(nameSubsection(0, name("program")), functions);
  expect(message).toBe("");
  expect(module.name).toBe("program");
  expect(module.text(module.funcNameStart.get(0), module.funcNameEnd.get(0))).toBe("first");
  expect(module.text(module.funcNameStart.get(1), module.funcNameEnd.get(1))).toBe("zw\\c3\\b6lf");
});

test("a faulty name section is no error and keeps what came before the fault", () => {
  const first = [0, ...name("first")];
  for (const faulty of [
    nameSubsection(1, [2, ...first, 1, 200, 0x61]),
    nameSubsection(1, [2, ...first, 1, 1, 0xff]),
    nameSubsection(1, [...HUGE, ...first]),
    nameSubsection(1, [2, ...first, ...HUGE, ...name("far")]),
    [...nameSubsection(1, [1, ...first]), 1, ...HUGE],
    [...nameSubsection(0, [9, 9]), ...nameSubsection(1, [1, ...first])],
  ]) {
    const { module, message } = named(faulty);
    expect(message).toBe("");
    expect(module.text(module.funcNameStart.get(0), module.funcNameEnd.get(0))).toBe("first");
    expect(module.funcNameEnd.get(1)).toBe(0);
  }
});

test("names of any length", () => {
  const long = "x".repeat(3000000);
  const { module, diag } = named(nameSubsection(0, name(long)), nameSubsection(1, vec([[1, ...name(`${long}\n`)]])));
  expect(module.name).toBe("test");
  expect(module.text(module.funcNameStart.get(1), module.funcNameEnd.get(1))).toBe(`${long}\\0a`);
  diag.fail(-1, "bad");
  diag.func = 1;
  expect(describeDiagnostic("d.wasm", module, diag)).toBe(`d.wasm: error in function $${"x".repeat(200)}... (#1): bad`);
});

test("one line for a diagnostic", () => {
  const functions = section(3, vec([[0], [0]]));
  const names = custom("name", nameSubsection(1, vec([[1, ...name("main")]])));
  const bad = wasm(noType, functions, section(10, vec([body([END]), body([0x6a, END])])), names);
  const { module, diag } = check(bad);
  expect(describeDiagnostic("a.wasm", module, diag)).toBe(
    "a.wasm: error at offset 0x1b in function $main (#1): type mismatch: expected i32 but nothing on stack",
  );
  const short = check(wasm([14, 0]));
  const line = describeDiagnostic("b.wasm", short.module, short.diag);
  expect(line).toBe("b.wasm: error at offset 0x8: malformed section id");
  const plain = new Diagnostic();
  plain.fail(-1, "cannot read");
  expect(describeDiagnostic("c.wasm", module, plain)).toBe("c.wasm: error: cannot read");
});

test("unsigned numbers as text", () => {
  expect([0, 7, 0x7fffffff, -1, -0x80000000].map((n) => unsignedText(n, 0))).toEqual([
    "0",
    "7",
    "2147483647",
    "4294967295",
    "2147483648",
  ]);
});
