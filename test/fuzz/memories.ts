// Accesses at random to all memories of a module: most addresses lie inside, some at the ends of the memory, of 32 bits and, in
// 64-bit memories, of 64.

import { loads, stores } from "./operations";
import type { FunctionMaker } from "./generate";
import type { Index, Memory } from "./shape";
import { node, type Node, type Type } from "./tree";

const OFFSETS = [0, 0, 0, 0, 1, 2, 3, 4, 7, 8, 12, 16, 24, 100, 255, 256, 1000, 4096, 32752, 65527, 65532];
const FAR_OFFSETS = [65528, 65535, 65536, 131072, 0x7ffffff8, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];
const WIDE_OFFSETS = ["4294967296", "4294967304", "8589934592", "0x7ffffffffffffff8", "0x8000000000000000"];
const WIDEST_OFFSETS = ["0xfffffffffffffff8", "0xffffffffffffffff", "0xffffffff00000000"];
const WIDE_ADDRESSES = [
  0x1_0000_0000n,
  0x1_0000_0008n,
  0xffff_fffcn,
  0xffff_ffffn,
  -1n,
  -8n,
  -65536n,
  1n << 47n,
  1n << 63n,
];
/** Masks of addresses to which most offsets can be added. */
const LOW = [255, 1023, 4095, 0x7ffc, 0x3fff];
const LENGTHS = [0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 100, 128, 129, 1000];

const constant = (type: Index, n: number | bigint): Node => node(`${type}.const`, type, `${n}`);
const binary = (op: string, type: Index, a: Node, b: Node): Node => node(`${type}.${op}`, type, "", a, b);

/** A number of 32 bits as an index of a memory or table. */
export function widened(index: Index, value: Node): Node {
  return index == "i32" ? value : node("i64.extend_i32_u", "i64", "", value);
}

/** An index of a memory or table as 32 bits. */
export function narrowed(index: Index, value: Node): Node {
  return index == "i32" ? value : node("i32.wrap_i64", "i32", "", value);
}

function masked(m: FunctionMaker, depth: number): Node {
  return binary(
    "and",
    "i32",
    m.expression("i32", depth),
    constant("i32", m.r.pick([255, 1023, 4095, 0xfff8, 0x7ffc, 0x3fff])),
  );
}

function scaled(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const product = binary("shl", "i32", m.expression("i32", depth - 1), constant("i32", r.below(5)));
  const first = r.one(3) ? product : binary("and", "i32", product, constant("i32", 0xff8));
  const sum = binary("add", "i32", first, masked(m, depth - 1));
  return r.one(2) ? sum : binary("and", "i32", sum, constant("i32", 0xffff));
}

function wrapped(m: FunctionMaker, depth: number): Node {
  const mask = m.r.one(2) ? 16383 : 0x7fff_0000_0000_0000n + 16376n;
  return narrowed("i64", binary("and", "i64", m.expression("i64", depth), constant("i64", mask)));
}

function address32(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  if (m.shape.isCalm && !r.one(30))
    return binary("and", "i32", m.expression("i32", depth), constant("i32", r.pick(LOW)));
  const k = (...all: number[]) => constant("i32", r.pick(all));
  return r.weighted<() => Node>([
    [8, () => masked(m, depth)],
    [3, () => m.leaf("i32")],
    [3, () => binary("add", "i32", masked(m, depth), k(1, 4, 8, -1, -4, -8, 16, 1000, -65536))],
    [2, () => binary("sub", "i32", masked(m, depth), k(1, 4, 8, -8))],
    [3, () => scaled(m, depth)],
    [1, () => k(0, 4, 8, 1024, 65528, 65532, 65535, 65536, -1, -4, -8)],
    [1, () => wrapped(m, depth)],
    [1, () => binary("shr_u", "i32", m.expression("i32", depth), k(16, 17, 20, 24))],
    [1, () => m.expression("i32", depth)],
  ])();
}

function address64(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const near = () =>
    binary("and", "i64", m.expression("i64", depth), constant("i64", r.pick([255, 4095, 0xfff8, 0x3fff])));
  const k = (...all: (number | bigint)[]) => constant("i64", r.pick(all));
  if (m.shape.isCalm && !r.one(30)) {
    return r.one(2) ? widened("i64", address32(m, depth)) : binary("and", "i64", m.expression("i64", depth), k(...LOW));
  }
  return r.weighted<() => Node>([
    [8, () => widened("i64", address32(m, depth))],
    [8, near],
    [3, () => binary("add", "i64", near(), k(1, 4, 8, -1, -4, -8, 16, 1000, -65536))],
    [2, () => binary("sub", "i64", near(), k(1, 4, 8, -8))],
    [2, () => binary("add", "i64", near(), binary("shl", "i64", near(), k(0, 1, 2, 3, 4)))],
    [1, () => k(0, 8, 65528, 65532, 65535, 65536)],
    [r.one(2) ? 1 : 0, () => k(...WIDE_ADDRESSES)],
    // Inside but for a bit beyond the lowest 32.
    [r.one(4) ? 1 : 0, () => binary("or", "i64", near(), k(1n << 32n, 1n << 33n, 1n << 48n, 1n << 63n))],
    [r.one(4) ? 1 : 0, () => node("i64.extend_i32_s", "i64", "", address32(m, depth))],
    [r.one(4) ? 1 : 0, () => m.leaf("i64")],
  ])();
}

export function address(m: FunctionMaker, memory: Memory, depth: number): Node {
  return memory.index == "i32" ? address32(m, depth) : address64(m, depth);
}

/** How an instruction names its memory: memory 0 needs no name. */
function named(m: FunctionMaker, memory: Memory): string {
  return memory.name == "$m0" && (m.shape.memories.length == 1 || m.r.one(2)) ? "" : memory.name;
}

/** Without a trap for what is masked. */
function near(m: FunctionMaker, memory: Memory, bytes: number): string {
  const { r } = m;
  const align = r.one(6) ? `align=${1 << r.below(Math.log2(bytes) + 1)}` : "";
  return [named(m, memory), r.one(2) ? "" : `offset=${r.pick(OFFSETS.slice(0, -2))}`, align]
    .filter((part) => part != "")
    .join(" ");
}

export function memarg(m: FunctionMaker, memory: Memory, bytes: number): string {
  const { r } = m;
  if (m.shape.isCalm && !r.one(100)) return near(m, memory, bytes);
  let offset = `${r.one(60) ? r.pick(FAR_OFFSETS) : r.pick(OFFSETS)}`;
  if (memory.index == "i64" && r.one(60)) offset = r.pick(r.one(2) ? WIDE_OFFSETS : WIDEST_OFFSETS);
  const align = r.one(6) ? `align=${1 << r.below(Math.log2(bytes) + 1)}` : "";
  return [named(m, memory), offset == "0" ? "" : `offset=${offset}`, align].filter((part) => part != "").join(" ");
}

export function load(m: FunctionMaker, type: Type, depth: number): Node {
  const { name, bytes } = m.r.pick(loads.filter((access) => access.type == type));
  const memory = m.r.pick(m.shape.memories);
  return node(name, type, memarg(m, memory, bytes), address(m, memory, depth - 1));
}

/** A store of any value or of the one given. */
export function store(m: FunctionMaker, depth: number, value?: Node): Node {
  const { name, type, bytes } = m.r.pick(value == undefined ? stores : stores.filter((s) => s.type == value.type));
  const memory = m.r.pick(m.shape.memories);
  const at = address(m, memory, depth - 1);
  return node(name, "", memarg(m, memory, bytes), at, value ?? m.expression(type, depth - 1));
}

/** The size of a memory in pages, or what growing it gives. */
export function sizeOrGrow(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const memory = r.pick(m.shape.memories);
  const { index } = memory;
  if (!r.one(3)) return narrowed(index, node("memory.size", index, named(m, memory)));
  const delta = r.one(2) ? constant(index, r.below(3)) : m.expression(index, depth - 1);
  return narrowed(index, node("memory.grow", index, named(m, memory), delta));
}

export function bulk(m: FunctionMaker, depth: number): Node {
  const { r } = m;
  const memory = r.pick(m.shape.memories);
  const length = (index: Index) =>
    r.one(2)
      ? constant(index, r.pick(LENGTHS))
      : binary("and", index, m.expression(index, depth), constant(index, 255));
  const at = (of: Memory) => address(m, of, depth);
  const name = named(m, memory);
  const copy = () => {
    const from = r.pick(m.shape.memories);
    const names = from == memory && name == "" ? "" : `${memory.name} ${from.name}`;
    const index = memory.index == "i64" && from.index == "i64" ? "i64" : "i32";
    return node("memory.copy", "", names, at(memory), at(from), length(index));
  };
  const init = () => {
    const part = [constant("i32", r.below(12)), constant("i32", r.below(12))];
    return node("memory.init", "", `${name} $passive`.trim(), at(memory), ...part);
  };
  return r.weighted<() => Node>([
    [3, () => node("memory.fill", "", name, at(memory), m.expression("i32", depth), length(memory.index))],
    [4, copy],
    [1, init],
    [1, () => node("data.drop", "", r.one(3) ? "$passive" : "$active")],
  ])();
}

/** A store of what `combine` makes of something loaded; both addresses are of 32 bits, in one memory or two. */
export function moved(m: FunctionMaker, at: () => Node, combine: (loaded: Node) => Node): Node {
  const { r } = m;
  const [from, to] = [r.pick(m.shape.memories), r.pick(m.shape.memories)];
  const kind = r.pick(stores);
  const source = r.pick(loads.filter((access) => access.type == kind.type));
  const text = (memory: Memory, ...offsets: number[]) => `${named(m, memory)} offset=${r.pick(offsets)}`.trim();
  const loaded = node(source.name, source.type, text(from, 4096, 8192, 4100), widened(from.index, at()));
  return node(kind.name, "", text(to, 4096, 8192, 12288), widened(to.index, at()), combine(loaded));
}

// State that the calls can see.

/** A function that gives a memory's size in pages and a number made of all its bytes. */
export function memoryState({ name, index }: Memory): string {
  const size = `(memory.size ${name})`;
  const end = `(i64.shl ${index == "i64" ? size : `(i64.extend_i32_u ${size})`} (i64.const 16))`;
  const at = index == "i64" ? "(local.get $at)" : "(i32.wrap_i64 (local.get $at))";
  return `(func (export "memory${name.slice(2)}") (result i64 i64) (local $at i64) (local $sum i64)
    (block $done (loop $next (br_if $done (i64.ge_u (local.get $at) ${end}))
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.load ${name} ${at})))
      (local.set $at (i64.add (local.get $at) (i64.const 8))) (br $next)))
    ${end} (local.get $sum))`;
}
