// References to functions at random: of a type that is known or of any, null or not, in locals, tables, globals, parameters,
// tags, and branches that look whether there is one.

import type { FunctionMaker } from "./generate";
import { narrowed } from "./memories";
import type { Index, Table } from "./shape";
import { type FuncType, isNumber, node, type Node, referredType, type Type } from "./tree";

const small = (index: Index, n: number): Node => node(`${index}.const`, index, `${n}`);

/** A reference that is there or null, without anything to compute. */
export function constantReference(m: FunctionMaker, type: Type): Node | null {
  const { r, shape } = m;
  if (type == "exnref" || type == "externref" || r.one(4)) return null;
  const name = type == "funcref" ? r.pick(shape.signatures).name : referredType(type as FuncType);
  return node("ref.func", type, `$${name}`);
}

function tableIndex(m: FunctionMaker, { index }: Table, depth: number): Node {
  const { r } = m;
  if (r.one(20)) return m.expression(index, depth);
  if (index == "i64" && r.one(30)) return node("i64.const", index, r.pick(["4294967296", "4294967297", "-1"]));
  return node(`${index}.and`, index, "", m.expression(index, depth), small(index, 7));
}

/** A function from a table at an index that mostly is its own. */
export function indirect(m: FunctionMaker, type: Type | "", name: string, args: Node[], depth: number): Node {
  const table = m.r.pick(m.shape.tables.filter((t) => t.type != "externref"));
  const at = m.shape.signatures.findIndex((signature) => signature.name == name);
  const isTheirs = table.type == "funcref" && !m.r.one(12);
  const index = isTheirs ? small(table.index, at) : tableIndex(m, table, depth - 1);
  return node("call_indirect", type, `${table.name} (type $${name})`, ...args, index);
}

/** A call through a reference, which mostly is of the function that has given its name to the type. */
export function throughReference(m: FunctionMaker, type: Type | "", name: string, args: Node[], depth: number): Node {
  const reference: FuncType = `(ref null $${name})`;
  const isKnown = m.shape.functionTypes.includes(reference) && m.r.one(2);
  const target = isKnown ? m.expression(reference, depth - 1) : node("ref.func", reference, `$${name}`);
  return node("call_ref", type, `$${name}`, ...args, target);
}

/** A reference that leaves its block early if it is one. */
function leaving(m: FunctionMaker, type: Type, depth: number): Node {
  const label = m.fresh;
  const body = m.inside({ name: label, types: [type] }, depth - 1, [type]);
  const test = node("br_on_non_null", "", label, m.expression(type, depth - 1));
  return m.structure("block", [type], false, { label, body: [test, ...body] });
}

export function reference(m: FunctionMaker, type: Type, depth: number): Node {
  const { r, shape } = m;
  if (type == "exnref") return m.leaf(type);
  const isTyped = !isNumber(type) && type != "funcref" && type != "externref";
  const tables = shape.tables.filter((table) => table.type == type);
  const empty = m.labels.filter(({ types }) => types.length == 0);
  const inner = () => m.expression(type, depth - 1);
  return r.weighted<() => Node>([
    [4, () => m.leaf(type)],
    [tables.length > 0 ? 5 : 0, () => fromTable(m, type, r.pick(tables), depth)],
    [2, () => node("select", type, `(result ${type})`, inner(), inner(), m.condition(depth - 1))],
    // Any function is a function.
    [
      type == "funcref" && shape.functionTypes.length > 0 ? 3 : 0,
      () => m.expression(r.pick(shape.functionTypes), depth),
    ],
    [isTyped ? 1 : 0, () => node("ref.as_non_null", type, "", inner())],
    [isTyped ? 1 : 0, () => leaving(m, type, depth)],
    [isTyped ? 1 : 0, () => m.block([type], depth, false)],
    [isTyped && empty.length > 0 ? 2 : 0, () => node("br_on_null", type, r.pick(empty).name, inner())],
    [isTyped ? 1 : 0, () => m.tee(type, depth)],
  ])();
}

function fromTable(m: FunctionMaker, type: Type, table: Table, depth: number): Node {
  return node("table.get", type, table.name, tableIndex(m, table, depth - 1));
}

/** A branch that is taken if there is no reference, or if there is one. */
export function branchOnNull(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const taking = m.labels.filter(({ types }) => m.shape.functionTypes.includes(types.at(-1) as FuncType));
  if (taking.length > 0 && r.one(2)) {
    const { name, types } = r.pick(taking);
    const sinks = types.slice(0, -1).map((type) => m.sink(type));
    return { ...node("br_on_non_null", "", name, ...m.some(types, depth - 1)), sinks };
  }
  const type = r.pick(m.shape.functionTypes);
  const { name, types } = r.pick(m.labels);
  const args = m.some([...types, type], depth - 1);
  return { ...node("br_on_null", "", name, ...args), sinks: [...types, type].map((t) => m.sink(t)) };
}

/** The size of a table, or what growing it gives. */
export function sizeOrGrow(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const { name, index, type } = r.pick(m.shape.tables);
  if (r.one(2)) return narrowed(index, node("table.size", index, name));
  return narrowed(index, node("table.grow", index, name, m.expression(type, depth - 1), small(index, r.below(3))));
}

/** A statement that changes a table. */
export function change(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const table = r.pick(m.shape.tables);
  const { name, index, type } = table;
  const at = (of = index) => small(of, r.below(8));
  const value = () => m.expression(type, depth);
  const copy = () => {
    // A table of one type is a source for one of all.
    const from = r.pick(m.shape.tables.filter((t) => t.type == type || (type == "funcref" && t.type != "externref")));
    const length: Index = index == "i64" && from.index == "i64" ? "i64" : "i32";
    return node("table.copy", "", `${name} ${from.name}`, at(), at(from.index), small(length, r.below(5)));
  };
  const hasElements = table.elements != "";
  const init = () =>
    node("table.init", "", `${name} ${table.elements}`, at(), small("i32", r.below(3)), small("i32", r.below(3)));
  return r.weighted<() => Node>([
    [3, () => node("table.set", "", name, tableIndex(m, table, depth), value())],
    [1, () => node("table.fill", "", name, at(), value(), small(index, r.below(5)))],
    [m.shape.tables.length > 1 ? 3 : 1, copy],
    [hasElements ? 2 : 0, init],
    [hasElements && r.one(2) ? 1 : 0, () => node("elem.drop", "", table.elements)],
  ])();
}

/** A function that gives the sizes of tables and which entries are null in one number. */
export function tableState(tables: Table[]): string {
  const parts = tables.map(({ name, index }) => {
    const size = index == "i64" ? `(i32.wrap_i64 (table.size ${name}))` : `(table.size ${name})`;
    const at = index == "i64" ? "(i64.extend_i32_u (local.get $at))" : "(local.get $at)";
    return `(local.set $at (i32.const 0)) (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) ${size}))
    (block $done (loop $next (br_if $done (i32.ge_u (local.get $at) ${size}))
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (ref.is_null (table.get ${name} ${at}))))
      (local.set $at (i32.add (local.get $at) (i32.const 1))) (br $next)))`;
  });
  return `(func (export "tables") (result i32) (local $at i32) (local $sum i32) ${parts.join("\n")} (local.get $sum))`;
}
