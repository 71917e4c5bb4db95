// Specification scripts in JSON written as .wast: each command in the line that the JSON says it is in.

interface Value {
  type: string;
  value?: string | string[];
  lane_type?: string;
  values?: Value[];
}

interface Action {
  type: string;
  module?: string;
  field: string;
  args?: Value[];
}

export interface Command {
  type: string;
  line: number;
  name?: string;
  as?: string;
  text?: string;
  filename?: string;
  module_type?: string;
  instance?: string;
  module?: string;
  action?: Action;
  expected?: Value[];
}

/** A string literal of these bytes. */
export function quote(bytes: Uint8Array): string {
  return `"${[...bytes].map((b) => `\\${b.toString(16).padStart(2, "0")}`).join("")}"`;
}

const quoteText = (text: string) => quote(Buffer.from(text));

/** The float with these bits, as a hexadecimal literal. */
function float(text: string, bits: number): string {
  if (text.startsWith("nan:")) return text;
  const word = BigInt.asUintN(bits, BigInt(text));
  const exponentBits = bits == 32 ? 8 : 11;
  const fractionBits = bits - 1 - exponentBits;
  const sign = word >> BigInt(bits - 1) == 0n ? "" : "-";
  const exponent = Number((word >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n));
  const fraction = word & ((1n << BigInt(fractionBits)) - 1n);
  if (exponent == (1 << exponentBits) - 1) return sign + (fraction == 0n ? "inf" : `nan:0x${fraction.toString(16)}`);
  const bias = (1 << (exponentBits - 1)) - 1;
  const digits = Math.ceil(fractionBits / 4);
  const shown = (fraction << BigInt(digits * 4 - fractionBits)).toString(16).padStart(digits, "0");
  return exponent == 0 ? `${sign}0x0.${shown}p${1 - bias}` : `${sign}0x1.${shown}p${exponent - bias}`;
}

const heapTypes = new Map([
  ["funcref", "func"],
  ["externref", "extern"],
  ["anyref", "any"],
  ["eqref", "eq"],
  ["i31ref", "i31"],
  ["structref", "struct"],
  ["arrayref", "array"],
  ["exnref", "exn"],
  ["nullref", "none"],
  ["nullfuncref", "nofunc"],
  ["nullexternref", "noextern"],
  ["nullexnref", "noexn"],
]);

function value(v: Value): string {
  if (v.type == "either") return `(either ${(v.values as Value[]).map(value).join(" ")})`;
  if (v.type == "refnull") return "(ref.null)";
  const number = (text: string, type: string) => (type.startsWith("f") ? float(text, Number(type.slice(1))) : text);
  if (v.type == "v128") {
    const lane = v.lane_type as string;
    const lanes = (v.value as string[]).map((text) => number(text, lane));
    return `(v128.const ${lane}x${128 / Number(lane.slice(1))} ${lanes.join(" ")})`;
  }
  if (/^[if]\d+$/.test(v.type)) return `(${v.type}.const ${number(v.value as string, v.type)})`;
  const heap = heapTypes.get(v.type);
  if (heap == undefined) throw new Error(`a value of type ${v.type}`);
  if (v.value == "null" || heap.startsWith("no")) return `(ref.null ${heap})`;
  if (v.value == undefined) return `(ref.${heap})`;
  return heap == "extern" ? `(ref.extern ${v.value})` : `(ref.host ${v.value})`;
}

function action(a: Action): string {
  const module = a.module == undefined ? "" : ` $${JSON.stringify(a.module)}`;
  return `(${a.type}${module} ${quoteText(a.field)} ${(a.args ?? []).map(value).join(" ")})`;
}

/** A command; `load` gives the contents of module files. */
function command(c: Command, load: (name: string) => Uint8Array): string {
  const module = (keywords = "module") => {
    const name = c.name == undefined ? "" : ` $${JSON.stringify(c.name)}`;
    return `(${keywords}${name} ${c.module_type == "text" ? "quote" : "binary"} ${quote(load(c.filename as string))})`;
  };
  const text = c.text == undefined ? "" : quoteText(c.text);
  switch (c.type) {
    case "module":
      return module();
    case "module_definition":
      return module("module definition");
    case "module_instance":
      return `(module instance $${c.instance} $${c.module})`;
    case "register":
      return `(register ${quoteText(c.as as string)}${c.name == undefined ? "" : ` $${JSON.stringify(c.name)}`})`;
    case "action":
      return action(c.action as Action);
    case "assert_return":
      return `(assert_return ${action(c.action as Action)} ${(c.expected as Value[]).map(value).join(" ")})`;
    case "assert_trap":
    case "assert_exhaustion":
    case "assert_exception":
      return `(${c.type} ${action(c.action as Action)} ${text})`;
    case "assert_uninstantiable":
      return `(assert_trap ${module()} ${text})`;
  }
  return `(${c.type} ${module()} ${text})`;
}

export function toWast(commands: Command[], load: (name: string) => Uint8Array): string {
  let text = "";
  let line = 1;
  for (const c of commands) {
    for (; line < c.line; line++) text += "\n";
    text += command(c, load);
  }
  return text;
}
