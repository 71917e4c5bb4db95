// Ruby's module from npm is a library for JavaScript: it has functions to start Ruby and to evaluate text, but no _start.
// This adds one that evaluates a given text, so that the module is a program.

type Bytes = number[] | Uint8Array;

function leb(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)];
}

/** LEB128 of a signed number, of 64 bits at most. */
function sleb(n: bigint): number[] {
  const low = Number(n & 127n);
  const rest = n >> 7n;
  return (rest == 0n && low < 64) || (rest == -1n && low >= 64) ? [low] : [low | 128, ...sleb(rest)];
}

class Reader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  name(): string {
    const length = this.u32();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString();
  }
}

const [I32_CONST, I64_CONST, CALL, GET, SET, LOAD, STORE, STORE64, END] = [
  0x41, 0x42, 0x10, 0x20, 0x21, 0x28, 0x36, 0x37, 0x0b,
];

/** The module with a _start that evaluates `code` and ends with 0, or with Ruby's error state. */
export function makeRubyCommand(module: Uint8Array, code: string): Uint8Array {
  const sections: [number, Uint8Array][] = [];
  const reader = new Reader(module);
  for (reader.at = 8; reader.at < module.length; ) {
    const id = module[reader.at++];
    const size = reader.u32();
    sections.push([id, module.subarray(reader.at, reader.at + size)]);
    reader.at += size;
  }
  const contents = (id: number) => new Reader(sections.find(([other]) => other == id)?.[1] as Uint8Array);

  let imported = 0;
  let exit = -1;
  const imports = contents(2);
  for (let n = imports.u32(); n > 0; n--) {
    imports.name();
    // All imports are functions.
    if (imports.name() == "proc_exit") exit = imported;
    imports.at++;
    imports.u32();
    imported++;
  }
  const exports = contents(7);
  const index: Record<string, number> = {};
  for (let n = exports.u32(); n > 0; n--) {
    const name = exports.name().replace(/:.*/, "");
    exports.at++;
    index[name] = exports.u32();
  }
  const types = contents(1);
  const functions = contents(3);
  const typeCount = types.u32();
  const start = imported + functions.u32();

  const body: number[] = [1, 2, 0x7f];
  const constant = (n: number) => body.push(I32_CONST, ...sleb(BigInt(n)));
  /** Leaves in local `local` the address of a copy of `bytes`. */
  const copy = (bytes: Uint8Array, local: number) => {
    for (const n of [0, 0, 8, (bytes.length + 15) & ~7]) constant(n);
    body.push(CALL, ...leb(index.cabi_realloc), SET, local);
    const padded = Buffer.concat([bytes, new Uint8Array(8)]);
    for (let at = 0; at < bytes.length; at += 8) {
      body.push(GET, local, I64_CONST, ...sleb(padded.readBigInt64LE(at)), STORE64, 0, ...leb(at));
    }
  };
  const name = Buffer.from("ruby");
  const text = Buffer.from(code);
  body.push(CALL, ...leb(index._initialize));
  copy(name, 0);
  copy(new Uint8Array(8), 1);
  body.push(GET, 1, GET, 0, STORE, 2, 0, GET, 1);
  constant(name.length);
  body.push(STORE, 2, 4, GET, 1);
  constant(1);
  body.push(CALL, ...leb(index["ruby-init"]), CALL, ...leb(index["ruby-init-loadpath"]));
  copy(text, 0);
  body.push(GET, 0);
  constant(text.length);
  body.push(CALL, ...leb(index["rb-eval-string-protect"]), LOAD, 2, 4, CALL, ...leb(exit), END);

  const rest = (section: Reader) => section.bytes.subarray(section.at);
  const codes = contents(10);
  const changed: Record<number, Bytes[]> = {
    1: [leb(typeCount + 1), rest(types), [0x60, 0, 0]],
    3: [leb(start - imported + 1), rest(functions), leb(typeCount)],
    7: [leb(Object.keys(index).length + 1), contents(7).bytes.subarray(leb(Object.keys(index).length).length)],
    10: [leb(codes.u32() + 1), rest(codes), leb(body.length), body],
  };
  changed[7].push([6, ...Buffer.from("_start"), 0, ...leb(start)]);
  const parts: Bytes[] = [module.subarray(0, 8)];
  for (const [id, bytes] of sections) {
    const content = Buffer.concat((changed[id] ?? [bytes]).map((part) => Uint8Array.from(part)));
    parts.push([id], leb(content.length), content);
  }
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)));
}
