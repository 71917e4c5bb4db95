// The clauses of try_table (specification 6.5.4): which exceptions go to which label.

import { CatchKind, hasTag } from "../wasm/exception-rules";
import { pushU32 } from "../wasm/writer";
import { takeLabel } from "./instructions";
import { Keyword } from "./keywords";
import { TextModule } from "./module";

function catchKind(keyword: i32): i32 {
  switch (keyword) {
    case Keyword.Catch:
      return CatchKind.Catch;
    case Keyword.CatchRef:
      return CatchKind.CatchRef;
    case Keyword.CatchAll:
      return CatchKind.CatchAll;
    case Keyword.CatchAllRef:
      return CatchKind.CatchAllRef;
  }
  return -1;
}

/** Takes the clauses, whose labels do not count the try_table itself. */
export function takeCatches(m: TextModule): void {
  const clauses = m.list;
  clauses.clear();
  let count: i32 = 0;
  for (let kind = catchKind(m.openKeyword); kind >= 0 && !m.failed; kind = catchKind(m.openKeyword)) {
    m.at += 2;
    clauses.push(kind);
    if (hasTag(kind)) pushU32(clauses, m.takeIndex(m.tags));
    pushU32(clauses, takeLabel(m));
    m.takeClose("the end of the catch clause");
    count++;
  }
  pushU32(m.out.bytes, count);
  m.out.bytes.append(clauses, 0, clauses.length);
}
