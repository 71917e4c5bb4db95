// What golden.test.ts asks of the whole pipeline for .wat files: module text to printed SSA form or machine code of
// the guest's functions. Null while a stage is missing; then those goldens are skipped.

export type Dump = (wat: string, level: number) => Promise<string>;

export const dumpSsa: Dump | null = null;
export const dumpAsm: Dump | null = null;
