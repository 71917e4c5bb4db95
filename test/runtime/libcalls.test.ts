// Library calls against plain models: every overlap and length of a copy, bounds with 64-bit operands, growth that
// the kernel refuses.

import "../../host/js/prelude";
import { beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TrapKind } from "../../src/base/traps";
import { Machine, Trap } from "./machine";

const runtime = join(import.meta.dir, "../../build/runtime.wasm");
const BIG = 0xffff_ffff_ffff_ffffn;
const MPROTECT = 10;
const MMAP = 9;

let machine: Machine;

function trapOf(run: () => void): number {
  try {
    run();
  } catch (problem) {
    if (problem instanceof Trap) return problem.kind;
    throw problem;
  }
  return -1;
}

/** Bytes that all differ from their neighbours. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8) + 1) & 255);
}

if (!existsSync(runtime)) {
  console.log("skipped: library calls (build/runtime.wasm is not there)");
} else {
  beforeAll(() => {
    machine = new Machine(readFileSync(runtime));
  });

  test("memory_copy equals copyWithin for every length, distance and direction", () => {
    const memory = new Uint8Array(2048);
    const cell = machine.words(machine.address(memory), 2048n, 2048n, 16n);
    const lengths = [...Array(100).keys(), 127, 128, 129, 255, 300, 1023, 1024, 1025];
    const distances = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 100, 300];
    for (const length of lengths) {
      for (const distance of distances) {
        for (const [target, source] of [
          [700, 700 + distance],
          [700 + distance, 700],
        ]) {
          memory.set(pattern(2048));
          const expected = pattern(2048).copyWithin(target, source, source + length);
          machine.exports.memory_copy(cell, cell, BigInt(target), BigInt(source), BigInt(length));
          if (Buffer.compare(memory, expected) != 0) throw new Error(`copy ${target} ${source} ${length}`);
        }
      }
    }
  });

  test("memory_fill equals fill", () => {
    const memory = new Uint8Array(1024);
    const cell = machine.words(machine.address(memory), 1024n, 1024n, 16n);
    for (const length of [...Array(100).keys(), 255, 256, 257, 511, 512, 513]) {
      memory.set(pattern(1024));
      const expected = pattern(1024).fill(0xa7, 100, 100 + length);
      machine.exports.memory_fill(cell, 100n, 0xffff_ffa7, BigInt(length));
      if (Buffer.compare(memory, expected) != 0) throw new Error(`fill ${length}`);
    }
  });

  test("bounds are checked without wrapping, before anything is written", () => {
    const memory = pattern(64);
    const before = pattern(64);
    const cell = machine.words(machine.address(memory), 64n, 64n, 16n);
    const segment = machine.address(pattern(16));
    const length = machine.words(16n);
    const { memory_copy, memory_fill, memory_init } = machine.exports;
    for (const [at, bytes] of [
      [0n, 65n],
      [64n, 1n],
      [65n, 0n],
      [BIG, 0n],
      [BIG, 1n],
      [1n, BIG],
      [BIG, BIG],
      [1n << 32n, 1n],
      [0n, 1n << 32n],
    ]) {
      expect(trapOf(() => memory_copy(cell, cell, at, 0n, bytes))).toBe(TrapKind.MemoryOutOfBounds);
      expect(trapOf(() => memory_copy(cell, cell, 0n, at, bytes))).toBe(TrapKind.MemoryOutOfBounds);
      expect(trapOf(() => memory_fill(cell, at, 0, bytes))).toBe(TrapKind.MemoryOutOfBounds);
      expect(trapOf(() => memory_init(cell, segment, length, at, 0n, bytes))).toBe(TrapKind.MemoryOutOfBounds);
    }
    expect(trapOf(() => memory_init(cell, segment, length, 0n, 8n, 9n))).toBe(TrapKind.MemoryOutOfBounds);
    expect(memory).toEqual(before);
    // Nothing at the very end is fine.
    memory_copy(cell, cell, 64n, 64n, 0n);
    memory_fill(cell, 64n, 1, 0n);
    memory_init(cell, segment, length, 64n, 16n, 0n);
    expect(memory).toEqual(before);
    memory_init(cell, segment, length, 3n, 8n, 8n);
    before.set(pattern(16).subarray(8), 3);
    expect(memory).toEqual(before);
  });

  test("memory_grow opens the pages, and says -1 at the maximum and when the kernel refuses", () => {
    const base = 0x3_0000_0000n;
    const cellBytes = new BigUint64Array([base, 0x10000n, 0x50000n, 16n]);
    const cell = machine.address(new Uint8Array(cellBytes.buffer));
    const grow = (pages: bigint) => BigInt.asIntN(64, machine.exports.memory_grow(cell, pages));
    const calls: bigint[][] = [];
    let refused = false;
    let reserved = true;
    machine.fake = (number, values) => {
      if (number != MPROTECT && number != MMAP) return null;
      calls.push([BigInt(number), values[0], values[1], values[2]]);
      if (refused) return -12n;
      if (number == MMAP) return values[0];
      return reserved ? 0n : -12n;
    };
    expect(grow(0n)).toBe(1n);
    expect(grow(2n)).toBe(1n);
    expect(calls).toEqual([[10n, base + 0x10000n, 0x20000n, 3n]]);
    for (const pages of [3n, 0x1_0000_0000n, BIG, 1n << 48n]) expect(grow(pages)).toBe(-1n);
    expect(cellBytes[1]).toBe(0x30000n);
    reserved = false;
    calls.length = 0;
    expect(grow(1n)).toBe(3n);
    expect(calls.map((call) => call[0])).toEqual([10n, 9n]);
    refused = true;
    expect(grow(1n)).toBe(-1n);
    expect(cellBytes[1]).toBe(0x40000n);
    machine.fake = null;
  });

  test("memory_grow of a memory with single-byte pages opens whole machine pages once", () => {
    const cellBytes = new BigUint64Array([0x3_0000_0000n, 100n, 10000n, 0n]);
    const cell = machine.address(new Uint8Array(cellBytes.buffer));
    const calls: bigint[][] = [];
    machine.fake = (number, values) => {
      if (number != MPROTECT) return null;
      calls.push([values[0], values[1]]);
      return 0n;
    };
    expect(machine.exports.memory_grow(cell, 3900n)).toBe(100n);
    expect(calls).toEqual([]);
    expect(machine.exports.memory_grow(cell, 200n)).toBe(4000n);
    expect(calls).toEqual([[0x3_0000_1000n, 0x1000n]]);
    machine.fake = null;
  });

  test("tables: grow, fill, copy, init and their bounds", () => {
    // A table in the data area needs no pages: it has room up to its maximum. Its address must lie below 4 GiB.
    const low = machine.mapLow(4096);
    const entries = () => [...Array(16).keys()].map((i) => machine.view(low + BigInt(i) * 8n, 8).getBigUint64(0, true));
    const cellBytes = new BigUint64Array([low, 4n, 8n, 0n]);
    const cell = machine.address(new Uint8Array(cellBytes.buffer));
    const segment = machine.words(11n, 12n, 13n);
    const length = machine.words(3n);
    const { table_grow, table_fill, table_copy, table_init } = machine.exports;
    expect(table_grow(cell, 7n, 2n)).toBe(4n);
    expect(BigInt.asIntN(64, table_grow(cell, 7n, 3n))).toBe(-1n);
    expect(BigInt.asIntN(64, table_grow(cell, 7n, BIG))).toBe(-1n);
    expect(cellBytes[1]).toBe(6n);
    expect(entries().slice(0, 8)).toEqual([0n, 0n, 0n, 0n, 7n, 7n, 0n, 0n]);
    table_init(cell, segment, length, 0n, 0n, 3n);
    table_copy(cell, cell, 1n, 0n, 4n);
    expect(entries().slice(0, 8)).toEqual([11n, 11n, 12n, 13n, 0n, 7n, 0n, 0n]);
    table_copy(cell, cell, 0n, 1n, 5n);
    expect(entries().slice(0, 8)).toEqual([11n, 12n, 13n, 0n, 7n, 7n, 0n, 0n]);
    table_fill(cell, 2n, 9n, 4n);
    expect(entries().slice(0, 8)).toEqual([11n, 12n, 9n, 9n, 9n, 9n, 0n, 0n]);
    for (const [at, count] of [
      [0n, 7n],
      [6n, 1n],
      [7n, 0n],
      [BIG, 1n],
      [1n, BIG],
    ]) {
      expect(trapOf(() => table_fill(cell, at, 1n, count))).toBe(TrapKind.TableOutOfBounds);
      expect(trapOf(() => table_copy(cell, cell, at, 0n, count))).toBe(TrapKind.TableOutOfBounds);
      expect(trapOf(() => table_copy(cell, cell, 0n, at, count))).toBe(TrapKind.TableOutOfBounds);
      expect(trapOf(() => table_init(cell, segment, length, at, 0n, count))).toBe(TrapKind.TableOutOfBounds);
    }
    expect(trapOf(() => table_init(cell, segment, length, 0n, 2n, 2n))).toBe(TrapKind.TableOutOfBounds);
  });
}
