// The trap handler: which faults are traps, which are bugs of wx, and what a report looks like. The function table,
// the site table, machine code and the kernel's structures are made up here; the guest's stack is real memory at its
// real address.

import "../../host/js/prelude";
import { beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TrapKind, trapMessage } from "../../src/base/traps";
import { FunctionRow, Info, SiteKind } from "../../src/link/info";
import { Exit, Machine } from "./machine";

const runtime = join(import.meta.dir, "../../build/runtime.wasm");
const BASE = 0x2000_0000n;
const RESERVE = 0x1_0000_0000n;
const STACK_TOP = 0x6_0000_0000n;
const STACK_SIZE = 0x10000n;

interface Site {
  at: number;
  kind: SiteKind;
  trap?: TrapKind;
  origin: number;
}

interface Func {
  start: number;
  frame: number;
  stackArgs?: number;
  name?: string;
  hidden?: boolean;
  sites: Site[];
}

function uleb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...uleb(value >>> 7)];
}

function sleb(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...sleb(value >> 7)];
}

function encodeSites(f: Func): number[] {
  const out: number[] = [];
  let at = f.start;
  let origin = 0;
  for (const site of f.sites) {
    const d = site.at - at;
    out.push(site.kind | (Math.min(d, 63) << 2), ...(d >= 63 ? uleb(d) : []));
    if (site.kind == SiteKind.Trap) out.push(site.trap!, ...(site.access ?? []));
    out.push(...sleb(site.origin - origin));
    at = site.at;
    origin = site.origin;
  }
  return [...out, 0];
}

let machine: Machine;
/** Where the made-up code lies; offsets in it are those of the functions and sites. */
let codeAt = 0n;

/** Writes the tables of `functions`. */
function install(functions: Func[]): void {
  const sites: number[] = [];
  const names: number[] = [];
  const rows = new DataView(new ArrayBuffer(functions.length * FunctionRow.Bytes));
  functions.forEach((f, i) => {
    const row = i * FunctionRow.Bytes;
    rows.setUint32(row + FunctionRow.Start, Number(codeAt) + f.start, true);
    rows.setUint32(row + FunctionRow.Frame, f.frame, true);
    rows.setUint32(row + FunctionRow.StackArgs, f.stackArgs ?? 0, true);
    rows.setUint32(row + FunctionRow.Name, f.name === undefined ? 0xffffffff : names.length, true);
    rows.setUint32(row + FunctionRow.Sites, sites.length, true);
    rows.setUint32(row + FunctionRow.Index, f.hidden ? (i | 0x80000000) >>> 0 : i, true);
    if (f.name !== undefined) names.push(...Buffer.from(f.name), 0);
    sites.push(...encodeSites(f));
  });
  machine.set64(Info.FunctionTable, machine.address(new Uint8Array(rows.buffer)));
  machine.set32(Info.FunctionCount, functions.length);
  machine.set64(Info.SiteTable, machine.address(Uint8Array.from(sites)));
  machine.set64(Info.NameTable, machine.address(Uint8Array.from([...names, 0])));
}

interface Fault {
  signal: number;
  code?: number;
  address: bigint;
  rip: number;
  rsp?: bigint;
  registers?: Record<number, bigint>;
}

/** Place of register 0..15 among those of a ucontext. */
const PLACES = [13, 14, 12, 11, 15, 10, 9, 8, 0, 1, 2, 3, 4, 5, 6, 7];

/** Delivers a signal; the exit status, or null and where the program continues; and what was printed. */
function deliver(fault: Fault): { status: number | null; text: string; rip: bigint } {
  const context = new DataView(new ArrayBuffer(512));
  context.setBigUint64(160, fault.rsp ?? STACK_TOP - 0x1000n, true);
  for (const [register, value] of Object.entries(fault.registers ?? {})) {
    context.setBigUint64(40 + PLACES[Number(register)] * 8, value, true);
  }
  context.setBigUint64(168, codeAt + BigInt(fault.rip), true);
  const info = new DataView(new ArrayBuffer(128));
  info.setInt32(8, fault.code ?? 1, true);
  info.setBigUint64(16, fault.address, true);
  machine.errors = "";
  machine.recorded.length = 0;
  try {
    const at = [machine.address(new Uint8Array(info.buffer)), machine.address(new Uint8Array(context.buffer))];
    machine.exports.wx_signal(fault.signal, ...at);
  } catch (problem) {
    if (problem instanceof Exit) return { status: problem.status, text: machine.errors, rip: 0n };
    throw problem;
  }
  return { status: null, text: machine.errors, rip: context.getBigUint64(168, true) };
}

/** Where the handler lets the process continue to die of a signal: nowhere, at ud2, at a division by ecx. */
const FAULT_CODE = 0x5000n;
function deathOf(signal: number): bigint {
  return signal == 11 ? 0n : signal == 4 ? FAULT_CODE : FAULT_CODE + 2n;
}

function storeBytes(at: bigint, bytes: number[]): void {
  for (let i = 0; i < bytes.length; i++) machine.view(codeAt + at, bytes.length).setUint8(i, bytes[i]);
}

function pushWord(at: bigint, value: bigint): void {
  machine.view(at, 8).setBigUint64(0, value, true);
}

if (!existsSync(runtime)) {
  console.log("skipped: signals (build/runtime.wasm is not there)");
} else {
  beforeAll(() => {
    machine = new Machine(readFileSync(runtime));
    // Function rows hold 32-bit addresses: the code needs a low place.
    codeAt = machine.mapLow(0x4000);
    machine.set64(Info.CodeStart, codeAt);
    machine.set64(Info.CodeEnd, codeAt + 0x4000n);
    machine.set64(Info.StackSize, STACK_SIZE);
    machine.set64(Info.FaultCode, FAULT_CODE);
    machine.set64(Info.ModuleName, machine.text("m"));
    const cell = machine.words(BASE, 0x10000n, RESERVE, 16n);
    machine.set64(Info.MemoryTable, machine.words(BASE, RESERVE, 0x10000n, cell));
    machine.set32(Info.MemoryCount, 1);
    install([
      {
        start: 0x100,
        frame: 24,
        name: "inner",
        sites: [
          { at: 0x110, kind: SiteKind.Memory, origin: 0x48 },
          { at: 0x110, kind: SiteKind.Division, origin: 0x48 },
          { at: 0x200, kind: SiteKind.Trap, trap: TrapKind.Unreachable, origin: 0x30 },
          { at: 0x208, kind: SiteKind.Trap, trap: TrapKind.BadSignature, origin: -1 },
          { at: 0x230, kind: SiteKind.Division, origin: 0x49 },
        ],
      },
      { start: 0x400, frame: 8, stackArgs: 16, sites: [{ at: 0x420, kind: SiteKind.Return, origin: 0x51 }] },
      { start: 0x500, frame: 8, hidden: true, sites: [{ at: 0x520, kind: SiteKind.Return, origin: 0x7 }] },
      { start: 0x600, frame: 0, name: "ou\x1bter", sites: [{ at: 0x605, kind: SiteKind.Return, origin: 0x60 }] },
    ]);
  });

  /** A stack on which `inner` was called by 1, that by the hidden 2, that by 3, that by the entry stub. */
  function buildStack(): bigint {
    const rsp = STACK_TOP - 0x100n;
    let at = rsp + 24n;
    pushWord(at, codeAt + 0x420n);
    at += 8n + 8n;
    pushWord(at, codeAt + 0x520n);
    at += 8n + 16n + 8n;
    pushWord(at, codeAt + 0x605n);
    at += 8n;
    pushWord(at, codeAt + 0x3000n);
    return rsp;
  }

  const frames = [
    "wx: error while executing at wasm backtrace:",
    "    0:     0x48 - m!inner",
    "    1:     0x51 - m!<wasm function 1>",
    "    2:     0x60 - m!ou?ter",
  ];

  test("a load beyond the memory is a trap with backtrace and address", () => {
    const { status, text } = deliver({ signal: 11, address: BASE + 0x11170n, rip: 0x110, rsp: buildStack() });
    expect(status).toBe(134);
    expect(text.trimEnd().split("\n")).toEqual([
      ...frames,
      "memory fault at wasm address 0x11170 in linear memory of size 0x10000",
      "wasm trap: out of bounds memory access",
    ]);
  });

  test("what is no trap aborts by the signal and says so", () => {
    const address = BASE + 0x11170n;
    const cases: Fault[] = [
      // inside the accessible part, beyond the reservation, before the memory
      { signal: 11, address: BASE + 0xffffn, rip: 0x110 },
      { signal: 11, address: BASE + RESERVE, rip: 0x110 },
      { signal: 11, address: BASE - 1n, rip: 0x110 },
      // not a listed site, a site of another kind, not in a function
      { signal: 11, address, rip: 0x111 },
      { signal: 11, address, rip: 0x200 },
      { signal: 11, address, rip: 0x50 },
      { signal: 4, address, rip: 0x110 },
      { signal: 8, address, rip: 0x200 },
      // a general protection fault tells no address
      { signal: 11, code: 128, address, rip: 0x110 },
      // past the stack's guard
      { signal: 11, address: STACK_TOP - STACK_SIZE - 0x10001n, rip: 0x110 },
    ];
    for (const fault of cases) {
      const { status, text, rip } = deliver(fault);
      // The handler returns, to a place where the signal comes again: without a handler now.
      expect([status, rip]).toEqual([null, deathOf(fault.signal)]);
      expect(text).toStartWith(`wx: internal error: signal ${fault.signal} at 0x`);
      expect(text).toContain(": this is a bug in wx, please report it\n");
      expect(text).not.toContain("wasm trap");
      expect(machine.recorded.map((call) => call.slice(0, 2))).toEqual([[13n, BigInt(fault.signal)]]);
    }
  });

  test("a signal that a process sent is not a fault: die of it without a word", () => {
    for (const signal of [4, 8, 11]) {
      const { status, text, rip } = deliver({ signal, code: 0, address: BASE + 0x11170n, rip: 0x110 });
      expect([status, text, rip]).toEqual([null, "", deathOf(signal)]);
    }
    const alarm = deliver({ signal: 14, code: 0, address: 0n, rip: 0x110 });
    expect([alarm.status, alarm.text]).toEqual([128 + 14, ""]);
  });

  test("the time limit: a backtrace, and wasmtime's word for it", () => {
    const fault = { signal: 14, code: 128, address: 0n, rip: 0x111, rsp: buildStack() };
    // That of a program which a program without one interprets.
    expect(deliver(fault)).toEqual({ status: null, text: "", rip: codeAt + 0x111n });
    machine.set32(Info.TimeoutSeconds, 1);
    const { status, text } = deliver(fault);
    expect(status).toBe(134);
    expect(text).toStartWith("wx: error while executing at wasm backtrace:\n    0: m!inner\n    1: ");
    expect(text).toEndWith("\nwasm trap: interrupt\n");
    // In a system call of a stub, where there is no function.
    const nowhere = deliver({ signal: 14, code: 128, address: 0n, rip: 0x50 });
    expect([nowhere.status, nowhere.text]).toEqual([134, "wasm trap: interrupt\n"]);
    machine.set32(Info.TimeoutSeconds, 0);
    machine.set32(Info.TimeoutMicroseconds, 1);
    expect(deliver(fault).status).toBe(134);
    machine.set32(Info.TimeoutMicroseconds, 0);
  });

  test("ud2 has its kind in the table; a site without origin prints none", () => {
    const first = deliver({ signal: 4, address: 0n, rip: 0x200, rsp: buildStack() });
    expect(first.text).toContain("    0:     0x30 - m!inner\n");
    expect(first.text).toEndWith(`wasm trap: ${trapMessage(TrapKind.Unreachable)}\n`);
    const second = deliver({ signal: 4, address: 0n, rip: 0x208, rsp: buildStack() });
    expect(second.text).toContain("    0: m!inner\n");
    expect(second.text).toEndWith(`wasm trap: ${trapMessage(TrapKind.BadSignature)}\n`);
  });

  test("a trap of an access that was checked: register and offset, or also the memory", () => {
    const told = (trap: number, access: number[], register: number, index: bigint) => {
      install([{ start: 0x100, frame: 0, sites: [{ at: 0x100, kind: SiteKind.Trap, trap, access, origin: 5 }] }]);
      const { status, text } = deliver({ signal: 4, address: 0n, rip: 0x100, registers: { [register]: index } });
      expect([status, text.split("\n").slice(-2)]).toEqual([134, ["wasm trap: out of bounds memory access", ""]]);
      return text.split("\n").at(-3);
    };
    const fault = (address: string) => `memory fault at wasm address ${address} in linear memory of size 0x10000`;
    expect(told(128 | 3, [], 3, 0x2_0000n)).toBe(fault("0x20000"));
    expect(told(128 | 13 | (6 << 4), [], 13, 0xffff_ffffn)).toBe(fault("0x100000017"));
    expect(told(0xf0 | 7, uleb(70001), 7, 1n)).toBe(fault("0x11172"));
    // Across the end.
    expect(told(128 | 1, [], 1, 0xfffen)).toBe(fault("0x10000"));
  });

  test("every trap has the message that src/base/traps.ts gives it", () => {
    for (let kind = 0; kind < TrapKind.Count; kind++) {
      // Executables do not have these.
      if (kind == TrapKind.OutOfFuel || kind == TrapKind.UncaughtException) continue;
      install([{ start: 0x100, frame: 0, sites: [{ at: 0x100, kind: SiteKind.Trap, trap: kind, origin: 5 }] }]);
      const { text } = deliver({ signal: 4, address: 0n, rip: 0x100 });
      expect(text).toEndWith(`wasm trap: ${trapMessage(kind)}\n`);
    }
  });

  test("the divisor tells division by zero from overflow, in every addressing form", () => {
    install([{ start: 0x100, frame: 0, sites: [{ at: 0x100, kind: SiteKind.Division, origin: 5 }] }]);
    const cells = machine.view(codeAt + 0x2000n, 64);
    cells.setBigUint64(0, 0n, true);
    cells.setBigUint64(8, 0xffff_ffffn, true);
    cells.setBigUint64(16, 0x1_0000_0000n, true);
    const at = codeAt + 0x2000n;
    const low = Number(at);
    const disp = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
    const relative = (length: number, target: number) => disp(low + target - (Number(codeAt) + 0x100 + length));
    const cases: [number[], Record<number, bigint>, boolean][] = [
      // idiv ecx; idiv r9; div r9d; idiv r12
      [[0xf7, 0xf9], { 1: 0n }, true],
      [[0xf7, 0xf9], { 1: 0xffff_ffffn }, false],
      [[0xf7, 0xf9], { 1: 0x1_0000_0000n }, true],
      [[0x49, 0xf7, 0xf9], { 9: 0x1_0000_0000n }, false],
      [[0x41, 0xf7, 0xf1], { 9: 0x1_0000_0000n }, true],
      [[0x49, 0xf7, 0xfc], { 12: 0n, 4: 1n }, true],
      // idiv dword [rbx]; idiv qword [rbx + 8]; idiv dword [rbx - 8]; idiv dword [r13 + 16]
      [[0xf7, 0x3b], { 3: at }, true],
      [[0x48, 0xf7, 0x7b, 8], { 3: at }, false],
      [[0xf7, 0x7b, 0xf8], { 3: at + 8n }, true],
      [[0x41, 0xf7, 0x7d, 16], { 13: at }, true],
      [[0x49, 0xf7, 0x7d, 16], { 13: at }, false],
      [[0xf7, 0xbb, ...disp(0x1008)], { 3: at - 0x1000n }, false],
      // idiv dword [rbx + rsi * 8]; [rsp + 8]; [r12]; [rax * 4 + disp32]; [r10 + r11 * 2 + 4]; [rbp + rcx + 0]
      [[0xf7, 0x3c, 0xf3], { 3: at, 6: 1n }, false],
      [[0xf7, 0x7c, 0x24, 8], { 4: at }, false],
      [[0x41, 0xf7, 0x3c, 0x24], { 12: at, 4: at + 8n }, true],
      [[0xf7, 0x3c, 0x85, ...disp(low)], { 0: 2n }, false],
      [[0x43, 0xf7, 0x7c, 0x5a, 4], { 10: at, 11: 2n }, false],
      [[0xf7, 0x7c, 0x0d, 0], { 5: at, 1: 0n }, true],
      // [rip + disp32]
      [[0xf7, 0x3d, ...relative(6, 8)], {}, false],
      [[0x48, 0xf7, 0x3d, ...relative(7, 0)], {}, true],
    ];
    for (const [bytes, registers, isZero] of cases) {
      storeBytes(0x100n, bytes);
      const { text } = deliver({ signal: 8, address: 0n, rip: 0x100, registers });
      const message = trapMessage(isZero ? TrapKind.IntegerDivisionByZero : TrapKind.IntegerOverflow);
      expect(`${bytes.map((b) => b.toString(16))}: ${text.split("\n")[2]}`).toBe(
        `${bytes.map((b) => b.toString(16))}: wasm trap: ${message}`,
      );
    }
  });

  test("an exhausted stack is a trap wherever in call or prologue it shows", () => {
    // so calls itself: sub rsp, 40; call so (5 bytes at 0x110); nop
    install([
      {
        start: 0x100,
        frame: 40,
        stackArgs: 16,
        name: "so",
        sites: [{ at: 0x115, kind: SiteKind.Return, origin: 0x56 }],
      },
      { start: 0x400, frame: 8, name: "start", sites: [{ at: 0x420, kind: SiteKind.Return, origin: 0x99 }] },
    ]);
    storeBytes(0x110n, [0xe8, 0xeb, 0xff, 0xff, 0xff]);
    const bottom = STACK_TOP - STACK_SIZE;
    // Frames of 40 + 8 + 16 bytes from the bottom up, then that of start, then the stub.
    const baseline = bottom + 16n;
    let count = 0;
    let at = baseline + 40n;
    for (; at < STACK_TOP - 200n; at += 64n) {
      pushWord(at, codeAt + 0x115n);
      count++;
    }
    pushWord(at - 64n, codeAt + 0x420n);
    pushWord(at - 64n + 24n + 8n, 0n);
    const address = bottom - 8n;
    const outermost = count - 1;
    const check = (text: string, first: string) => {
      const lines = text.trimEnd().split("\n");
      expect(lines[1]).toBe(first);
      for (let i = 1; i < 20; i++) expect(lines[1 + i]).toBe(`${String(i).padStart(5)}:     0x56 - m!so`);
      expect(lines[21]).toBe(`  ...: ${outermost + 2 - 25} more frames`);
      expect(lines.at(-2)).toBe(`${String(outermost + 1).padStart(5)}:     0x99 - m!start`);
      expect(lines.length).toBe(1 + 20 + 1 + 5 + 1);
      expect(lines.at(-1)).toBe("wasm trap: call stack exhausted");
    };
    // The call cannot push its return address: 16 bytes of arguments are already below the frame.
    check(deliver({ signal: 11, address, rip: 0x110, rsp: baseline - 16n }).text, "    0:     0x56 - m!so");
    // A probe or store after the prologue.
    check(deliver({ signal: 11, address, rip: 0x104, rsp: baseline }).text, "    0: m!so");
    // The prologue has not taken its frame.
    check(deliver({ signal: 11, address, rip: 0x100, rsp: baseline + 40n }).text, "    0: m!so");
    // An indirect call does not tell its arguments.
    storeBytes(0x110n, [0xff]);
    check(deliver({ signal: 11, address, rip: 0x10e, rsp: baseline - 16n }).text, "    0: m!so");
  });
}
