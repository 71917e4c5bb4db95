// What is wrong with the imports of instances, collected, so that one message names them all.

import { externText, importModuleText, importText } from "./extern-text";
import { UnknownImports } from "./options";
import { LinkState } from "./state";

/** At most so many imports are listed in a message. */
const LISTED: i32 = 200;
const HINT: string = "hint: --unknown-imports=trap or =default replaces unknown functions by stubs";

export class ImportFaults {
  private state: LinkState;
  private unknown: string = "";
  private unknownCount: i32 = 0;
  private mismatched: string = "";
  private mismatchCount: i32 = 0;

  constructor(state: LinkState) {
    this.state = state;
  }

  get isEmpty(): boolean {
    return this.unknownCount + this.mismatchCount == 0;
  }

  clear(): void {
    this.unknown = "";
    this.unknownCount = 0;
    this.mismatched = "";
    this.mismatchCount = 0;
  }

  /** Nobody provides import `i`. */
  addUnknown(instance: i32, i: i32): void {
    this.unknownCount++;
    if (this.unknownCount > LISTED) return;
    this.unknown += `\n  ${importText(this.state.program, instance, i)}${this.importer(instance)}`;
  }

  /** Import `i` names export `e` of `provider`, which is of another type. */
  addMismatch(instance: i32, i: i32, provider: i32, e: i32): void {
    this.mismatchCount++;
    if (this.mismatchCount > LISTED) return;
    const program = this.state.program;
    const from = program.module(provider);
    const has = externText(program, provider, from.exportKind.get(e), from.exportIndex.get(e));
    const who = importModuleText(program.module(instance), i);
    this.mismatched += `\n  ${importText(program, instance, i)}${this.importer(instance)}, but ${who} exports ${has}`;
  }

  /** Says whose import it is where that is not clear. */
  private importer(instance: i32): string {
    const state = this.state;
    if (state.options.isScript || instance == state.guest || !state.isUser(instance)) return "";
    return ` of '${state.program.module(instance).name}'`;
  }

  message(): string {
    let text = "";
    if (this.unknownCount != 0) {
      const hasHint = this.state.options.unknownImports == UnknownImports.Error && !this.state.options.isScript;
      text = listing("unknown import", this.unknownCount, this.unknown);
      if (hasHint) text += `\n${HINT}`;
    }
    if (this.mismatchCount != 0) {
      if (text.length != 0) text += "\n";
      text += listing("incompatible import type", this.mismatchCount, this.mismatched);
    }
    return text;
  }
}

function listing(what: string, count: i32, lines: string): string {
  const more = count > LISTED ? `\n  and ${count - LISTED} more` : "";
  return count == 1 ? `${what}:${lines}` : `${count} ${what}s:${lines}${more}`;
}
