// The memory map: addresses, cells, tables, segments, and where instantiation traps.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { TrapKind } from "../../src/base/traps";
import { DATA_BASE, GUEST_BASE, GUEST_CELL, MemoryCell, RUNTIME_START, TableCell } from "../../src/link/layout";
import type { Program } from "../../src/link/program";
import { functionAt, link, word } from "./helpers";

const table = (p: Program, i = 0): number => p.tableOf(1, i);

test("the guest's memory lies at its base, the runtime's in its own area", () => {
  const { program } = link(`(module (memory 3 65536) (func (export "_start") (drop (memory.grow (i32.const 1)))))`);
  const m = program.memoryOf(1, 0);
  expect(program.memoryBaseLo.get(m)).toBe(GUEST_BASE);
  expect(program.memoryGuarded.get(m)).toBe(1);
  expect(program.memoryReserveHi.get(m)).toBeGreaterThanOrEqual(2);
  const cell = program.memoryCell.get(m);
  expect(cell).toBe(GUEST_CELL);
  expect([0, 4, 8, 12, 16, 20].map((at) => word(program, cell + at))).toEqual([GUEST_BASE, 0, 0x30000, 0, 0, 1]);
  expect(word(program, cell + MemoryCell.PageLog2)).toBe(16);

  const own = program.memoryOf(0, 0);
  const base = program.memoryBaseLo.get(own);
  expect(base).toBeGreaterThan(RUNTIME_START);
  expect(program.memoryReserveHi.get(own)).toBe(0);
  expect(program.runtimeEnd).toBe(base + 65536);
  const at = base + 16 - RUNTIME_START;
  expect(new TextDecoder().decode(program.runtimeData.data.subarray(at, at + 7))).toBe("runtime");
  // Nothing of the memory's zeros is kept, but up to the next 16 bytes.
  expect(program.runtimeData.length - at).toBeLessThan(32);
});

test("a table that is never written is read-only, with its entries in place", () => {
  const { program } = link(`(module (type $t (func)) (table 4 funcref)
    (elem (i32.const 1) $a $b) (elem (i32.const 2) $c) (elem (i32.const 1) funcref (ref.null func))
    (func $a) (func $b) (func $c) (func (export "_start") (call_indirect (type $t) (i32.const 0))))`);
  const base = program.tableBaseLo.get(table(program));
  expect(base).toBeGreaterThanOrEqual(program.dataStart);
  expect(base + 32).toBeLessThanOrEqual(program.dataReadOnlyEnd);
  expect(program.tableWritten.get(table(program))).toBe(0);
  // Later segments overwrite earlier ones, with null too.
  expect([0, 8, 16, 24].map((at) => functionAt(program, base + at))).toEqual([-1, -1, program.funcOf(1, 2), -1]);
  expect(word(program, base + 20)).toBe(program.funcType.get(program.funcOf(1, 2)));
  expect(word(program, base + 12)).toBe(0);
  expect(program.dataWriteStart - program.dataReadOnlyEnd).toBeGreaterThanOrEqual(4096);
  expect((program.dataWriteStart - program.dataReadOnlyEnd) & 4095).toBeLessThan(16);
});

test("tables that are written or grow lie in the writable part, with room to their maximum", () => {
  const { program } =
    link(`(module (table $a 2 funcref) (table $b 2 100 externref) (table $c 2 externref) (elem (i32.const 0) $f)
    (func $f) (func (export "_start")
      (table.set $a (i32.const 0) (ref.null func))
      (drop (table.grow $b (ref.null extern) (i32.const 1)))
      (drop (table.grow $c (ref.null extern) (i32.const 1)))))`);
  for (const i of [0, 1]) {
    expect(program.tableBaseLo.get(table(program, i))).toBeGreaterThanOrEqual(program.dataWriteStart);
    expect(program.tableBaseHi.get(table(program, i))).toBe(0);
  }
  const gap = program.tableCell.get(table(program, 1)) - program.tableBaseLo.get(table(program, 1));
  expect(gap).toBeGreaterThanOrEqual(800);
  // No maximum: outside the data area.
  expect(program.tableBaseHi.get(table(program, 2))).toBeGreaterThan(0);
  const cell = program.tableCell.get(table(program, 1));
  expect(word(program, cell + TableCell.Size)).toBe(2);
  expect(word(program, cell + TableCell.Max)).toBe(100);
});

test("large tables get their entries by copy rows", () => {
  const { program } =
    link(`(module (type $t (func)) (table 1000000 funcref) (elem (i32.const 5) $a $b) (elem (i32.const 999999) $b)
    (func $a) (func $b) (func (export "_start") (call_indirect (type $t) (i32.const 0))))`);
  const t = table(program);
  expect(program.tableBaseHi.get(t)).toBe(8);
  expect(program.copyBytes.length).toBe(2);
  expect(program.copyTargetLo.get(0)).toBe(program.tableBaseLo.get(t) + 40);
  expect(program.copyTargetHi.get(0)).toBe(8);
  expect(program.copyBytes.get(0)).toBe(16);
  const source = program.copySourceLo.get(0);
  expect([functionAt(program, source), functionAt(program, source + 8)]).toEqual([
    program.funcOf(1, 0),
    program.funcOf(1, 1),
  ]);
  expect(program.copyTargetLo.get(1)).toBe(program.tableBaseLo.get(t) + 999999 * 8);
  expect(program.dataEnd - DATA_BASE).toBeLessThan(0x20000);
});

test("active data segments keep their order; those after one that does not fit are not applied", () => {
  const fine =
    link(`(module (global i32 (i32.const 7)) (memory 1) (data (i32.const 10) "abc") (data (global.get 0) "xyzuv")
    (data (i32.const 65536) "") (data (i32.const 65535) "!"))`).program;
  expect(fine.initTrap).toBe(-1);
  expect([0, 1, 2].map((i) => fine.initOffset.get(i))).toEqual([10, 7, 65535]);
  expect(fine.initMemory.length).toBe(3);

  const trap = link(
    `(module (memory 1) (data (i32.const 10) "abc") (data (i32.const 65535) "ab") (data (i32.const 0) "z"))`,
  );
  expect(trap.program.initTrap).toBe(TrapKind.MemoryOutOfBounds);
  expect(trap.program.initMemory.length).toBe(1);
  expect(link(`(module (memory 1) (data (i32.const 65537) ""))`).program.initTrap).toBe(TrapKind.MemoryOutOfBounds);
  expect(link(`(module (memory 1) (data (i32.const -1) "a"))`).program.initTrap).toBe(TrapKind.MemoryOutOfBounds);
});

test("an element segment that does not fit ends instantiation before data segments", () => {
  const { program } =
    link(`(module (type $t (func)) (memory 1) (data (i32.const 0) "a") (table 2 funcref) (table 1 funcref)
    (elem (i32.const 0) $f) (elem (table 1) (i32.const 1) func $f) (elem (i32.const 1) $f)
    (func $f) (func (export "_start") (call_indirect (type $t) (i32.const 0))))`);
  expect(program.initTrap).toBe(TrapKind.TableOutOfBounds);
  expect(program.initMemory.length).toBe(0);
  const base = program.tableBaseLo.get(table(program));
  expect(functionAt(program, base)).toBe(program.funcOf(1, 0));
  expect(functionAt(program, base + 8)).toBe(-1);
});

test("segments that code names have contents and length; active ones count as dropped", () => {
  const { program } = link(`(module (memory 1) (table 3 funcref)
    (data $a "passive!") (data $b (i32.const 0) "active") (data $c "unused")
    (elem $p func $f $f) (elem $d declare func $f)
    (func $f) (func (export "_start")
      (memory.init $a (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $b)
      (table.init $p (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $d)))`);
  const data = program.instanceDataBase.get(1);
  const at = program.dataAddress.get(data);
  expect(at).toBeLessThan(program.dataReadOnlyEnd);
  expect(new TextDecoder().decode(program.data.data.subarray(at - DATA_BASE, at - DATA_BASE + 8))).toBe("passive!");
  expect(word(program, program.dataLengthCell.get(data))).toBe(8);
  expect(program.dataLengthCell.get(data)).toBeGreaterThanOrEqual(program.dataWriteStart);
  expect(word(program, program.dataLengthCell.get(data + 1))).toBe(0);
  expect(program.dataLengthCell.get(data + 1)).toBeGreaterThan(0);
  expect(program.dataLengthCell.get(data + 2)).toBe(0);
  const elem = program.instanceElemBase.get(1);
  expect(word(program, program.elemLengthCell.get(elem))).toBe(2);
  expect(functionAt(program, program.elemAddress.get(elem) + 8)).toBe(program.funcOf(1, 0));
  expect(word(program, program.elemLengthCell.get(elem + 1))).toBe(0);
});

test("no two things overlap", () => {
  const { program } =
    link(`(module (type $t (func)) (memory 1) (table $a 3 funcref) (table $b 5 funcref) (elem (i32.const 0) $f)
    (global $g (mut i32) (i32.const 1)) (global $h (mut i64) (i64.const 2)) (data $d "12345")
    (func $f) (func (export "_start") (call_indirect (type $t) (i32.const 0))
      (table.set $b (i32.const 0) (ref.null func)) (global.set $g (i32.const 0)) (global.set $h (i64.const 0))
      (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))))`);
  const g = program.globalOf(1, 0);
  const own = program.memoryOf(0, 0);
  const used: [number, number][] = [
    [program.tableBaseLo.get(table(program, 0)), 24],
    [program.tableBaseLo.get(table(program, 1)), 40],
    [program.tableCell.get(table(program, 0)), TableCell.Bytes],
    [program.tableCell.get(table(program, 1)), TableCell.Bytes],
    [program.memoryCell.get(own), MemoryCell.Bytes],
    [program.memoryCell.get(program.memoryOf(1, 0)), MemoryCell.Bytes],
    [program.globalAddress.get(g), 8],
    [program.globalAddress.get(g + 1), 8],
    [program.dataAddress.get(program.instanceDataBase.get(1)), 5],
    [program.dataLengthCell.get(program.instanceDataBase.get(1)), 8],
    [program.memoryBaseLo.get(own), 65536],
  ];
  used.sort((a, b) => a[0] - b[0]);
  for (let i = 0; i < used.length; i++) {
    expect(used[i][0]).toBeGreaterThanOrEqual(i === 0 ? program.dataStart : used[i - 1][0] + used[i - 1][1]);
  }
  expect(used[used.length - 1][0] + 65536).toBe(program.runtimeEnd);
});

test("too much for the data area is a message", () => {
  let wat = `(module (type $t (func))`;
  for (let i = 0; i < 2000; i++) wat += `(table $t${i} 8192 funcref)`;
  wat += `(func (export "_start")`;
  for (let i = 0; i < 2000; i++) wat += `(call_indirect $t${i} (type $t) (i32.const 0))`;
  expect(link(`${wat}))`).message).toContain("more than 95 MiB");
});
