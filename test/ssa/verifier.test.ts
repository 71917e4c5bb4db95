// The verifier accepts what is right and names what is wrong, one broken invariant a case.

import { expect, test } from "bun:test";
import { parse } from "./helpers";
import { Func } from "../../src/ssa/func";
import { Op } from "../../src/ssa/op";
import { verify } from "../../src/ssa/verifier";

function text(): string {
  return `func 0, type 1
b0:
  v0:i32 = param 0
  v1:i64 = param 1
  v2:f32 = const 0x3f800000
  v3:i32 = const 0
  branch v0, b1, b3
b1: (preds b0, b2)
  v5:i32 = phi v0, v9
  v6:i32 = load m0[v5]
  v7:i32 = add v5, v6
  branch v7, b2, b3
b2: (preds b1)
  v9:i32 = sub v7, v3
  jump b1
b3: (preds b0, b1)
  v12:i32 = phi v3, v7
  v13:i64 = load raw[v1]
  v14:f64 = promote v2
  v15:i32 = feq v14, v14
  v16:i32 = eqz v13
  v17:i64 = select v13, v1, v15
  v18:i32 = bitcast v2
  store8 m0[v12], v17
  v20:i32 = call_indirect t0, type 1, v12, v2
  v21:i32 = result 0, v20
  v22:ref = const 0
  v23:i32 = eqz v22
  v24:i64 = bitcast v22
  global_set g0, v22
  v26:i64 = syscall v1, v1, v1, v1, v1, v1, v1
  switch v12, b4, b4, b5
b4: (preds b3, b3)
  v28:i32 = phi v12, v20
  return v28
b5: (preds b3)
  trap 0
`;
}

test("a right function is accepted", () => {
  expect(verify(parse(text()))).toBe("");
});

/** Replacing a line of the right function must give this complaint. */
const textual: Array<[string, string, string]> = [
  ["v7:i32 = add v5, v6", "v7:i32 = add v5, v1", "operand 1 is i64"],
  ["v7:i32 = add v5, v6", "v7:i64 = add v5, v6", "operand 0 is i32"],
  ["v7:i32 = add v5, v6", "v7:f32 = add v5, v6", "result is f32"],
  ["v7:i32 = add v5, v6", "v7:i32 = add v5, v9", "v9 does not dominate its use"],
  ["v7:i32 = add v5, v6", "v7:i32 = add v5, v7", "v7 does not dominate its use"],
  ["v7:i32 = add v5, v6", "v7:i32 = param 0", "a parameter outside of the entry block"],
  ["v7:i32 = add v5, v6", "v7:i32 = result 0, v5", "result of something that is not a call"],
  ["v7:i32 = add v5, v6", "v7:i32 = nop", "operation 0 is not allowed"],
  ["v7:i32 = add v5, v6", "v7:i32 = copy v5", "operation 1 is not allowed"],
  ["v5:i32 = phi v0, v9", "v5:i32 = phi v0", "1 operands for 2 predecessors"],
  ["v5:i32 = phi v0, v9", "v5:i32 = phi v0, v0, v9", "3 operands for 2 predecessors"],
  ["v5:i32 = phi v0, v9", "v5:i32 = phi v9, v0", "v9 does not reach b0"],
  ["v5:i32 = phi v0, v9", "v5:i32 = phi v0, v1", "operand 1 is i64"],
  ["v12:i32 = phi v3, v7", "v12:i32 = phi v3, v9", "v9 does not reach b1"],
  ["v6:i32 = load m0[v5]", "v6:i32 = load raw[v5]", "a raw address must be i64"],
  ["v6:i32 = load m0[v5]", "v6:i32 = load32_s m0[v5]", "result is i32"],
  ["branch v7, b2, b3", "branch v2, b2, b3", "operand 0 is f32"],
  ["branch v7, b2, b3", "branch v7, b2", "1 successors instead of 2"],
  ["branch v7, b2, b3", "branch v7, b2, b2", "predecessor lists do not agree"],
  ["branch v7, b2, b3", "return v7", "predecessor lists do not agree"],
  ["  jump b1\n", "", "b2 has no terminator"],
  ["  jump b1\n", "  jump b1\n  jump b1\n", "a terminator inside a block"],
  ["  jump b1\n", "  jump b4\n", "predecessor lists do not agree"],
  ["b3: (preds b0, b1)", "b3: (preds b0)", "predecessor lists do not agree"],
  ["b3: (preds b0, b1)", "b3: (preds b0, b1, b1)", "predecessor lists do not agree"],
  ["b4: (preds b3, b3)", "b4: (preds b3, b3, b3)", "predecessor lists do not agree"],
  ["b4: (preds b3, b3)", "b4: (preds b3)", "predecessor lists do not agree"],
  ["switch v12, b4, b4, b5", "switch v12", "no successors"],
  [
    "  v12:i32 = phi v3, v7\n  v13:i64 = load raw[v1]",
    "  v13:i64 = load raw[v1]\n  v12:i32 = phi v3, v7",
    "a phi after",
  ],
  ["v14:f64 = promote v2", "v14:f32 = promote v2", "result is f32"],
  ["v15:i32 = feq v14, v14", "v15:i32 = feq v14, v2", "operand 1 is f32"],
  ["v15:i32 = feq v14, v14", "v15:f64 = feq v14, v14", "result is f64"],
  ["v16:i32 = eqz v13", "v16:i32 = eqz v2", "operand 0 is f32"],
  ["v17:i64 = select v13, v1, v15", "v17:i64 = select v13, v15, v15", "operand 1 is i32"],
  ["v17:i64 = select v13, v1, v15", "v17:i64 = select v13, v1, v1", "operand 2 is i64"],
  ["v18:i32 = bitcast v2", "v18:i32 = bitcast v0", "types do not match"],
  ["v18:i32 = bitcast v2", "v18:i64 = bitcast v2", "types do not match"],
  ["store8 m0[v12], v17", "v19:i32 = store8 m0[v12], v17", "it has no result, but a type"],
  ["store8 m0[v12], v17", "store8 m0[v12], v2", "operand 1 is f32"],
  ["global_set g0, v22", "global_set g0, v19", "operand 0 is none"],
  ["return v28", "return v29", "v29 does not dominate"],
  ["v26:i64 = syscall v1, v1", "v26:i64 = syscall v0, v1", "operand 0 is i32"],
  ["call_indirect t0, type 1, v12, v2", "call_indirect t0, type 1, v2", "it has no integer index"],
  ["call_indirect t0, type 1, v12, v2", "call_indirect t0, type 1", "it has no integer index"],
];

test("each broken invariant of a text is named", () => {
  for (const [line, other, message] of textual) {
    expect(text()).toContain(line);
    expect(verify(parse(text().replace(line, other)))).toContain(message);
  }
});

test("an edge that descends must be a back edge", () => {
  const crossing = "func 0, type 0\nb0:\n  v0:i32 = param 0\n  branch v0, b1, b2\nb1:\n  return\nb2:\n  jump b1\n";
  expect(verify(parse(crossing))).toContain("edge from b2 to b1 descends and is no back edge");
  const twoEntries = "func 0, type 0\nb0:\n  v0:i32 = param 0\n  branch v0, b1, b2\nb1:\n  jump b2\nb2:\n  jump b1\n";
  expect(verify(parse(twoEntries))).toContain("edge from b2 to b1 descends and is no back edge");
  expect(verify(parse("func 0, type 0\nb0:\n  return\nb1:\n  return\n"))).toContain("b1 is not reachable");
  expect(verify(parse("func 0, type 0\nb0:\n  jump b0\n"))).toContain("the entry block has predecessors");
  expect(verify(parse("func 0, type 0\n"))).toContain("no entry block");
});

const structural: Array<[(func: Func) => void, string]> = [
  [(f) => f.prev.set(7, 5), "list of values is broken"],
  [(f) => f.next.set(6, 8), "list of values is broken"],
  [(f) => f.next.set(7, 5), "list of values is broken"],
  [(f) => f.next.set(7, 999), "list of values is broken"],
  [(f) => f.block.set(7, 2), "list of values is broken"],
  [(f) => f.lastValue.set(1, 7), "lastValue is not the last value"],
  [(f) => f.firstValue.set(2, -1), "lastValue is not the last value"],
  [(f) => f.buildBlock(), "b6 is empty"],
  [(f) => f.block.set(f.buildValue(Op.Const, 1, 0, 0, 0, 0, 0, -1), 1), "is not in the list of its block"],
  [(f) => f.succStart.set(1, 9999), "edges out of range"],
  [(f) => f.predCount.set(1, -1), "edges out of range"],
  [(f) => f.edges.set(f.succStart.get(1), 77), "which does not exist"],
  [(f) => f.a.set(7, 9999), "operand v9999 is in no block"],
  [(f) => f.a.set(7, -1), "operand v-1 is in no block"],
  [(f) => f.a.set(5, 9999), "operands out of range"],
  [(f) => f.remove(3), "is in no block"],
  [(f) => f.immHi.set(3, 1), "high bits in a constant of 32 bits"],
];

test("each broken structure is named", () => {
  for (const [breakIt, message] of structural) {
    const func = parse(text());
    breakIt(func);
    expect(verify(func)).toContain(message);
  }
});
