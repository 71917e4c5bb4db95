// `--invoke NAME ARGS…`: a driver (wasm/writer.ts) whose _start calls the export with the arguments and hands each
// result to the runtime to print, one a line.

import { U8Column } from "../base/columns";
import { ExternKind, Module } from "../wasm/module";
import { F32, F64, I32, I64, typeName } from "../wasm/types";
import { ModuleWriter, pushS32, pushS64, pushU32 } from "../wasm/writer";
import { NumberReader } from "./numbers";

/** At most so many exports are listed in a message. */
const LISTED: i32 = 50;
/** The value types that can be passed and printed, by their codes, and what the runtime prints them with. */
const NUMBERS: string = "\x7f\x7e\x7d\x7c";
const PRINTERS: Array<string> = ["wx_print_i32", "wx_print_i64", "wx_print_f32", "wx_print_f64"];

/** Opcodes that the driver is made of. */
const enum Code {
  Call = 0x10,
  LocalGet = 0x20,
  I32Const = 0x41,
  I64Const = 0x42,
  F32Const = 0x43,
  F64Const = 0x44,
}

/** Writes the driver to `out`; returns what is wrong, or an empty text. The module must be decoded. */
export function buildInvocation(module: Module, name: string, args: Array<string>, out: U8Column): string {
  const func = module.findExport(name, ExternKind.Func);
  if (func < 0) return `there is no exported function '${name}'; ${exportedFunctions(module)}`;
  const type = module.funcType.get(func);
  const shown = name + signature(module, func);
  const params = module.typeParamCount.get(type);
  let paramCodes = "";
  for (let i: i32 = 0; i < params; i++) {
    const valueType = module.paramType(type, i);
    if (!isNumber(valueType))
      return `${shown} has a parameter of type ${typeName(valueType)}, which cannot be given here`;
    paramCodes += String.fromCharCode(valueType & 0xff);
  }
  let resultCodes = "";
  for (let i: i32 = 0; i < module.typeResultCount.get(type); i++) {
    const valueType = module.resultType(type, i);
    if (!isNumber(valueType)) return `${shown} has a result of type ${typeName(valueType)}, which cannot be printed`;
    resultCodes += String.fromCharCode(valueType & 0xff);
  }
  if (params != args.length) {
    return `${shown} takes ${params} argument${params == 1 ? "" : "s"}, but ${args.length} given`;
  }
  const body = new U8Column();
  for (let i: i32 = 0; i < params; i++) {
    const wrong = pushArgument(body, module.paramType(type, i), args[i]);
    if (wrong.length != 0) return `argument ${i + 1} of ${shown}, '${args[i]}', ${wrong}`;
  }
  writeDriver(name, paramCodes, resultCodes, body, out);
  return "";
}

function isNumber(type: i32): boolean {
  return type == I32 || type == I64 || type == F32 || type == F64;
}

/** Pushes the constant that `text` says; returns what is wrong with it. */
function pushArgument(body: U8Column, type: i32, text: string): string {
  const number = new NumberReader(text);
  const isFloat = type == F32 || type == F64;
  const isWide = type == I64 || type == F64;
  const isRead = isFloat ? number.readFloat(isWide) : number.readInteger(isWide);
  if (!isRead) return `${number.isOutOfRange ? "is too large for" : "is not"} an ${typeName(type)}`;
  switch (type) {
    case I32:
      body.push(Code.I32Const);
      pushS32(body, number.lo);
      break;
    case I64:
      body.push(Code.I64Const);
      pushS64(body, number.lo, number.hi);
      break;
    case F32:
      body.push(Code.F32Const);
      body.pushI32(number.lo);
      break;
    default:
      body.push(Code.F64Const);
      body.pushI32(number.lo);
      body.pushI32(number.hi);
  }
  return "";
}

/** `call` pushes the arguments. The results then lie on the stack with the last on top, so they become the
 *  parameters of a second function, which prints them in order. */
function writeDriver(name: string, params: string, results: string, call: U8Column, out: U8Column): void {
  const w = new ModuleWriter();
  const print = new U8Column();
  const printers: Array<i32> = [-1, -1, -1, -1];
  for (let i: i32 = 0; i < results.length; i++) {
    const kind = NUMBERS.indexOf(results.charAt(i));
    if (printers[kind] < 0) {
      printers[kind] = w.importFunc("runtime", PRINTERS[kind], w.addType(results.charAt(i), ""));
    }
    print.push(Code.LocalGet);
    pushU32(print, i);
    print.push(Code.Call);
    pushU32(print, printers[kind]);
  }
  const target = w.importFunc("guest", name, w.addType(params, results));
  const printAll = w.addFunc(w.addType(results, ""), print);
  call.push(Code.Call);
  pushU32(call, target);
  call.push(Code.Call);
  pushU32(call, printAll);
  w.exportFunc("_start", w.addFunc(w.addType("", ""), call));
  w.write(out);
}

/** A function's type as "(i32, i32) -> i64". */
function signature(module: Module, func: i32): string {
  const type = module.funcType.get(func);
  let text = "(";
  for (let i: i32 = 0; i < module.typeParamCount.get(type); i++) {
    text += (i == 0 ? "" : ", ") + typeName(module.paramType(type, i));
  }
  text += ")";
  for (let i: i32 = 0; i < module.typeResultCount.get(type); i++) {
    text += (i == 0 ? " -> " : ", ") + typeName(module.resultType(type, i));
  }
  return text;
}

/** The exported functions with their types, for messages. */
export function exportedFunctions(module: Module): string {
  let text = "";
  let count: i32 = 0;
  for (let i: i32 = 0; i < module.exportKind.length; i++) {
    if (module.exportKind.get(i) != ExternKind.Func) continue;
    count++;
    if (count > LISTED) continue;
    const name = module.text(module.exportNameStart.get(i), module.exportNameEnd.get(i));
    text += `\n  ${name}${signature(module, module.exportIndex.get(i))}`;
  }
  if (count > LISTED) text += `\n  and ${count - LISTED} more`;
  return count == 0 ? "it exports no functions" : `the exported functions are${text}`;
}
