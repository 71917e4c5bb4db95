// Instances beside the program's own: of modules that --link names, or of those of a script. They stand in the order
// in which they come to be, and each says which of the others provides what it imports.

import { I32Column } from "../base/columns";
import { byteString, isSameBytes } from "../base/text";
import { Module } from "../wasm/module";

/** An import that none of these instances provides: the runtime does, or nobody. */
export const NOT_LINKED: i32 = -1;

export class LinkedInstance {
  /** Decoded and validated. Several instances can be of one module. */
  module: Module;
  /** By import of the module: the place in LinkOptions.linked of the instance that provides it, or NOT_LINKED. */
  providers: I32Column = new I32Column();

  constructor(module: Module) {
    this.module = module;
  }
}

/**
 * Fills `providers`: by import of the module, the instance that is known by the import's module name, or NOT_LINKED.
 * Names are byte strings.
 */
export function bindImports(module: Module, instances: Map<string, i32>, providers: I32Column): void {
  providers.clear();
  let start: i32 = -1;
  let end: i32 = -1;
  let provider: i32 = NOT_LINKED;
  for (let i: i32 = 0; i < module.importKind.length; i++) {
    const nameStart = module.importModuleStart.get(i);
    const nameEnd = module.importModuleEnd.get(i);
    // Mostly the name is that of the import before.
    if (start < 0 || !isSameBytes(module.bytes, start, end, module.bytes, nameStart, nameEnd)) {
      start = nameStart;
      end = nameEnd;
      const name = byteString(module.bytes, start, end);
      provider = instances.has(name) ? (instances.get(name) as i32) : NOT_LINKED;
    }
    providers.push(provider);
  }
}
