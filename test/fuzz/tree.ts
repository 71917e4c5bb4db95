// Modules as trees of instructions that can be printed as text and made smaller. What an expression needs from outside its
// tree (the parameters of a block, say) it has as arguments; what it leaves beyond one value it puts into locals.

/** References to functions of a type that has a name. */
export type FuncType = `(ref null $${string})`;
export type Type = "i32" | "i64" | "f32" | "f64" | "funcref" | "externref" | "exnref" | FuncType;

export const NUMBERS: Type[] = ["i32", "i64", "f32", "f64"];

export const isNumber = (type: Type): boolean => NUMBERS.includes(type);
/** The name of the type that references are of. */
export const referredType = (type: FuncType): string => type.slice("(ref null $".length, -1);

export interface Node {
  /** The instruction's name; "raw" for text that stands as it is. */
  op: string;
  /** Its result; "" if it has none, or more than one. */
  type: Type | "";
  /** Its immediates, or the text of raw. */
  text: string;
  args: Node[];
  /** Of block, loop and if: */
  label?: string;
  params?: Type[];
  /** Locals that the parameters go to at the beginning. */
  into?: string[];
  /** What there is of results; those of type "" with several are put into locals. */
  results?: Type[];
  sinks?: string[];
  /** Of try_table: its clauses. */
  catches?: string[];
  body?: Node[];
  orelse?: Node[];
}

export interface Func {
  name: string;
  params: Type[];
  results: Type[];
  /** Name and type. */
  locals: [string, Type][];
  body: Node[];
}

/** A value by its bits, or null for a null reference. */
export interface Value {
  type: Type;
  bits: bigint;
}

export interface Call {
  name: string;
  args: Value[];
}

export interface Tree {
  /** Fields other than functions. */
  fields: string[];
  funcs: Func[];
  calls: Call[];
}

export function node(op: string, type: Type | "", text: string, ...args: Node[]): Node {
  return { op, type, text, args };
}

export const raw = (text: string): Node => node("raw", "", text);

export function zero(type: Type): Node {
  if (type == "funcref") return node("ref.null", type, "func");
  if (type == "externref") return node("ref.null", type, "extern");
  if (type == "exnref") return node("ref.null", type, "exn");
  if (!isNumber(type)) return node("ref.null", type, `$${referredType(type as FuncType)}`);
  return node(`${type}.const`, type, "0");
}

/** The argument whose NaN must look the same everywhere because its bits can be seen: its index, or -1. */
function visibleFloat(op: string): number {
  if (op == "i32.reinterpret_f32" || op == "i64.reinterpret_f64") return 0;
  return op == "f32.store" || op == "f64.store" || op.endsWith(".copysign") ? 1 : -1;
}

function canonical(text: string, type: string): string {
  const local = `$nan${type.slice(1)}`;
  const same = `(${type}.eq (local.get ${local}) (local.get ${local}))`;
  return `(select (local.tee ${local} ${text}) (${type}.const nan) ${same})`;
}

export function printNode(n: Node): string {
  if (n.op == "raw") return n.text;
  const args = n.args.map(printNode);
  const visible = visibleFloat(n.op);
  // A constant has the bits that it has.
  if (visible >= 0 && !n.args[visible].op.endsWith(".const")) {
    args[visible] = canonical(args[visible], n.args[visible].type);
  }
  const sinks = (n.sinks ?? []).map((local) => ` (local.set ${local})`);
  sinks.reverse();
  if (n.body == undefined)
    return `(${[n.op, n.text, ...args].filter((part) => part != "").join(" ")})${sinks.join("")}`;
  const head = [n.op, n.label ?? ""];
  if (n.params?.length) head.push(`(param ${n.params.join(" ")})`);
  if (n.results?.length) head.push(`(result ${n.results.join(" ")})`);
  if (n.catches?.length) head.push(...n.catches);
  const into = (n.into ?? []).map((local) => `(local.set ${local})`);
  into.reverse();
  const body = [...into, ...n.body.map(printNode)].join("\n");
  if (n.op != "if") return `${args.join(" ")} (${head.join(" ")}\n${body})${sinks.join("")}`;
  const condition = args.pop();
  const orelse = n.orelse == undefined ? "" : ` (else ${[...into, ...n.orelse.map(printNode)].join("\n")})`;
  return `${args.join(" ")} (${head.join(" ")} ${condition} (then ${body})${orelse})${sinks.join("")}`;
}

export function printFunc(f: Func): string {
  const locals = f.locals.map(([name, t]) => `(local ${name} ${t})`).join(" ");
  const body = f.body.map(printNode).join("\n");
  // Types that name themselves differ although they read alike.
  const type = [...f.params, ...f.results].every(isNumber) ? "" : ` (type $${f.name})`;
  const text = `(func $${f.name}${type}${typeText(f.params, f.results)} ${locals}\n${body})`;
  const extra = ["32", "64"].filter((width) => text.includes(`$nan${width}`)).map((w) => `(local $nan${w} f${w})`);
  return extra.length == 0 ? text : text.replace("\n", ` ${extra.join(" ")}\n`);
}

export function typeText(params: readonly string[], results: readonly string[]): string {
  return `${params.length ? ` (param ${params.join(" ")})` : ""}${results.length ? ` (result ${results.join(" ")})` : ""}`;
}

/** An exported function that refills what functions may use up, and calls; only numbers go in and come out. */
function printExport(f: Func): string {
  const params = f.params.filter(isNumber);
  const results = f.results.filter(isNumber);
  let i = 0;
  const args = f.params.map((type) =>
    isNumber(type) ? ` (local.get ${i++})` : ` (ref.func $${referredType(type as FuncType)})`,
  );
  // A reference is the last result.
  const drop = results.length < f.results.length ? " (drop)" : "";
  return `(func (export "${f.name}")${typeText(params, results)} (global.set $fuel (i32.const 200)) (call $${f.name}${args.join("")})${drop})`;
}

export function printTree(tree: Tree): string {
  const isFueled = tree.fields.some((field) => field.includes("$fuel"));
  const called = new Set(tree.calls.map((call) => call.name));
  const exports = tree.funcs.filter((f) => called.has(f.name));
  const funcs = tree.funcs.map((f) => {
    const text = printFunc(f);
    return isFueled || !called.has(f.name) ? text : text.replace(`$${f.name}`, `$${f.name} (export "${f.name}")`);
  });
  return `(module\n${[...tree.fields, ...funcs, ...(isFueled ? exports.map(printExport) : [])].join("\n")})\n`;
}

/** A value as the comments of regressions have it. */
export function valueText({ type, bits }: Value): string {
  if (type == "i32") return `i32:${BigInt.asIntN(32, bits)}`;
  if (type == "i64") return `i64:${BigInt.asIntN(64, bits)}`;
  return `${type}:0x${bits.toString(16)}`;
}
