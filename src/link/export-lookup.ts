// Finds exports of a module by name. Most are asked for a few functions of the runtime: then looking through them is the
// quickest. From so many questions on the names are interned, so that joining large modules is not quadratic.

import { U8Column } from "../base/columns";
import { Interner } from "../base/interner";
import { isSameBytes } from "../base/text";
import { Module } from "../wasm/module";

/** Questions that are answered by looking. */
const FEW: i32 = 16;
const CACHE: i32 = 256;

export class ExportNames {
  private module: Module;
  private asked: i32 = 0;
  private names: Interner | null = null;

  constructor(module: Module) {
    this.module = module;
  }

  /** The export whose name stands in `bytes` from `start` to `end`, or -1. */
  find(bytes: U8Column, start: i32, end: i32): i32 {
    this.asked++;
    if (this.asked <= FEW) return this.search(bytes, start, end);
    let names = this.names;
    if (names == null) {
      names = this.internAll();
      this.names = names;
    }
    const number = names.intern(bytes, start, end);
    return number < this.module.exportKind.length ? number : -1;
  }

  /** Names of exports differ (specification 3.4.14), so each gets the number of its export. */
  private internAll(): Interner {
    const module = this.module;
    const names = new Interner(CACHE);
    for (let e: i32 = 0; e < module.exportKind.length; e++) {
      names.intern(module.bytes, module.exportNameStart.get(e), module.exportNameEnd.get(e));
    }
    return names;
  }

  private search(bytes: U8Column, start: i32, end: i32): i32 {
    const module = this.module;
    for (let e: i32 = 0; e < module.exportKind.length; e++) {
      const from = module.exportNameStart.get(e);
      if (isSameBytes(module.bytes, from, module.exportNameEnd.get(e), bytes, start, end)) return e;
    }
    return -1;
  }
}
