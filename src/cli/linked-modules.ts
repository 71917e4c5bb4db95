// The modules that --link names: which of them provides what, and whether their order allows it. Instances come to be
// one after the other, each from those before it, and the program's last.

import { bindImports, LinkedInstance } from "../link/linked";
import { LinkOptions } from "../link/options";
import { Diagnostic } from "../base/diagnostics";
import { ModuleSource } from "../text/source";
import { decodeModule } from "../wasm/decoder";
import { Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { readProgram } from "./input";
import { EXIT_INPUT } from "./messages";
import { Options } from "./options";
import { refuse, refuseModule } from "./refuse";

class LinkedModules {
  private names: Array<string> = [];
  private modules: Array<Module> = [];

  /** Adds a module, validated, that imports know by `name`, a byte string. */
  add(name: string, module: Module): void {
    this.names.push(name);
    this.modules.push(module);
  }

  /** Writes to `link` who provides the imports of these modules and of the program; what is wrong, or an empty text. */
  join(program: Module, link: LinkOptions): string {
    const known = new Map<string, i32>();
    for (let i: i32 = 0; i < this.modules.length; i++) {
      const late = this.findLateImport(i);
      if (late >= 0) return this.describeOrder(i, late);
      const instance = new LinkedInstance(this.modules[i]);
      bindImports(instance.module, known, instance.providers);
      link.linked.push(instance);
      known.set(this.names[i], i);
    }
    if (this.modules.length != 0) bindImports(program, known, link.providers);
    return "";
  }

  /** Whether module `i` imports from the one called `name`. */
  private hasImportFrom(i: i32, name: string): boolean {
    const module = this.modules[i];
    for (let k: i32 = 0; k < module.importKind.length; k++) {
      if (module.isNamed(module.importModuleStart.get(k), module.importModuleEnd.get(k), name)) return true;
    }
    return false;
  }

  /** A module that module `i` imports from and that does not come before it, or -1. */
  private findLateImport(i: i32): i32 {
    for (let k = i; k < this.names.length; k++) if (this.hasImportFrom(i, this.names[k])) return k;
    return -1;
  }

  private describeOrder(i: i32, late: i32): string {
    const name = this.names[i];
    if (late == i) return `'${name}' imports from itself`;
    const other = this.names[late];
    if (!this.isReachable(late, i)) {
      return `'${name}' imports from '${other}', which is linked after it; --link ${other}=... must come first`;
    }
    return `'${name}' and '${other}' import from each other; an instance can only import from those made before it`;
  }

  /** Whether module `from` imports from module `to`, directly or by way of others. */
  private isReachable(from: i32, to: i32): boolean {
    const isMet: Array<boolean> = [];
    for (let k: i32 = 0; k < this.names.length; k++) isMet.push(k == from);
    const work: Array<i32> = [from];
    while (work.length != 0) {
      const k: i32 = work.pop() as i32;
      if (k == to) return true;
      for (let n: i32 = 0; n < this.names.length; n++) {
        if (isMet[n] || !this.hasImportFrom(k, this.names[n])) continue;
        isMet[n] = true;
        work.push(n);
      }
    }
    return false;
  }
}

/** Joins the modules that are to be linked with the program, decoded; does not return if something is wrong. */
export function linkModules(options: Options, guest: Module): void {
  const linked = new LinkedModules();
  for (let i: i32 = 0; i < options.linkNames.length; i++) {
    const file = options.linkFiles[i];
    const source = new ModuleSource();
    const diagnostic = new Diagnostic();
    const isRead = source.read(readProgram(options, file), diagnostic);
    const module = new Module(source.bytes, options.linkNames[i]);
    if (isRead && decodeModule(module, diagnostic) && validateModule(module, diagnostic)) {
      linked.add(options.linkNames[i], module);
    } else {
      source.locate(diagnostic);
      refuseModule(options, file, module, diagnostic);
    }
  }
  const unlinked = linked.join(guest, options.link);
  if (unlinked.length != 0) refuse(options, EXIT_INPUT, unlinked);
}
