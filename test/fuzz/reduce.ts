// Makes a module that shows a failure smaller as long as it still shows it: calls, functions, fields, statements and
// expressions go or become constants. `fails` must be true of the tree given.

import { type Node, type Tree, zero } from "./tree";

type Fails = (tree: Tree) => boolean;

class Reducer {
  private readonly tree: Tree;
  private readonly fails: Fails;
  private readonly deadline: number;

  constructor(tree: Tree, fails: Fails, seconds: number) {
    this.tree = tree;
    this.fails = fails;
    this.deadline = performance.now() + seconds * 1000;
  }

  private get isLate(): boolean {
    return performance.now() > this.deadline;
  }

  /** Keeps a change, which `undo` takes back, if the failure stays. */
  private keeps(undo: () => void): boolean {
    if (!this.isLate && this.fails(this.tree)) return true;
    undo();
    return false;
  }

  /** Takes away parts of a list, large ones first. */
  private thin<T>(list: T[]): boolean {
    let changed = false;
    for (let size = list.length; size > 0; size >>= 1) {
      for (let at = list.length - size; at >= 0 && !this.isLate; at -= size) {
        const removed = list.splice(at, size);
        if (this.keeps(() => list.splice(at, 0, ...removed))) changed = true;
      }
    }
    return changed;
  }

  private functions(): boolean {
    let changed = this.thin(this.tree.funcs);
    for (const f of this.tree.funcs) {
      const { body } = f;
      if (body.length == f.results.length && body.every((n) => n.op.endsWith(".const"))) continue;
      f.body = f.results.map(zero);
      if (this.keeps(() => (f.body = body))) changed = true;
    }
    return changed;
  }

  private list(list: Node[]): boolean {
    let changed = this.thin(list);
    for (let i = 0; i < list.length && !this.isLate; i++) {
      if (this.unwrap(list, i)) changed = true;
      if (i < list.length && this.expression(list, i)) changed = true;
    }
    return changed;
  }

  /** Puts what a structure contains in its place. */
  private unwrap(list: Node[], i: number): boolean {
    const n = list[i];
    for (const inner of [n.body, n.orelse]) {
      if (inner == undefined) continue;
      list.splice(i, 1, ...inner);
      if (this.keeps(() => list.splice(i, inner.length, n))) return true;
    }
    return false;
  }

  /** Makes element `i` of a list, or what is in it, simpler. */
  private expression(list: Node[], i: number): boolean {
    const n = list[i];
    let changed = false;
    if (n.type != "" && !n.op.endsWith(".const") && n.op != "local.get") {
      list[i] = zero(n.type);
      if (this.keeps(() => (list[i] = n))) return true;
      for (const inner of descendants(n)) {
        if (inner.type != n.type) continue;
        list[i] = inner;
        if (this.keeps(() => (list[i] = n))) return true;
      }
    }
    if (/\.const$/.test(n.op) && n.text != "0" && n.text != "1") {
      const { text } = n;
      n.text = "1";
      if (this.keeps(() => (n.text = text))) changed = true;
    }
    if (/\.(load|store)/.test(n.op) && n.text != "") {
      const { text } = n;
      n.text = "";
      if (this.keeps(() => (n.text = text))) changed = true;
    }
    if (n.params != undefined && n.params.length > 0) this.dropParameters(n);
    if (n.sinks != undefined && n.body != undefined) this.dropResults(n);
    if (n.catches != undefined && this.thin(n.catches)) changed = true;
    for (let k = 0; k < n.args.length && !this.isLate; k++) if (this.expression(n.args, k)) changed = true;
    if (n.body != undefined && this.list(n.body)) changed = true;
    if (n.orelse != undefined && this.list(n.orelse)) changed = true;
    return changed;
  }

  private dropParameters(n: Node): void {
    const { params, args, into } = n;
    n.params = [];
    n.into = [];
    n.args = n.op == "if" ? args.slice(-1) : [];
    this.keeps(() => Object.assign(n, { params, args, into }));
  }

  /** Results that are put into locals, with the values at the end or, where a branch is the end, without. */
  private dropResults(n: Node): void {
    const { results, sinks, body } = n;
    for (const count of [0, sinks?.length ?? 0]) {
      n.results = [];
      n.sinks = undefined;
      n.body = body?.slice(0, body.length - count);
      if (this.keeps(() => Object.assign(n, { results, sinks, body }))) return;
    }
  }

  run(): void {
    for (let changed = true; changed && !this.isLate; ) {
      changed = this.thin(this.tree.calls);
      if (this.functions()) changed = true;
      for (const f of this.tree.funcs) if (this.list(f.body)) changed = true;
      for (const f of this.tree.funcs) if (this.thin(f.locals)) changed = true;
      if (this.thin(this.tree.fields)) changed = true;
    }
  }
}

function descendants(n: Node): Node[] {
  const below = [...n.args, ...(n.body ?? []), ...(n.orelse ?? [])];
  return [...below, ...below.flatMap(descendants)];
}

export function reduce(tree: Tree, fails: Fails, seconds: number): Tree {
  const copy = structuredClone(tree);
  new Reducer(copy, fails, seconds).run();
  return copy;
}
