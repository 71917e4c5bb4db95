// Exceptions at random: throws of all tags, and try_table whose clauses lead to blocks of their own and to any label that
// fits, that of a loop around it too. A handler may throw again what it was given.

import type { FunctionMaker, Label } from "./generate";
import type { Tag } from "./shape";
import { node, type Node, type Type } from "./tree";

export function throwing(m: FunctionMaker, depth: number): Node {
  const { name, types } = m.r.pick(m.shape.tags);
  return node("throw", "", name, ...m.some(types, depth - 1));
}

export function rethrow(m: FunctionMaker): Node {
  return node("throw_ref", "", "", m.leaf("exnref"));
}

/** What a clause hands to its label. */
function handed(tag: Tag | null, hasRef: boolean): Type[] {
  return [...(tag?.types ?? []), ...(hasRef ? (["exnref"] as Type[]) : [])];
}

function clause(tag: Tag | null, hasRef: boolean, label: string): string {
  return `(catch${tag == null ? "_all" : ""}${hasRef ? "_ref" : ""}${tag == null ? "" : ` ${tag.name}`} ${label})`;
}

/** Clauses that lead to labels there are. */
function fittingClauses(m: FunctionMaker): string[] {
  const found: string[] = [];
  for (const { name, types } of m.labels) {
    for (const tag of [null, ...m.shape.tags]) {
      for (const hasRef of [false, true]) {
        if (handed(tag, hasRef).join() == types.join()) found.push(clause(tag, hasRef, name));
      }
    }
  }
  return found;
}

/** As other structures are: its results go into locals if it is a statement. */
export function tryTable(m: FunctionMaker, results: Type[], depth: number, isStatement: boolean): Node {
  const { r, labels } = m;
  const done = m.fresh;
  labels.push({ name: done, types: results });
  const handlers: Label[] = [];
  const catches: string[] = [];
  for (let n = r.one(6) ? 0 : 1 + r.below(3); n > 0; n--) {
    const tag = r.one(4) ? null : r.pick(m.shape.tags);
    const hasRef = r.one(2);
    const handler = { name: m.fresh, types: handed(tag, hasRef) };
    catches.splice(r.below(catches.length + 1), 0, clause(tag, hasRef, handler.name));
    handlers.push(handler);
    labels.push(handler);
  }
  const fitting = fittingClauses(m);
  if (fitting.length > 0 && r.one(3)) catches.splice(r.below(catches.length + 1), 0, r.pick(fitting));

  const label = m.fresh;
  const own = r.one(2) ? results : m.resultTypes();
  const { params, args, into } = m.parameters(depth);
  const body = m.inside({ name: label, types: own }, depth - 1, own);
  // Something in it throws, or may: here or in what it calls.
  const source = r.below(4);
  const at = body.length - own.length;
  if (source == 0) body.splice(r.below(at + 1), 0, m.when(2, throwing(m, 2)));
  else if (source == 1) body.splice(at, 0, throwing(m, 2));
  else if (source == 2) body.splice(r.below(at + 1), 0, m.manyCall(3));
  const sinks = own.map((type) => m.sink(type));
  let list: Node[] = [
    { op: "try_table", type: "", text: "", args, label, params, into, results: own, sinks, catches, body },
  ];
  for (let handler = handlers.pop(); handler != undefined; handler = handlers.pop()) {
    labels.pop();
    const { name, types } = handler;
    // Past the handler, or into it with other values.
    const leave = r.one(8) ? m.some(types, 2) : [node("br", "", done, ...m.some(results, 2))];
    const taken = types.map((type) => m.sink(type));
    const block = { op: "block", type: "" as const, text: "", args: [], label: name, results: types };
    list = [{ ...block, sinks: taken, body: [...list, ...leave] }, ...m.statements(6 - depth)];
    if (types.at(-1) == "exnref" && r.one(2)) {
      const held = node("local.get", "exnref", taken[taken.length - 1]);
      if (r.one(3)) list.push(passing(m), ...opened(m, held));
      const again = node("throw_ref", "", "", node("local.get", "exnref", taken[taken.length - 1]));
      list.push(r.one(4) ? again : m.when(2, again));
    }
  }
  const last = m.some(results, Math.min(depth - 1, 3));
  labels.pop();
  return m.structure("block", results, isStatement, { label: done, body: [...list, ...last] });
}

/** Another exception that comes and goes while references to earlier ones are kept. */
function passing(m: FunctionMaker): Node {
  const [label, inner] = [m.fresh, m.fresh];
  const catches = [clause(null, false, label)];
  const block = { type: "" as const, text: "", args: [] };
  const body: Node[] = [{ ...block, op: "try_table", label: inner, catches, body: [throwing(m, 2)] }];
  return { ...block, op: "block", label, body };
}

/** Throws again what a local refers to, if anything, and takes what comes out into locals, whichever tag it has. */
export function opened(m: FunctionMaker, reference = m.leaf("exnref")): Node[] {
  const { r } = m;
  const done = m.fresh;
  const which = m.sink("i32");
  const tags = m.shape.tags.map((tag) => ({ tag, label: m.fresh, hasRef: r.one(3) }));
  const block = { op: "block", type: "" as const, text: "", args: [] };
  const again = node("throw_ref", "", "", reference);
  const catches = tags.map(({ tag, hasRef, label }) => clause(tag, hasRef, label));
  let body: Node[] = [{ op: "try_table", type: "", text: "", args: [], label: m.fresh, catches, body: [again] }];
  tags.forEach(({ tag, label, hasRef }, i) => {
    const results = handed(tag, hasRef);
    const sinks = results.map((type) => m.sink(type));
    const inner: Node = { ...block, label, results, sinks, body: [...body, node("unreachable", "", "")] };
    body = [inner, node("local.set", "", which, node("i32.const", "i32", `${i}`)), node("br", "", done)];
  });
  const isNull = node("ref.is_null", "i32", "", reference);
  return [{ ...block, label: done, body: [node("br_if", "", done, isNull), ...body] }];
}
