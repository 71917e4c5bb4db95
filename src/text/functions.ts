// Functions (specification 6.6.6): signature, locals, body.

import { U8Column } from "../base/columns";
import { isSameBytes } from "../base/text";
import { ExternKind } from "../wasm/module";
import { Opcode } from "../wasm/opcodes";
import { pushU32 } from "../wasm/writer";
import { takeExpression } from "./expression";
import { takeExports, takeInlineImport } from "./externals";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { isKnownType, resolveTypeUse, takeTypeUse } from "./signatures";
import { takeValueType } from "./types";

/** Takes `(func …)` behind its keyword. */
export function takeFunc(m: TextModule): void {
  const open = m.at - 2;
  m.skipName();
  takeExports(m, ExternKind.Func, m.nextFunc);
  if (takeInlineImport(m, ExternKind.Func)) return;
  const func = m.nextFunc;
  m.nextFunc = func + 1;
  const at = m.at;
  takeTypeUse(m, true, true);
  const type = resolveTypeUse(m, at);
  const params = m.hasType && !m.isInline ? paramsOf(m, type) : m.paramCount;
  m.funcSection.mark(m.startOf(open));
  m.funcSection.count++;
  pushU32(m.funcSection.bytes, type);
  takeBody(m, params, open, at);
  m.takeClose("an instruction");
  m.finishLocals(func);
  m.customs.finishFunc(func);
  if (m.labels.names.shownCount == 0) return;
  m.labelNames.count++;
  pushU32(m.labelNames.bytes, func);
  m.labels.names.writeMap(m.labelNames.bytes, m.words.interner);
}

/** Number of parameters of a type that is named; -1 if that is not known. */
function paramsOf(m: TextModule, type: i32): i32 {
  return !m.failed && isKnownType(m, type) ? m.typeParams.get(type) : -1;
}

/** Locals and instructions, with their size in front, into the code section. */
function takeBody(m: TextModule, params: i32, open: i32, typeAt: i32): void {
  const body = m.body;
  body.clear();
  body.mark(m.startOf(open));
  m.out = body;
  m.customs.clearFunc();
  takeLocals(m, params, typeAt, body.bytes);
  takeExpression(m);
  body.mark(m.textAt);
  body.bytes.push(Opcode.End);
  pushU32(m.codeSection.bytes, body.bytes.length);
  m.codeSection.append(body);
  m.codeSection.count++;
}

/** Takes `(local …)`, as often as it is there, and appends the locals as runs of equal types. Indices go on behind
 *  the parameters; their number is -1 if the type that is named at token `typeAt` is not known. */
function takeLocals(m: TextModule, params: i32, typeAt: i32, out: U8Column): void {
  const runs = m.list;
  const types = m.params;
  runs.clear();
  types.clear();
  let runCount: i32 = 0;
  // The run being read: so many locals of the type that begins in `types` here.
  let length: i32 = 0;
  let type: i32 = 0;
  let local = params;
  while (m.isOpen(Keyword.Local) && !m.failed) {
    m.at += 2;
    const isNamed = m.isNamed();
    // Without a type that is known, names cannot be given indices; the rest is for the decoder.
    if (isNamed && params < 0) m.fail(typeAt + 2, `unknown type ${m.tokenText(typeAt + 2)}`);
    if (isNamed) m.bindName(m.locals, local);
    while ((isNamed || !m.isClose()) && !m.failed) {
      const start = types.length;
      takeValueType(m, types);
      local++;
      if (length != 0 && isSameBytes(types, type, start, types, start, types.length)) {
        types.length = start;
        length++;
      } else {
        pushRun(runs, length, types, type, start);
        type = start;
        length = 1;
        runCount++;
      }
      if (isNamed) break;
    }
    m.takeClose("the end of the local");
  }
  pushRun(runs, length, types, type, types.length);
  pushU32(out, runCount);
  out.append(runs, 0, runs.length);
}

function pushRun(out: U8Column, length: i32, types: U8Column, start: i32, end: i32): void {
  if (length == 0) return;
  pushU32(out, length);
  out.append(types, start, end);
}
