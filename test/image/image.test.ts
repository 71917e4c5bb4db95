// The executable file: headers that the kernel accepts, protection, sizes, the information block, relocations,
// initial memory, symbols. Files are run with a few bytes of hand-made code.

import "../../host/js/prelude";
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Diagnostic } from "../../src/base/diagnostics";
import { U8Column } from "../../src/base/columns";
import { CopyRow, FunctionRow, GrantRow, Info, INFO_MAGIC, InfoFlag, MapRow, MemoryRow } from "../../src/link/info";
import { DATA_BASE, GUEST_BASE, INFO_BASE, MemoryCell, STACK_SIZE } from "../../src/link/layout";
import { LinkOptions } from "../../src/link/options";
import type { Program } from "../../src/link/program";
import { writeExecutable } from "../../src/image/image";
import { type Code, RelocKind } from "../../src/x64/code";
import type { Elf } from "./elf-reader";
import { addFunction, EXIT, type Image, image, stubCode } from "./helpers";

const directory = mkdtempSync(join(tmpdir(), "wx-image-"));
afterAll(() => rmSync(directory, { recursive: true }));

function run(file: Uint8Array): { status: number | null; signal: string | null; stdout: Buffer } {
  const path = join(directory, `program-${Math.random()}`);
  writeFileSync(path, file, { mode: 0o755 });
  const { status, signal, stdout, error } = spawnSync(path, { timeout: 120_000 });
  if (error) throw error;
  return { status, signal, stdout };
}

const HELLO = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory 1) (data (i32.const 8) "hello")
  (func $main (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`;

const TABLE = `(module (type $t (func)) (memory 1) (table 3 funcref) (elem (i32.const 1) $a $b)
  (global $g (mut i32) (i32.const 77))
  (func $a) (func $b) (func (export "_start") (global.set $g (i32.const 1)) (call_indirect (type $t) (i32.const 0))))`;

/** Position in the file of the information block's field. */
function info(elf: Elf, field: number): number {
  return elf.offsetOf(INFO_BASE) + field;
}

function address(elf: Elf, field: number): number {
  return elf.offsetOf(elf.u64(info(elf, field)));
}

function checkLayout(elf: Elf): void {
  expect(elf.type).toBe(2);
  expect(elf.machine).toBe(62);
  let last = 0;
  for (const s of elf.loads) {
    expect(s.align).toBe(4096);
    expect(s.address % 4096).toBe(s.offset % 4096);
    expect(s.offset + s.fileBytes).toBeLessThanOrEqual(elf.file.length);
    expect(s.memoryBytes).toBeGreaterThanOrEqual(s.fileBytes);
    // Ascending, each on pages of its own.
    expect(Math.floor(s.address / 4096) * 4096).toBeGreaterThanOrEqual(last);
    last = Math.ceil((s.address + s.memoryBytes) / 4096) * 4096;
    expect(s.flags & 3).not.toBe(3);
    // The kernel clears the end of a page only where it may write.
    if ((s.flags & 2) === 0) expect(s.memoryBytes).toBe(s.fileBytes);
  }
  const stack = elf.segments.filter((s) => s.type === 0x6474e551);
  expect(stack.map((s) => s.flags & 1)).toEqual([0]);
  const entry = elf.loads.find((s) => elf.entry >= s.address && elf.entry < s.address + s.fileBytes);
  expect(entry?.flags).toBe(5);
}

test("a minimal program runs and exits", () => {
  for (const guest of ["(module)", HELLO, TABLE, `(module (memory 0) (func (export "_start")))`]) {
    for (const strip of [false, true]) {
      const { file, elf } = image(guest, undefined, (o) => (o.strip = strip));
      checkLayout(elf);
      expect(run(file)).toMatchObject({ status: 0, signal: null });
    }
  }
});

test("a small program is a small file, without padding", () => {
  const { file, program, code, elf } = image(HELLO, undefined, (o) => (o.strip = true));
  const data = program.runtimeData.length + Math.max(0, program.data.length - (program.dataWriteStart - DATA_BASE));
  expect(file.length).toBeLessThan(0x500 + data + code.bytes.length + elf.loads[2].fileBytes + 64);
  expect(file.length).toBeLessThan(2800);
});

test("data has its protection, and its contents after relocation", () => {
  const { file, elf, program, code } = image(TABLE);
  const writable = elf.loads.filter((s) => s.flags === 6);
  // And the runtime's.
  expect(writable.length).toBe(2);
  expect(writable[0].address).toBe(program.dataWriteStart);
  expect(writable[0].address + writable[0].memoryBytes).toBe(program.dataEnd);
  const readOnly = elf.loads.find((s) => s.address === program.dataStart);
  expect(readOnly?.flags).toBe(4);

  const table = program.tableBaseLo.get(program.tableOf(1, 0));
  const a = program.funcOf(1, 0);
  const codeStart = elf.u64(info(elf, Info.CodeStart));
  expect(elf.u32(elf.offsetOf(table))).toBe(0);
  expect(elf.u32(elf.offsetOf(table + 8))).toBe(codeStart + code.funcStart.get(a));
  expect(elf.u32(elf.offsetOf(table + 12))).toBe(program.funcType.get(a));
  expect(elf.u32(elf.offsetOf(program.globalAddress.get(program.globalOf(1, 0))))).toBe(77);
  expect(run(file).status).toBe(0);
});

test("the running program sees its constants, tables, globals and zeros", () => {
  // Exits with what a sequence of loads adds up to, modulo 256: a pool entry, a jump-table target's address minus
  // the code's start, a global, a byte of the runtime's memory behind the file's contents.
  const { file } = image(TABLE, (program) => {
    const code = stubCode(program, []);
    code.entryOffset = code.bytes.length;
    const emit = (...bytes: number[]): void => bytes.forEach((b) => void code.bytes.push(b));
    emit(0x8b, 0x3d); // mov edi, [rip + pool]
    code.addReloc(code.bytes.length, RelocKind.Pool, code.poolEntry(5, 0, 0, 0), 0);
    emit(0, 0, 0, 0);
    emit(0x83, 0x3d); // cmp dword [rip + pool], 9 — a byte follows the field
    code.addReloc(code.bytes.length, RelocKind.Pool, code.poolEntry(1, 9, 9, 9), 1);
    emit(0, 0, 0, 0, 1);
    emit(0x75, 0x03, 0x83, 0xc7, 0x40); // jne +3; add edi, 64
    emit(0x03, 0x3c, 0x25); // add edi, [abs table]
    code.addReloc(code.bytes.length, RelocKind.JumpTable, 0, 0);
    emit(0, 0, 0, 0);
    code.tableTargets.push(code.entryOffset);
    code.tableStart.push(1);
    emit(0x81, 0xef); // sub edi, code start
    code.addReloc(code.bytes.length, RelocKind.CodeBound, 0, 0);
    emit(0, 0, 0, 0);
    const global = program.globalAddress.get(program.globalOf(1, 0));
    emit(0x03, 0x3c, 0x25, ...int32(global)); // add edi, [global]: 77
    emit(0xff, 0x04, 0x25, ...int32(global)); // inc dword [global]: it can be written
    emit(0x03, 0x3c, 0x25, ...int32(program.dataEnd - 4)); // add edi, [end of the data area]: 0
    emit(0xe8); // call $a, a ret
    code.addReloc(code.bytes.length, RelocKind.Call, program.funcOf(1, 0), 0);
    emit(0, 0, 0, 0);
    emit(0xb9); // mov ecx, $b; call rcx
    code.addReloc(code.bytes.length, RelocKind.FuncAddress, program.funcOf(1, 1), 0);
    emit(0, 0, 0, 0, 0xff, 0xd1);
    emit(0xb8, 60, 0, 0, 0, 0x0f, 0x05);
    return code;
  });
  expect(run(file)).toMatchObject({ status: (5 + 64 + 77 + stubEntry()) & 255 });
});

/** Offset in the code at which the program above enters. */
function stubEntry(): number {
  return image(TABLE, (p) => stubCode(p, [])).code.bytes.length;
}

function int32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
}

test("a reference to a function without code is reported, not written", () => {
  const { program } = image(TABLE);
  const code = stubCode(program, EXIT);
  code.funcStart.set(program.funcOf(1, 0), -1);
  const diag = new Diagnostic();
  expect(writeExecutable(program, code, new LinkOptions(), diag, new U8Column())).toBe(false);
  expect(diag.message).toContain("internal error");
});

test("code that does not fit below the data is a message", () => {
  const { program } = image("(module)");
  const code = stubCode(program, EXIT);
  code.bytes.resize(0x0a00_0000);
  const diag = new Diagnostic();
  expect(writeExecutable(program, code, new LinkOptions(), diag, new U8Column())).toBe(false);
  expect(diag.message).toContain("more than 154 MiB");
});

test("the information block says what was asked for", () => {
  const { elf, program, code } = image(HELLO, undefined, (o) => {
    o.stackSize = 0x123000;
    o.guestTrusted = true;
    o.addGrant("/tmp/x", "/", false);
    o.addGrant(".", Buffer.from("/ré").toString("latin1"), true);
    o.addEnvironment("A=b");
    o.addEnvironment("PATH");
  });
  expect(elf.u32(info(elf, Info.Magic))).toBe(INFO_MAGIC);
  expect(elf.u32(info(elf, Info.Flags))).toBe(InfoFlag.Trusted);
  expect(elf.u64(info(elf, Info.StackSize))).toBe(0x123000);
  expect(elf.u32(info(elf, Info.InitTrap))).toBe(0xffffffff);
  expect(elf.u64(info(elf, Info.CodeEnd)) - elf.u64(info(elf, Info.CodeStart))).toBe(code.bytes.length);
  expect(elf.u64(info(elf, Info.SignalEntry))).toBe(elf.u64(info(elf, Info.CodeStart)) + code.signalOffset);
  expect(elf.text(address(elf, Info.ModuleName))).toBe("guest");

  expect(elf.u32(info(elf, Info.GrantCount))).toBe(2);
  const grants = address(elf, Info.GrantTable);
  const second = grants + GrantRow.Bytes;
  const at = (row: number, field: number): string => elf.text(elf.offsetOf(elf.u64(row + field)));
  expect([at(grants, GrantRow.Host), at(grants, GrantRow.Guest)]).toEqual(["/tmp/x", "/"]);
  expect([at(second, GrantRow.Host), at(second, GrantRow.Guest)]).toEqual([".", "/ré"]);
  expect([elf.u32(grants + GrantRow.Flags), elf.u32(second + GrantRow.Flags)]).toEqual([0, 1]);

  expect(elf.u32(info(elf, Info.EnvironmentCount))).toBe(2);
  const environment = address(elf, Info.Environment);
  expect([elf.text(environment), elf.text(environment + 4)]).toEqual(["A=b", "PATH"]);

  expect(elf.u32(info(elf, Info.MemoryCount))).toBe(1);
  const memory = address(elf, Info.MemoryTable);
  expect(elf.u64(memory + MemoryRow.Base)).toBe(GUEST_BASE);
  expect(elf.u64(memory + MemoryRow.Size)).toBe(65536);
  expect(elf.u64(memory + MemoryRow.Reserve)).toBeGreaterThan(2 ** 32);
  const cell = elf.offsetOf(elf.u64(memory + MemoryRow.Cell));
  expect(elf.u64(cell + MemoryCell.Base)).toBe(GUEST_BASE);
  expect(elf.u64(cell + MemoryCell.Max)).toBe(2 ** 32);
  expect(elf.u32(info(elf, Info.FunctionCount))).toBe(program.order.length);
  const plain = image("(module)").elf;
  expect(plain.u64(info(plain, Info.StackSize))).toBe(STACK_SIZE);
});

interface Site {
  offset: number;
  kind: number;
  trap: number;
  origin: number;
}

/** Reads a function's sites as the runtime does. */
function readSites(file: Uint8Array, start: number): Site[] {
  let at = start;
  const uleb = (): number => {
    let value = 0;
    let shift = 0;
    for (;;) {
      const b = file[at++];
      value += (b & 127) * 2 ** shift;
      shift += 7;
      if (b < 128) return value;
    }
  };
  const sleb = (): number => {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const b = file[at++];
      value |= BigInt(b & 127) << shift;
      shift += 7n;
      if (b < 128) return Number(BigInt.asIntN(Number(shift), value));
    }
  };
  const sites: Site[] = [];
  let offset = 0;
  let origin = 0;
  for (;;) {
    const head = file[at++];
    if (head === 0) return sites;
    const near = head >> 2;
    offset += near === 63 ? uleb() : near;
    const trap = (head & 3) === 2 ? file[at++] : 0;
    origin = (origin + sleb()) | 0;
    sites.push({ offset, kind: head & 3, trap, origin });
  }
}

test("functions, their sites and names", () => {
  const guest = `(module (func $long.name (export "_start") (call $b)) (func $b (call $c)) (func $c))`;
  const sites: Site[] = [
    { offset: 0, kind: 1, trap: 0, origin: 0x30 },
    { offset: 62, kind: 0, trap: 0, origin: -1 },
    { offset: 125, kind: 2, trap: 5, origin: 0x7fffffff },
    { offset: 300, kind: 3, trap: 0, origin: 5 },
    { offset: 20000, kind: 2, trap: 0, origin: 6 },
  ];
  const build = (program: Program): Code => {
    const code = stubCode(program, EXIT);
    const f = program.funcOf(1, 0);
    const start = code.bytes.length;
    addFunction(code, f, new Array(20001).fill(0xc3));
    for (const s of sites) code.addSite(start + s.offset, s.kind, s.trap, s.origin);
    code.funcSiteEnd.set(f, code.siteOffset.length);
    code.funcFrame.set(f, 40);
    code.funcStackArgs.set(f, 16);
    return code;
  };
  const { elf, program, code, file } = image(guest, build);
  const table = address(elf, Info.FunctionTable);
  const count = elf.u32(info(elf, Info.FunctionCount));
  expect(count).toBe(program.order.length);
  let last = 0;
  for (let i = 0; i < count; i++) {
    const row = table + i * FunctionRow.Bytes;
    // In order of address, although the first function was emitted last.
    expect(elf.u32(row + FunctionRow.Start)).toBeGreaterThan(last);
    last = elf.u32(row + FunctionRow.Start);
  }
  const row = table + (count - 1) * FunctionRow.Bytes;
  expect(last).toBe(elf.u64(info(elf, Info.CodeStart)) + code.funcStart.get(program.funcOf(1, 0)));
  expect(elf.u32(row + FunctionRow.Frame)).toBe(40);
  expect(elf.u32(row + FunctionRow.StackArgs)).toBe(16);
  expect(elf.u32(row + FunctionRow.Index)).toBe(0);
  expect(elf.text(address(elf, Info.NameTable) + elf.u32(row + FunctionRow.Name))).toBe("long.name");
  expect(readSites(file, address(elf, Info.SiteTable) + elf.u32(row + FunctionRow.Sites))).toEqual(sites);

  // The runtime's functions are hidden; functions without sites have neither sites nor a name.
  expect(elf.u32(table + FunctionRow.Index) >>> 31).toBe(1);
  expect(elf.u32(table + FunctionRow.Name)).toBe(0xffffffff);
  expect(readSites(file, address(elf, Info.SiteTable) + elf.u32(table + FunctionRow.Sites))).toEqual([]);
});

test("symbols name functions; strip leaves them out", () => {
  const { elf, program, code } = image(HELLO);
  const start = elf.u64(info(elf, Info.CodeStart));
  const names = elf.symbols.map((s) => s.name);
  expect(names).toContain("_start");
  expect(names).toContain("main");
  expect(names).toContain("wx.fd_write");
  const main = elf.symbols.find((s) => s.name === "main");
  expect(main).toEqual({ name: "main", address: start + code.funcStart.get(program.funcOf(1, 1)), bytes: 1 });
  const text = elf.sections.find((s) => s.name === ".text");
  expect(text).toMatchObject({ address: start, bytes: code.bytes.length, flags: 6 });
  for (const s of elf.sections) {
    if (s.address !== 0 && s.type !== 8 && s.bytes !== 0) expect(elf.offsetOf(s.address)).toBe(s.offset);
  }
  const stripped = image(HELLO, undefined, (o) => (o.strip = true)).elf;
  expect(stripped.sections).toEqual([]);
});

/** What memory `GUEST_BASE` holds at start: mapped runs and copies over zeros, as address to byte. */
function initialMemory(i: Image): Map<number, number> {
  const { elf, file } = i;
  const bytes = new Map<number, number>();
  const put = (target: number, source: number, count: number): void => {
    for (let k = 0; k < count; k++) if (file[source + k] !== 0) bytes.set(target + k - GUEST_BASE, file[source + k]);
  };
  const runs = elf.loads.filter((s) => s.address >= GUEST_BASE);
  for (const s of runs) put(s.address, s.offset, s.fileBytes);
  const copies = address(elf, Info.CopyTable);
  for (let r = 0; r < elf.u32(info(elf, Info.CopyCount)); r++) {
    const row = copies + r * CopyRow.Bytes;
    put(elf.u64(row + CopyRow.Target), elf.offsetOf(elf.u64(row + CopyRow.Source)), elf.u64(row + CopyRow.Length));
  }
  const maps = address(elf, Info.MapTable);
  const listed = runs.map((_, k) => [elf.u64(maps + k * MapRow.Bytes), elf.u64(maps + k * MapRow.Bytes + MapRow.End)]);
  expect(elf.u32(info(elf, Info.MapCount))).toBe(runs.length);
  expect(listed).toEqual(runs.map((s) => [s.address, s.address + s.memoryBytes]));
  for (const s of runs) expect(s).toMatchObject({ flags: 6, fileBytes: s.memoryBytes });
  return bytes;
}

interface Piece {
  offset: number;
  bytes: Uint8Array;
}

/** A module with one memory and the given active segments. */
function moduleWithData(pages: number, pieces: Piece[]): Uint8Array {
  const out: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const uleb = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 128, ...uleb(Math.floor(n / 128))]);
  const sleb = (n: number): number[] => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...sleb(n >> 7)]);
  const memory = [1, 0, ...uleb(pages)];
  out.push(5, ...uleb(memory.length), ...memory);
  const data: number[] = uleb(pieces.length);
  for (const p of pieces) {
    data.push(0, 0x41, ...sleb(p.offset | 0), 0x0b, ...uleb(p.bytes.length));
    for (const b of p.bytes) data.push(b);
  }
  out.push(11, ...uleb(data.length));
  const all = new Uint8Array(out.length + data.length);
  all.set(out);
  all.set(data, out.length);
  return all;
}

function expectMemory(pages: number, pieces: Piece[], most: number): Image {
  const i = image(moduleWithData(pages, pieces), undefined, (o) => (o.strip = true));
  const expected = new Map<number, number>();
  for (const p of pieces) {
    p.bytes.forEach((b, k) => {
      if (b === 0) expected.delete(p.offset + k);
      else expected.set(p.offset + k, b);
    });
  }
  const found = initialMemory(i);
  expect(found.size).toBe(expected.size);
  for (const [at, b] of expected) if (found.get(at) !== b) throw new Error(`byte at ${at}: ${found.get(at)}, not ${b}`);
  checkLayout(i.elf);
  expect(i.file.length).toBeLessThan(most);
  return i;
}

const ascending = (n: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length: n }, (_, k) => ((k * 7 + seed) % 255) + 1);

test("small data is copied, long data is mapped from the file", () => {
  const small = expectMemory(1, [{ offset: 1024, bytes: ascending(3000) }], 7000);
  expect(small.elf.loads.some((s) => s.address >= GUEST_BASE)).toBe(false);
  const large = expectMemory(20, [{ offset: 1024, bytes: ascending(200000) }], 212000);
  expect(large.elf.loads.filter((s) => s.address >= GUEST_BASE).length).toBe(1);
  expect(run(large.file).status).toBe(0);
});

test("later segments overwrite earlier ones, with zeros too", () => {
  expectMemory(
    4,
    [
      { offset: 100, bytes: ascending(1000) },
      { offset: 600, bytes: new Uint8Array(300) },
      { offset: 50, bytes: ascending(100, 99) },
      { offset: 650, bytes: ascending(10, 5) },
      { offset: 30000, bytes: ascending(100000) },
      { offset: 40000, bytes: new Uint8Array(40000) },
      { offset: 50000, bytes: ascending(20000, 3) },
    ],
    120000,
  );
});

test("scattered segments do not inflate the file", () => {
  const pieces: Piece[] = [];
  for (let k = 0; k < 4000; k++) pieces.push({ offset: k * 1048576 + 17, bytes: Uint8Array.of(k % 255 || 1) });
  pieces.reverse();
  pieces.push({ offset: 2 ** 32 - 4, bytes: Uint8Array.of(1, 2, 3, 4) });
  const i = expectMemory(65536, pieces, 4000 * 26 + 3000);
  expect(run(i.file).status).toBe(0);
});

test("many long runs: the largest are mapped, the rest is copied", () => {
  const pieces: Piece[] = [];
  for (let k = 0; k < 20; k++) pieces.push({ offset: k * 4000000, bytes: ascending(20000 + k * 1000) });
  const i = expectMemory(2000, pieces, 800000);
  const mapped = i.elf.loads.filter((s) => s.address >= GUEST_BASE);
  expect(mapped.length).toBe(8);
  expect(mapped[0].address).toBe(GUEST_BASE + 12 * 4000000 - ((12 * 4000000) % 4096));
  expect(run(i.file).status).toBe(0);
});

test("data at the very end of a 4 GiB memory", () => {
  const i = expectMemory(65536, [{ offset: 2 ** 32 - 100000, bytes: ascending(100000) }], 110000);
  const maps = address(i.elf, Info.MapTable);
  expect(i.elf.u64(maps + MapRow.End)).toBe(GUEST_BASE + 2 ** 32);
  expect(run(i.file).status).toBe(0);
});

test("long stretches of zeros in a segment are not kept", () => {
  const bytes = new Uint8Array(3000000);
  bytes.set(ascending(50000), 1000000);
  bytes.set(ascending(10), 2999990);
  expectMemory(64, [{ offset: 0, bytes }], 60000);
});

test("random segments", () => {
  let state = 12345;
  const random = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % n;
  };
  for (let round = 0; round < 30; round++) {
    const pieces: Piece[] = [];
    for (let k = 0; k < 1 + random(40); k++) {
      const bytes = ascending(random(random(2) === 0 ? 50 : 30000), random(200));
      for (let z = 0; z < random(5); z++) bytes.fill(0, random(bytes.length + 1), random(bytes.length + 1));
      pieces.push({ offset: random(400000), bytes });
    }
    expectMemory(7, pieces, 1000000);
  }
});

test("the trap that instantiation ends in", () => {
  const { elf } = image(`(module (memory 1) (data (i32.const 70000) "a"))`);
  expect(elf.u32(info(elf, Info.InitTrap))).toBe(1);
});

test("the same input gives the same bytes", () => {
  expect(image(HELLO).file).toEqual(image(HELLO).file);
});
