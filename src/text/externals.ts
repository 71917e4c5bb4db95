// Imports and exports, as fields and as parts of the definitions that they belong to (specification 6.6.4 to 6.6.9).

import { U8Column } from "../base/columns";
import { EXACT_FUNC } from "../wasm/format";
import { ExternKind } from "../wasm/module";
import { pushU32 } from "../wasm/writer";
import { externKind } from "./binding";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { resolveTypeUse, takeTypeUse } from "./signatures";
import { pushRefType, takeGlobalType, takeLimits, takeRefType } from "./types";

/** Takes `(import …)` behind its keyword. */
export function takeImport(m: TextModule): void {
  const section = m.importSection;
  section.mark(m.startOf(m.at - 2));
  section.count++;
  takeImportNames(m);
  const kind = externKind(m.openKeyword);
  if (kind < 0) {
    m.unexpected("what is imported: func, table, memory, global or tag");
    return;
  }
  m.at += 2;
  m.skipName();
  takeDescription(m, kind);
  m.takeClose("the end of what is imported");
  m.takeClose("the end of the import");
}

function takeImportNames(m: TextModule): void {
  m.takeNameInto(m.importSection.bytes, "the name of a module");
  m.takeNameInto(m.importSection.bytes, "the name of the import");
}

/** Takes `(export …)` of a definition, as often as it is there. */
export function takeExports(m: TextModule, kind: i32, index: i32): void {
  const section = m.exportSection;
  while (m.isOpen(Keyword.Export) && !m.failed) {
    section.mark(m.textAt);
    m.at += 2;
    section.count++;
    m.takeNameInto(section.bytes, "the name of the export");
    section.bytes.push(kind);
    pushU32(section.bytes, index);
    m.takeClose("the end of the export");
  }
}

/** Takes `(import …)` of a definition, which then is one no longer, and the rest of it; false if
 *  the definition must be read (also after a failure: nothing more is found then). */
export function takeInlineImport(m: TextModule, kind: i32): boolean {
  if (!m.isOpen(Keyword.Import)) return false;
  const section = m.importSection;
  section.mark(m.textAt);
  section.count++;
  m.at += 2;
  takeImportNames(m);
  m.takeClose("the end of the import");
  takeDescription(m, kind);
  m.takeClose("the end of what is imported");
  return true;
}

/** Kind and type of an import. */
function takeDescription(m: TextModule, kind: i32): void {
  const out = m.importSection.bytes;
  if (kind == ExternKind.Func) {
    takeFuncDescription(m, out);
    return;
  }
  out.push(kind);
  switch (kind) {
    case ExternKind.Table: {
      m.nextTable++;
      const limits = m.list;
      limits.clear();
      takeLimits(m, limits, false);
      takeRefType(m);
      pushRefType(m, out);
      out.append(limits, 0, limits.length);
      return;
    }
    case ExternKind.Memory:
      m.nextMemory++;
      takeLimits(m, out, true);
      return;
    case ExternKind.Global:
      m.nextGlobal++;
      takeGlobalType(m, out);
      return;
  }
  m.nextTag++;
  const at = m.at;
  takeTypeUse(m, true, false);
  out.push(0);
  pushU32(out, resolveTypeUse(m, at));
}

function takeFuncDescription(m: TextModule, out: U8Column): void {
  const func = m.nextFunc;
  m.nextFunc = func + 1;
  const isExact = m.takeOpen(Keyword.Exact);
  out.push(isExact ? EXACT_FUNC : ExternKind.Func);
  const at = m.at;
  takeTypeUse(m, true, true);
  pushU32(out, resolveTypeUse(m, at));
  if (isExact) m.takeClose("the end of the exact type");
  m.finishLocals(func);
}
