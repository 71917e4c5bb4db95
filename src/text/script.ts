// A specification script as data, whatever form it was written in: .wast text (wast.ts) or JSON (cli/script-json.ts).
// Names and fields are byte strings, one character a byte.

import { I32Column, U8Column } from "../base/columns";

export const enum CommandKind {
  /** A module, which later commands are about. */
  Module = 0,
  /** A module to make instances of, and such an instance. */
  Definition = 1,
  Instance = 2,
  /** Makes an instance known to imports. */
  Register = 3,
  /** An action whose results do not matter. */
  Action = 4,
  AssertReturn = 5,
  AssertTrap = 6,
  AssertExhaustion = 7,
  AssertException = 8,
  AssertSuspension = 9,
  AssertMalformed = 10,
  AssertInvalid = 11,
  AssertUnlinkable = 12,
  /** A module whose start traps. */
  AssertUninstantiable = 13,
  AssertMalformedCustom = 14,
  AssertInvalidCustom = 15,
  /** Threads, and what nobody knows. */
  Unsupported = 16,
}

/** How a value is given or what it is compared with. */
export const enum ValueForm {
  /** Bits; lanes of floats can be any NaN of a kind. */
  Bits = 0,
  Null = 1,
  /** A reference that the host made from a number. */
  Host = 2,
  /** Any reference of the type that is not null. */
  Any = 3,
  /** One of several values. */
  Either = 4,
}

export class ScriptValue {
  form: i32;
  /** Code of the value type in the binary format; 0 for a null reference of any type. */
  type: i32;
  /** Bits, the lowest word first; of a host reference its number. */
  words: I32Column = new I32Column();
  /** Bits of a lane of a vector. */
  laneBits: i32 = 0;
  /** Lanes (bit 0: the first, or the only value) that may be any canonical or any arithmetic NaN. */
  canonicalNans: i32 = 0;
  arithmeticNans: i32 = 0;
  choices: Array<ScriptValue> = [];

  constructor(form: i32, type: i32) {
    this.form = form;
    this.type = type;
  }

  /** A word of the bits; 0 beyond their end. */
  word(i: i32): i32 {
    return i < this.words.length ? this.words.get(i) : 0;
  }
}

/** A call of an export, or a look at a global. */
export class ScriptAction {
  isGet: boolean = false;
  /** Name of the module; empty for the last one. */
  module: string = "";
  field: string = "";
  args: Array<ScriptValue> = [];
}

/** A module in a script. */
export class ScriptModule {
  /** The file that it is in, beside the script; empty if it is in `content`. */
  filename: string = "";
  content: U8Column = new U8Column();
  /** Text, to be read when it is needed; otherwise a binary module. */
  isText: boolean = false;
  /** What is wrong with the text that the script gave; then there is no content. */
  malformed: string = "";
}

export class ScriptCommand {
  kind: i32;
  line: i32;
  /** Name of the module, or of the one that is registered; empty if none is said. */
  name: string = "";
  /** Name that a module is registered under. */
  as: string = "";
  /** What the message of a trap or of the compiler should be. */
  text: string = "";
  module: ScriptModule | null = null;
  action: ScriptAction | null = null;
  expected: Array<ScriptValue> = [];

  constructor(kind: i32, line: i32) {
    this.kind = kind;
    this.line = line;
  }
}
