// The instructions without context that the generator draws from, out of wx's own table.

import { Imm, ADDRESS } from "../../src/wasm/opcode-table";
import { isOpcode, opcodeAlign, opcodeFeature, opcodeImm, opcodeName, opcodeSignature } from "../../src/wasm/opcodes";
import type { Type } from "./tree";

export interface Operation {
  name: string;
  params: Type[];
  result: Type;
}

export interface Access {
  name: string;
  type: Type;
  isStore: boolean;
  bytes: number;
}

const TYPES: Record<number, Type> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64" };

export const operations: Operation[] = [];
export const accesses: Access[] = [];

// One byte, and prefix 0xFC.
for (let op = 0; op < 0x200; op++) {
  if (!isOpcode(op) || opcodeFeature(op) != 0) continue;
  const signature = opcodeSignature(op);
  if (signature < 0) continue;
  const name = opcodeName(op);
  const result = TYPES[signature & 255];
  const params = [signature >>> 24, (signature >>> 16) & 255, (signature >>> 8) & 255].filter((type) => type != 0);
  if (opcodeImm(op) == Imm.MemArg) {
    const isStore = result == undefined;
    const type = isStore ? TYPES[params[params.length - 1]] : result;
    accesses.push({ name, type, isStore, bytes: 1 << opcodeAlign(op) });
  } else if (opcodeImm(op) == Imm.None && !params.includes(ADDRESS) && params.length > 0) {
    operations.push({ name, params: params.map((type) => TYPES[type]), result });
  }
}

export const loads = accesses.filter((access) => !access.isStore);
export const stores = accesses.filter((access) => access.isStore);

/** Operations by the type of their result. */
export const operationsOf = new Map<Type, Operation[]>();
for (const operation of operations) {
  const list = operationsOf.get(operation.result) ?? [];
  list.push(operation);
  operationsOf.set(operation.result, list);
}
