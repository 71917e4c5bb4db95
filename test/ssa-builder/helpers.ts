// What the builder's tests share: programs from text, calls by export name, and the comparison with the
// WebAssembly engine that runs the tests.

import "../../host/js/prelude";
import { trapMessage } from "../../src/base/traps";
import type { Program } from "../../src/link/program";
import { Func } from "../../src/ssa/func";
import { printFunction } from "../../src/ssa/printer";
import { buildFunction } from "../../src/ssa/builder";
import { ExternKind } from "../../src/wasm/module";
import { kindOf, ValueKind } from "../../src/wasm/types";
import { verify } from "../../src/ssa/verifier";
import { assemble, link, RUNTIME } from "../link/helpers";
import { Machine, OutOfSteps, Trap, type Word } from "./ssa-interp";

export { assemble };

export interface Guest {
  program: Program;
  bytes: Uint8Array;
  /** Program function of an export. */
  find(name: string): number;
}

/** Links a guest, given as text or bytes, with all its exports kept. */
export function guest(source: string | Uint8Array): Guest {
  const bytes = typeof source === "string" ? assemble(source) : source;
  const linked = link(
    bytes,
    (options) => {
      options.rootAllExports = true;
      options.entry = "";
    },
    RUNTIME,
  );
  if (linked.message !== "") throw new Error(linked.message);
  const { program } = linked;
  let instance = 0;
  while (program.module(instance) !== linked.guest) instance++;
  return {
    program,
    bytes,
    find: (name) => program.funcOf(instance, linked.guest.findExport(name, ExternKind.Func)),
  };
}

/** A function's SSA form, verified. */
export function built(g: Guest, f: number, level = 1): Func {
  const func = new Func();
  buildFunction(g.program, f, func, level);
  const wrong = verify(func);
  if (wrong !== "") throw new Error(`${wrong}\n${printFunction(func)}`);
  return func;
}

/** The text of an exported function's SSA form, without origins. */
export function ssa(wat: string, name = "f", level = 1): string {
  const g = guest(wat);
  return printFunction(built(g, g.find(name), level)).replace(/ +; @0x[0-9a-f]+/g, "");
}

const scratch = new DataView(new ArrayBuffer(8));

/** A JavaScript value as the bits of a value of the given type. */
export function toWord(value: number | bigint, type: number): Word {
  switch (kindOf(type)) {
    case ValueKind.I32:
      return [Number(value) | 0, 0];
    case ValueKind.I64:
      scratch.setBigInt64(0, BigInt.asIntN(64, BigInt(value)), true);
      break;
    case ValueKind.F32:
      scratch.setFloat32(0, Number(value), true);
      return [scratch.getInt32(0, true), 0];
    default:
      scratch.setFloat64(0, Number(value), true);
  }
  return [scratch.getInt32(0, true), scratch.getInt32(4, true)];
}

export function fromWord(word: Word, type: number): number | bigint {
  scratch.setInt32(0, word[0], true);
  scratch.setInt32(4, word[1], true);
  switch (kindOf(type)) {
    case ValueKind.I32:
      return word[0];
    case ValueKind.I64:
      return scratch.getBigInt64(0, true);
    case ValueKind.F32:
      return scratch.getFloat32(0, true);
  }
  return scratch.getFloat64(0, true);
}

/** Results of a call as text: values, or the trap. */
export function describe(values: (number | bigint)[]): string {
  return values.map((v) => (Object.is(v, -0) ? "-0" : String(v))).join(" ");
}

/** Calls an export in the SSA interpreter. */
export function callSsa(g: Guest, machine: Machine, name: string, args: (number | bigint)[]): string {
  const { program } = g;
  const f = g.find(name);
  const type = program.funcType.get(f);
  const words = args.map((x, i) => toWord(x, program.paramType(type, i)));
  try {
    const results = machine.call(f, words);
    return describe(results.map((w, i) => fromWord(w, program.resultType(type, i))));
  } catch (error) {
    if (error instanceof Trap) return `trap: ${trapClass(trapMessage(error.kind))}`;
    if (error instanceof OutOfSteps) return "out of steps";
    throw error;
  }
}

/** Calls an export in the engine. */
export function callEngine(instance: WebAssembly.Instance, name: string, args: (number | bigint)[]): string {
  try {
    const result = (instance.exports[name] as (...args: unknown[]) => unknown)(...args);
    const values = result === undefined ? [] : Array.isArray(result) ? result : [result];
    return describe(values);
  } catch (error) {
    return `trap: ${trapClass((error as Error).message)}`;
  }
}

/** Engines word traps differently. */
export function trapClass(message: string): string {
  const m = message.toLowerCase();
  if (m.includes("unreachable")) return "unreachable";
  if (m.includes("divi") && m.includes("zero")) return "division";
  // JavaScriptCore does not tell a null entry from one of another type.
  if (m.includes("null") || m.includes("uninitialized") || m.includes("signature") || m.includes("mismatch"))
    return "type";
  if (m.includes("table") || m.includes("call_indirect") || m.includes("undefined element")) return "table";
  if (m.includes("memory")) return "memory";
  if (m.includes("stack")) return "stack";
  if (m.includes("conversion") || m.includes("trunc") || m.includes("out-of-bounds trunc")) return "conversion";
  if (m.includes("overflow") || m.includes("out of range") || m.includes("representable")) return "overflow";
  return m;
}

export function instantiate(bytes: Uint8Array): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource));
}

/**
 * Calls every export with the argument lists given, at levels 0 and 1 and in the engine, and returns the first
 * difference, or "". State (memory, globals) is kept from call to call on every side.
 */
export function difference(source: string | Uint8Array, calls: [string, ...(number | bigint)[]][]): string {
  const g = guest(source);
  const engine = instantiate(g.bytes);
  for (const level of [0, 1]) {
    const instance = level === 0 ? engine : instantiate(g.bytes);
    const machine = new Machine(g.program, level);
    for (const [name, ...args] of calls) {
      const actual = callSsa(g, machine, name, args);
      if (actual === "out of steps") throw new Error(`${name}(${args}) does not end`);
      const expected = callEngine(instance, name, args);
      if (actual !== expected) {
        const text = printFunction(machine.func(g.find(name)));
        return `level ${level}: ${name}(${args}): got ${actual}, expected ${expected}\n${text}`;
      }
    }
  }
  return "";
}
