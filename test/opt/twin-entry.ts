// Compiled by asc for twin.test.ts: text in, optimized text out, byte by byte.

import { U8Column } from "../../src/base/columns";
import { Program } from "../../src/link/program";
import { optimize } from "../../src/opt/passes";
import { Func } from "../../src/ssa/func";
import { parseFunc } from "../../src/ssa/parser";
import { appendFunction, appendText } from "../../src/ssa/printer";

const input = new U8Column();
const output = new U8Column();
const func = new Func();
const program = new Program();

export function push(byte: i32): void {
  input.push(byte);
}

/** Optimizes what was pushed; returns the length of the result, which is an error message if something is wrong. */
export function run(): i32 {
  output.clear();
  let message = parseFunc(input, func);
  if (message.length == 0) message = optimize(func, program, 2, true);
  if (message.length != 0) appendText(output, message);
  else appendFunction(func, output);
  input.clear();
  return output.length;
}

export function at(i: i32): i32 {
  return output.get(i);
}
