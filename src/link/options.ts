// What the user decides about a program: who is trusted, what it may reach, which exports are its roots.
// Paths and environment entries are bytes, as the kernel sees them, NUL-ended in one column each.

import { I32Column, U8Column } from "../base/columns";
import { pushText } from "../base/text";
import { STACK_SIZE } from "./layout";

/** What an import that nobody provides becomes. */
export const enum UnknownImports {
  /** The program is refused, naming all of them. */
  Error = 0,
  /** A function that traps when it is called. */
  Trap = 1,
  /** A function that returns zeros. */
  Default = 2,
}

export class LinkOptions {
  /** The guest may import intrinsics (--trusted). */
  guestTrusted: boolean = false;
  unknownImports: i32 = UnknownImports.Error;
  /** Bytes of the guest's stack. */
  stackSize: i32 = STACK_SIZE;
  /** Optimization level. */
  level: i32 = 2;
  /** No symbol table in the file. */
  strip: boolean = false;
  /** Export that the program runs after initialization; empty: none. */
  entry: string = "_start";
  /** Further exports to keep, by name. */
  roots: Array<string> = [];
  /** Keeps whatever is exported: the host may call, read and write it. */
  rootAllExports: boolean = false;
  /** Keeps whatever the embedded runtime exports. */
  rootRuntime: boolean = false;

  /** Preopened directories: host path and guest path each; 1 in grantReadOnly for read-only ones. */
  grantPaths: U8Column = new U8Column();
  grantReadOnly: I32Column = new I32Column();
  /** Environment entries K=V, or K alone to take the value from the process. */
  environment: U8Column = new U8Column();
  environmentCount: i32 = 0;

  addGrant(host: string, guest: string, readOnly: boolean): void {
    pushText(this.grantPaths, host);
    pushText(this.grantPaths, guest);
    this.grantReadOnly.push(readOnly ? 1 : 0);
  }

  addEnvironment(entry: string): void {
    pushText(this.environment, entry);
    this.environmentCount++;
  }
}
