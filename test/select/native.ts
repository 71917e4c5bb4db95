// Runs selected code as a process of its own, through the allocator and emission: functions given as SSA text are
// called by a main function, also SSA, and the data area comes back on standard output.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Program } from "../../src/link/program";
import { Func } from "../../src/ssa/func";
import { Code, RelocKind } from "../../src/x64/code";
import { emitFunction } from "../../src/x64/emit";
import { Allocation, MirFunc } from "../../src/x64/mir";
import { mirToText } from "../../src/x64/print";
import { allocateRegisters } from "../../src/x64/regalloc";
import { checkAllocation } from "../../src/x64/regalloc-check";
import { selectFunction } from "../../src/x64/select";
import { checkMir, DATA } from "./helpers";

const CODE = 0x40_0000;
const PAGE = 4096;

export interface Levels {
  select: number;
  allocate: number;
}

/** Machine code of `functions`, program function k at place k. */
export function compile(program: Program, functions: Func[], levels: Levels): Code {
  const code = new Code();
  code.reset(functions.length);
  const mir = new MirFunc();
  const allocation = new Allocation();
  functions.forEach((func, k) => {
    func.index = k;
    selectFunction(program, func, code, mir, levels.select);
    const wrong = func.blockCount < 200 ? checkMir(mir) : [];
    if (wrong.length > 0) throw new Error(`${wrong.join("\n")}\n${mirToText(mir, null)}`);
    allocateRegisters(mir, allocation, levels.allocate);
    const message = checkAllocation(mir, allocation);
    if (message != "") throw new Error(`${message}\n${mirToText(mir, allocation)}`);
    emitFunction(mir, allocation, code);
  });
  return code;
}

/** Code with everything patched, followed by the pool and jump tables. */
function link(code: Code): Uint8Array {
  const pool = (code.bytes.length + 15) & ~15;
  const tables = pool + code.pool.length * 4;
  const image = new Uint8Array(tables + code.tableTargets.length * 4);
  image.set(code.bytes.data.subarray(0, code.bytes.length));
  const view = new DataView(image.buffer);
  for (let k = 0; k < code.pool.length; k++) view.setInt32(pool + 4 * k, code.pool.get(k), true);
  for (let k = 0; k < code.tableTargets.length; k++)
    view.setInt32(tables + 4 * k, CODE + code.tableTargets.get(k), true);
  for (let k = 0; k < code.relocOffset.length; k++) {
    const at = code.relocOffset.get(k);
    const target = code.relocTarget.get(k);
    const after = at + 4 + code.relocAddend.get(k);
    let value = CODE + (target == 0 ? 0 : code.bytes.length);
    const kind = code.relocKind.get(k);
    if (kind == RelocKind.Call) value = code.funcStart.get(target) - after;
    else if (kind == RelocKind.Pool) value = pool + 16 * target - after;
    else if (kind == RelocKind.JumpTable) value = CODE + tables + 4 * code.tableStart.get(target);
    else if (kind == RelocKind.FuncAddress) value = CODE + code.funcStart.get(target);
    view.setInt32(at, value, true);
  }
  return image;
}

/** The file: code at 0x400000, and `data` at DATA, which ends in `memory` bytes. */
function makeElf(image: Uint8Array, entry: number, data: Uint8Array, memory: number): Uint8Array {
  const dataAt = PAGE + ((image.length + PAGE - 1) & -PAGE);
  const file = new Uint8Array(dataAt + data.length);
  const view = new DataView(file.buffer);
  const u64 = (at: number, n: number): void => view.setBigUint64(at, BigInt(n), true);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  u64(24, entry);
  u64(32, 64);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
  const segment = (
    at: number,
    flags: number,
    offset: number,
    address: number,
    size: number,
    inMemory: number,
  ): void => {
    view.setUint32(at, 1, true);
    view.setUint32(at + 4, flags, true);
    u64(at + 8, offset);
    u64(at + 16, address);
    u64(at + 24, address);
    u64(at + 32, size);
    u64(at + 40, inMemory);
    u64(at + 48, PAGE);
  };
  segment(64, 5, PAGE, CODE, image.length, image.length);
  segment(120, 6, dataAt, DATA, data.length, memory);
  file.set(image, PAGE);
  file.set(data, dataAt);
  return file;
}

export interface Outcome {
  /** The data area at the end, or null if the process was killed. */
  data: DataView | null;
  signal: string | null;
}

/** Enters function `main`, which must write the data area and exit. */
export function execute(code: Code, main: number, data: Uint8Array, memory: number): Outcome {
  const file = makeElf(link(code), CODE + code.funcStart.get(main), data, memory);
  const directory = mkdtempSync(join(tmpdir(), "wx-select-"));
  try {
    const path = join(directory, "program");
    writeFileSync(path, file);
    chmodSync(path, 0o755);
    const result = spawnSync(path, { maxBuffer: memory + PAGE, timeout: 300_000 });
    if (result.signal != null) return { data: null, signal: result.signal };
    if (result.status != 0 || result.stdout.length != memory) {
      throw new Error(`status ${result.status}, ${result.stdout?.length} bytes of ${memory}`);
    }
    const out = result.stdout;
    return { data: new DataView(out.buffer, out.byteOffset, out.length), signal: null };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The end of a main function, as SSA text: writes the data area and exits. Uses value numbers from 90000. */
export function writeAndExit(memory: number): string {
  return `  v90000:i64 = const 0
  v90001:i64 = const 1
  v90002:i64 = const ${DATA}
  v90003:i64 = const ${memory}
  v90004:i64 = syscall v90001, v90001, v90002, v90003, v90000, v90000, v90000
  v90005:i64 = const 60
  v90006:i64 = syscall v90005, v90000, v90000, v90000, v90000, v90000, v90000
  v90007 = trap 0
`;
}
