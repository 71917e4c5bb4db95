// The validator on deep, wide and odd bodies, and what it notes for linker and builder.

import { expect, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import { LibCall } from "../../src/link/libcalls";
import { Feature } from "../../src/wasm/features";
import { Module, RefKind } from "../../src/wasm/module";
import { body, END, I32, leb, section, vec, wasm, withBody } from "./build";
import { check } from "./load";

const message = (code: number[], locals: number[][] = []) => check(withBody(code, locals)).message;

test("50000 nested blocks of each kind", () => {
  const n = 50000;
  const repeat = (code: number[]) => Array(n).fill(code).flat();
  const nested = (open: number[], close: number[]) => [...repeat(open), ...repeat(close), END];
  expect(message(nested([0x02, 0x40], [END]))).toBe("");
  expect(message(nested([0x03, 0x40], [END]))).toBe("");
  expect(message(nested([0x41, 1, 0x04, 0x40], [0x05, END]))).toBe("");
  const out = [...Array(n).fill([0x02, 0x40]).flat(), 0x0c, ...leb(n), ...Array(n).fill(END), END];
  expect(message(out)).toBe("");
  out.splice(2 * n + 1, leb(n).length, ...leb(n + 1));
  expect(message(out)).toBe(`unknown label ${n + 1}`);
});

test("a large br_table", () => {
  const targets = Array(200000).fill([0]).flat();
  expect(message([0x02, 0x40, 0x41, 0, 0x0e, ...leb(targets.length), ...targets, 0, END, END])).toBe("");
  expect(message([0x41, 0, 0x0e, 2, 0, 0, 1, END])).toBe("unknown label 1");
  expect(message([0x02, 0x7f, 0x41, 0, 0x41, 0, 0x0e, 1, 0, 1, END, 0x1a, END])).toStartWith("type mismatch: br_table");
});

test("locals beyond those kept flat, by groups", () => {
  const groups = Array.from({ length: 3000 }, (_, i) => [1, i % 2 === 0 ? 0x7f : 0x7e]);
  const code = (local: number, op: number) => [0x20, ...leb(local), op, 0x1a, END];
  const EQZ32 = 0x45;
  const EQZ64 = 0x50;
  for (const local of [0, 1, 1022, 1023, 1024, 1025, 2047, 2998, 2999]) {
    expect(message(code(local, local % 2 === 0 ? EQZ32 : EQZ64), groups)).toBe("");
    expect(message(code(local, local % 2 === 0 ? EQZ64 : EQZ32), groups)).toStartWith("type mismatch");
  }
  expect(message(code(3000, EQZ32), groups)).toBe("unknown local 3000");
  expect(message([0x20, 0, 0x1a, END], [[0, 0x7f]])).toBe("unknown local 0");
  const wide = [
    [1000, 0x7d],
    [0, 0x7e],
    [1000, 0x7c],
    [5, 0x7f],
  ].map(([n, type]) => [...leb(n), type]);
  expect(message([0x20, ...leb(2004), EQZ32, 0x1a, END], wide)).toBe("");
  expect(message([0x20, ...leb(1999), EQZ32, 0x1a, END], wide)).toBe("type mismatch: expected i32, found f64");
});

test("hostile: many bodies with 50000 locals each", () => {
  const n = 20000;
  const one = body([END], [[...leb(50000), I32]]);
  const functions = section(3, vec(Array(n).fill([0])));
  const module = wasm(section(1, vec([[0x60, 0, 0]])), functions, section(10, vec(Array(n).fill(one))));
  const start = cpuMilliseconds();
  expect(check(module).message).toBe("");
  expect(cpuMilliseconds() - start).toBeLessThan(1000);
});

test("ends and elses", () => {
  expect(message([])).toBe("END opcode expected");
  expect(message([0x02, 0x40, END])).toBe("END opcode expected");
  expect(message([END, 0x01])).toStartWith("END opcode expected");
  expect(message([0x05, END])).toBe("else without a matching if");
  expect(message([0x41, 0, 0x04, 0x40, 0x05, 0x05, END, END])).toBe("else without a matching if");
  expect(message([0x41, 0, 0x04, 0x7f, 0x41, 0, END, 0x1a, END])).toStartWith("type mismatch: if without else");
  expect(message([0x41, 0, END])).toBe("type mismatch: values remaining on stack at end of block");
});

test("opcodes that are none", () => {
  expect(message([0xff, END])).toBe("illegal opcode ff");
  expect(message([0x16, END])).toBe("illegal opcode 16");
  expect(message([0x06, 0x40, END, END])).toBe("legacy exception handling not supported");
  expect(message([0xfc, 0x20, END])).toBe("illegal opcode fc 32");
  expect(message([0xfc, 0x80, 0x02, END])).toBe("illegal opcode fc 256");
  expect(message([0xfe, 0x00, END])).toBe("threads not supported");
  expect(message([0xfd, 0x0c, ...Array(16).fill(0), 0x1a, END])).toBe("SIMD not supported");
  expect(message([0xfb, 0x00, 0x00, END])).toBe("garbage collection not supported");
  expect(check(withBody([0x12, 0x00, END]), 0).message).toBe("tail calls not supported");
  expect(check(withBody([0x12, 0x00, END]), Feature.TailCalls).message).toBe("");
  expect(check(withBody([0xd4, END]), 0).message).toBe("typed function references not supported");
});

test("the diagnostic names offset and function", () => {
  const module = wasm(
    section(1, vec([[0x60, 0, 0]])),
    section(3, vec([[0], [0]])),
    section(10, vec([body([END]), body([0x41, 0, 0x6a, END])])),
  );
  const { diag } = check(module);
  expect([diag.func, module[diag.offset]]).toEqual([1, 0x6a]);
});

function noted(module: Module, func: number): number[][] {
  const refs: number[][] = [];
  for (let i = module.refsStart.get(func); i < module.refsEnd.get(func); i++) {
    refs.push([module.refs.get(i) & 15, module.refs.get(i) >> 4]);
  }
  return refs;
}

test("references and local sets, also of unreachable code", () => {
  const zero = [0x41, 0];
  const null0 = [0xd0, 0x70];
  const code = [
    [0x10, 1, ...zero, 0x11, 0, 1, 0xd2, 1, 0x1a, ...zero, 0x24, 0, ...zero, 0x25, 1, 0x1a],
    [...zero, ...null0, 0x26, 0, ...zero, 0x40, 0, 0x1a, 0xfc, 16, 1, 0x1a],
    [...null0, ...zero, 0xfc, 15, 0, 0x1a, ...zero, ...null0, ...zero, 0xfc, 17, 1],
    [...zero, ...zero, ...zero, 0xfc, 14, 0, 1, ...zero, ...zero, ...zero, 0xfc, 12, 0, 1, 0xfc, 13, 0],
    [...zero, ...zero, ...zero, 0xfc, 8, 1, 0, 0xfc, 9, 0, ...zero, ...zero, ...zero, 0xfc, 10, 0, 0],
    [...zero, ...zero, ...zero, 0xfc, 11, 0, ...zero, 0x21, 2, ...zero, 0x22, 0, 0x1a, 0x00, ...zero, 0x21, 1, END],
  ].flat();
  const { module, message: found } = check(
    wasm(
      section(1, vec([[0x60, 0, 0]])),
      section(3, vec([[0], [0]])),
      section(
        4,
        vec([
          [0x70, 0, 1],
          [0x70, 0, 1],
        ]),
      ),
      section(5, vec([[0, 1]])),
      section(6, vec([[0x7f, 1, 0x41, 0, END]])),
      section(9, vec([[1, 0, ...vec([[1]])]])),
      section(12, [2]),
      section(10, vec([body(code, [[3, I32]]), body([END])])),
      section(
        11,
        vec([
          [1, 0],
          [1, 0],
        ]),
      ),
    ),
  );
  expect(found).toBe("");
  expect(noted(module, 0)).toEqual([
    [RefKind.Call, 1],
    [RefKind.TableUse, 1],
    [RefKind.IndirectType, 0],
    [RefKind.FuncRef, 1],
    [RefKind.GlobalSet, 0],
    [RefKind.TableUse, 1],
    [RefKind.TableWrite, 0],
    [RefKind.MemoryGrow, 0],
    [RefKind.LibCall, LibCall.MemoryGrow],
    [RefKind.TableWrite, 0],
    [RefKind.TableGrow, 0],
    [RefKind.LibCall, LibCall.TableGrow],
    [RefKind.TableWrite, 1],
    [RefKind.LibCall, LibCall.TableFill],
    [RefKind.TableUse, 1],
    [RefKind.TableWrite, 0],
    [RefKind.LibCall, LibCall.TableCopy],
    [RefKind.ElemUse, 0],
    [RefKind.TableWrite, 1],
    [RefKind.LibCall, LibCall.TableInit],
    [RefKind.ElemUse, 0],
    [RefKind.DataUse, 1],
    [RefKind.LibCall, LibCall.MemoryInit],
    [RefKind.DataUse, 0],
    [RefKind.LibCall, LibCall.MemoryCopy],
    [RefKind.LibCall, LibCall.MemoryFill],
  ]);
  expect(noted(module, 1)).toEqual([]);
  expect([...module.localSets.data.slice(module.setsStart.get(0), module.setsEnd.get(0))]).toEqual([2, 0, 1]);
  expect([module.setsStart.get(1), module.setsEnd.get(1)]).toEqual([3, 3]);
});
