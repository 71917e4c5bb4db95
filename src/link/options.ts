// What the user decides about a program: who is trusted, what it may reach, which exports are its roots.
// Paths and environment entries are bytes, as the kernel sees them, NUL-ended in one column each.

import { I32Column, U8Column } from "../base/columns";
import { pushByteText } from "../base/text";
import { Sandbox } from "./info";
import { STACK_SIZE } from "./layout";
import { LinkedInstance } from "./linked";

/** What an import that nobody provides becomes. */
export const enum UnknownImports {
  /** The program is refused, naming all of them. */
  Error = 0,
  /** A function that traps when it is called. */
  Trap = 1,
  /** A function that returns zeros. */
  Default = 2,
}

/** Descriptors of a program unless the user asks otherwise. */
export const DEFAULT_FDS: i32 = 1024;
/** Pages of 64 KiB that a 32-bit index reaches. */
export const MOST_PAGES_32: i32 = 0x1_0000;
/** Pages of a memory with 64-bit indices: 16 GiB, the limit that JavaScript engines have, too. */
export const MOST_PAGES_64: i32 = 0x4_0000;

/** A function that whoever interprets the program provides for imports of this name. */
export class HostFunction {
  module: string;
  name: string;
  /** The type it must be imported with, as intrinsicSignature writes it; empty: any. */
  signature: string;

  constructor(module: string, name: string, signature: string) {
    this.module = module;
    this.name = name;
    this.signature = signature;
  }
}

export class LinkOptions {
  /** The guest may import intrinsics (--trusted). */
  guestTrusted: boolean = false;
  unknownImports: i32 = UnknownImports.Error;
  /** Bytes of the guest's stack. */
  stackSize: i32 = STACK_SIZE;
  /** Most that a memory of the guest can grow to, in pages of 64 KiB. */
  maxMemory: i32 = MOST_PAGES_64;
  /** What code may use of the processor (Cpu). */
  cpu: i32 = 0;
  /** The program makes sure of that when it starts. */
  checksCpu: boolean = false;
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

  /** Instances that come to be before the program's own, in this order (--link, scripts). */
  linked: Array<LinkedInstance> = [];
  /** By import of the program's module, and of the driver's: who of these provides it, as in LinkedInstance. */
  providers: I32Column = new I32Column();
  driverProviders: I32Column = new I32Column();
  /** The driver says when these instances come to be, and goes on if one cannot (instantiation.ts). */
  isScript: boolean = false;

  /** What the host provides; only for programs that are interpreted. */
  hosts: Array<HostFunction> = [];

  // Strings below are byte strings: one character a byte.

  /** Preopened directories: host path and guest path each; 1 in grantReadOnly for read-only ones. */
  grantPaths: U8Column = new U8Column();
  grantReadOnly: I32Column = new I32Column();
  /** Environment entries K=V, or K alone to take the value from the process. */
  environment: U8Column = new U8Column();
  environmentCount: i32 = 0;
  /** All variables of the process besides. */
  inheritEnvironment: boolean = false;
  /** What the program sees as its own name, bytes; empty: what it is called by. */
  argv0: string = "";
  /** Exports that can be called by name (link/calls.ts), CallRow texts each. */
  calls: U8Column = new U8Column();
  callCount: i32 = 0;
  /** The export that is called when none is named: 1 + its index, or 0; and the arguments it then gets, NUL-ended. */
  defaultCall: i32 = 0;
  defaultArguments: U8Column = new U8Column();
  defaultArgumentCount: i32 = 0;

  /** Sockets to listen on: the address as the user gave it, and the kernel's struct sockaddr with its length in front. */
  listenerTexts: U8Column = new U8Column();
  listenerAddresses: U8Column = new U8Column();
  listenerCount: i32 = 0;
  /** What the kernel is to enforce (Sandbox). */
  sandbox: i32 = Sandbox.On;
  /** Check accesses to memory explicitly, instead of reserving address space for all that an index can reach. */
  checkedMemory: boolean = false;
  /** Most descriptors that the program may have open. */
  maxFds: i32 = DEFAULT_FDS;
  /** Time after which the program is stopped; 0 and 0: never. */
  timeoutSeconds: i32 = 0;
  timeoutMicroseconds: i32 = 0;

  get grantCount(): i32 {
    return this.grantReadOnly.length;
  }

  get hasTimeout(): boolean {
    return this.timeoutSeconds != 0 || this.timeoutMicroseconds != 0;
  }

  /** A trusted program makes whatever system calls it likes. */
  get isSandboxed(): boolean {
    return this.sandbox != Sandbox.Off && !this.guestTrusted;
  }

  addGrant(host: string, guest: string, readOnly: boolean): void {
    pushByteText(this.grantPaths, host);
    pushByteText(this.grantPaths, guest);
    this.grantReadOnly.push(readOnly ? 1 : 0);
  }

  addEnvironment(entry: string): void {
    pushByteText(this.environment, entry);
    this.environmentCount++;
  }
}
