// One instruction as text, for traces, coverage and the debugger: its name and immediates as the text format has them, with
// functions by name where they have one.

import { valueText } from "../base/value-text";
import { signedText, unsignedText } from "../base/wide-text";
import { printable } from "../link/calls";
import { readOpcode } from "../ssa/builder-scan";
import { functionName } from "../wasm/describe";
import { Module } from "../wasm/module";
import { Imm } from "../wasm/opcode-table";
import { opcodeImm, opcodeName } from "../wasm/opcodes";
import { ByteReader } from "../wasm/reader";

/** Labels of a table that are shown. */
const LABELS: i32 = 8;

/** The instruction at byte offset `at` of the module. */
export function instructionText(module: Module, at: i32): string {
  const reader = new ByteReader(module.bytes);
  reader.at = at;
  const op = readOpcode(reader);
  const immediates = immediatesText(module, reader, op);
  return immediates.length == 0 ? opcodeName(op) : `${opcodeName(op)} ${immediates}`;
}

function immediatesText(module: Module, reader: ByteReader, op: i32): string {
  switch (opcodeImm(op)) {
    case Imm.Func: {
      const f = reader.readU32();
      const name = functionName(module, f);
      return name.length == 0 ? `${f}` : `$${printable(name)}`;
    }
    case Imm.Label:
    case Imm.Local:
    case Imm.Global:
    case Imm.Table:
    case Imm.Data:
    case Imm.Elem:
    case Imm.Type:
    case Imm.Tag:
      return `${reader.readU32()}`;
    case Imm.CallIndirect: {
      const type = reader.readU32();
      return `${reader.readU32()} (type ${type})`;
    }
    case Imm.LabelTable: {
      const count = reader.readU32();
      let text = "";
      for (let i: i32 = 0; i <= count; i++) {
        if (i == LABELS && count > LABELS) return `${text} ...`;
        text += i == 0 ? `${reader.readU32()}` : ` ${reader.readU32()}`;
      }
      return text;
    }
    case Imm.I32:
      return `${reader.readS32()}`;
    case Imm.I64:
      reader.readS64();
      return signedText(reader.lo, reader.hi);
    case Imm.F32:
      return valueText("f", reader.readF32Bits(), 0);
    case Imm.F64:
      reader.readF64Bits();
      return valueText("d", reader.lo, reader.hi);
    case Imm.MemArg: {
      const flags = reader.readU32();
      const memory: i32 = (flags & 0x40) != 0 ? reader.readU32() : 0;
      reader.readU64();
      let text = memory == 0 ? "" : `${memory}`;
      if ((reader.lo | reader.hi) != 0) {
        text += `${text.length == 0 ? "" : " "}offset=${unsignedText(reader.lo, reader.hi)}`;
      }
      return text;
    }
  }
  return "";
}
