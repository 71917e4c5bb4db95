// The opcode table against wabt's assembler and validator: for each row with a signature, a function that applies
// the instruction to operands of its types assembles to the row's opcode and is valid; with one operand of another
// type wabt and we both refuse it.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import wabtFactory from "wabt";
import { Feature } from "../../src/wasm/features";
import { Imm } from "../../src/wasm/opcode-table";
import {
  isOpcode,
  opcodeAlign,
  opcodeFeature,
  opcodeImm,
  opcodeName,
  opcodeSignature,
  PrefixBase,
} from "../../src/wasm/opcodes";
import { check } from "./load";

const known = Feature.ExtendedConst | Feature.Simd | Feature.RelaxedSimd;
/** Instructions that the validator does not know yet. */
const unknown = Feature.Threads;
const typeNames = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
  [1, "i32"],
]);
const wabt = await wabtFactory();

function assemble(wat: string): Uint8Array | null {
  try {
    const features = { simd: true, relaxed_simd: true, bulk_memory: true, sat_float_to_int: true };
    const module = wabt.parseWat("test.wat", wat, features);
    module.validate();
    return module.toBinary({}).buffer;
  } catch {
    return null;
  }
}

/** Operand types in order, then the result's. */
function unpack(signature: number): { operands: string[]; result: string } {
  const operands: string[] = [];
  for (const shift of [24, 16, 8]) {
    const code = (signature >> shift) & 0xff;
    if (code !== 0) operands.push(typeNames.get(code) as string);
  }
  return { operands, result: typeNames.get(signature & 0xff) ?? "" };
}

function immediates(op: number): string {
  switch (opcodeImm(op)) {
    case Imm.MemLane:
    case Imm.Lane:
      return " 1";
    case Imm.Shuffle:
      return " 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31";
    case Imm.V128:
      return " i32x4 1 2 3 4";
    case Imm.I32:
    case Imm.I64:
    case Imm.F32:
    case Imm.F64:
      return " 1";
  }
  return "";
}

function source(op: number, operands: string[], result: string): string {
  const gets = operands.map((_, i) => `local.get ${i}`).join(" ");
  const params = operands.length > 0 ? `(param ${operands.join(" ")})` : "";
  const results = result ? `(result ${result})` : "";
  return `(module (memory 1) (func ${params} ${results} ${gets} ${opcodeName(op)}${immediates(op)}))`;
}

function encode(op: number): number[] {
  if (op < 0x100) return [op];
  const prefix = op >= PrefixBase.Vector ? 0xfd : op >= PrefixBase.Gc ? 0xfb : 0xfc;
  const number = op - (prefix === 0xfd ? PrefixBase.Vector : prefix === 0xfb ? PrefixBase.Gc : PrefixBase.Misc);
  return number < 0x80 ? [prefix, number] : [prefix, (number & 0x7f) | 0x80, number >> 7];
}

function includes(bytes: Uint8Array, part: number[]): boolean {
  for (let i = 0; i + part.length <= bytes.length; i++) {
    if (part.every((b, k) => bytes[i + k] === b)) return true;
  }
  return false;
}

test("rows with a signature", () => {
  let count = 0;
  for (let op = 0; op < PrefixBase.End; op++) {
    if (!isOpcode(op) || opcodeSignature(op) < 0 || (opcodeFeature(op) & unknown) !== 0) continue;
    count++;
    const { operands, result } = unpack(opcodeSignature(op));
    const bytes = assemble(source(op, operands, result));
    if (bytes === null) throw new Error(`wabt refuses ${source(op, operands, result)}`);
    expect({ op, found: includes(bytes, encode(op)) }).toEqual({ op, found: true });
    expect(check(bytes, known).message).toBe("");
    const feature = opcodeFeature(op);
    if (feature !== 0) expect(check(bytes, 0).message).toContain("not supported");
    for (let i = 0; i < operands.length; i++) {
      const wrong = operands.slice();
      wrong[i] = operands[i] === "f64" ? "i64" : "f64";
      expect(assemble(source(op, wrong, result))).toBeNull();
    }
  }
  expect(count).toBe(420);
});

test("natural alignments", () => {
  for (let op = 0; op < PrefixBase.End; op++) {
    if (!isOpcode(op) || opcodeImm(op) !== Imm.MemArg || (opcodeFeature(op) & unknown) !== 0) continue;
    const { operands, result } = unpack(opcodeSignature(op));
    const bytes = assemble(source(op, operands, result)) as Uint8Array;
    // wabt writes the natural alignment: right behind the opcode.
    const code = encode(op);
    expect({ op, found: includes(bytes, [...code, opcodeAlign(op), 0]) }).toEqual({ op, found: true });
    const more = bytes.slice();
    const access = [...code, opcodeAlign(op), 0];
    for (let i = 8; i < more.length; i++) {
      if (access.every((b, k) => bytes[i + k] === b)) more[i + code.length]++;
    }
    expect({ op, message: check(more, known).message }).toEqual({
      op,
      message: "alignment must not be larger than natural",
    });
  }
});

test("names", () => {
  expect(opcodeName(0x20)).toBe("local.get");
  expect(opcodeName(0x108)).toBe("memory.init");
  expect(opcodeName(0xff)).toBe("illegal");
  expect(isOpcode(-1)).toBe(false);
  expect(isOpcode(PrefixBase.End)).toBe(false);
  expect(isOpcode(0x16)).toBe(false);
});
