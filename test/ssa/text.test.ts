// Printer and parser: texts survive a round trip, and wrong texts are refused with their line.

import { expect, test } from "bun:test";
import { parse, parseError, print } from "./helpers";
import { Op, opArity, opName, opSignature, hasPool } from "../../src/ssa/op";

const everything = `func 12, type 3
b0:
  v0:i32 = param 0
  v1:i64 = param 1  ; @0x21
  v2:f32 = const 0x7fc00000
  v3:f64 = const 0x3ff0000000000000
  v4:i64 = const 0x0000000080000000
  v5:i64 = const -2147483648
  v6:i32 = const -2147483648
  v7:i32 = const 2147483647
  v9:ref = const 0
  v8:ref = func_ref f7
  v10:i32 = load8_s m0[v0]  ; @0x45
  v11:i64 = load raw[v1+0x00000001fffffff0]
  v12:i32 = load m3[v0+65536]
  v13:i32 = load m0[v0+0x0000000080000000]
  store m0[v0+8], v3
  store8 m0[v0], v0
  global_set g3, v0
  v17:f32 = global_get g4
  v18:ref = table_get t1, v0
  table_set t2, v0, v18
  v30:i32 = call_indirect t0, type 5, v0, v1, v2
  call f9
  v32:i32 = result 1, v31
  v33:i64 = syscall v1, v1, v1, v1, v1, v1, v1
  copy_bytes v1, v1, v1
  fill_bytes v1, v0, v1
  v40 = store m0[v0], v1
  v41:i64 = code_bound 1
  v42:i32 = select v0, v6, v7
  branch v42, b2, b1  ; @0xffffffff
b1: (preds b0)
  switch v0, b2, b3, b2
b2: (preds b0, b1, b1, b3)
  v45:i32 = phi v0, v6, v7, v46
  v46:i32 = add v45, v45
  return v45, v1
b3: (preds b1)
  trap 3
`.replace("  ; @0xffffffff", "  ; @0x12345678");

test("a function that uses every form of line survives parsing and printing", () => {
  expect(print(parse(everything))).toBe(everything);
});

test("predecessors that are left out come in ascending order", () => {
  const short = "func 0, type 0\nb0:\n v0:i32 = param 0\n switch v0, b1, b2, b1\nb1:\n jump b2\nb2:\n return\n";
  const text = print(parse(short));
  expect(text).toContain("b1: (preds b0, b0)");
  expect(text).toContain("b2: (preds b0, b1)");
});

test("every operation has a name of its own and an arity that agrees with its signature", () => {
  const seen = new Set<string>();
  for (let op = 0; op < Op.Count; op++) {
    expect(seen.has(opName(op))).toBe(false);
    seen.add(opName(op));
    const operands = opSignature(op).split("/")[0]!.split(":")[1]!;
    expect(operands.endsWith("*")).toBe(hasPool(op));
    if (!hasPool(op)) expect(operands.length).toBe(opArity(op));
  }
});

function body(line: string): string {
  return `func 0, type 0\nb0:\n  v0:i32 = param 0\n${line}\n`;
}

const wrong: Array<[string, string]> = [
  ["", "line 1: expected func"],
  ["func x", "line 1: expected func"],
  ["func 1, tape 2", "line 1: expected type"],
  ["func 1, type 2\n  v0:i32 = param 0", "line 2: expected b0:"],
  ["func 1, type 2\nb1:\n", "line 2: expected b0"],
  [body("  v1:i32 = foo v0"), "line 4: unknown operation foo"],
  [body("  v0:i32 = const 1"), "line 4: v0 is defined twice"],
  [body("  v1:i32 = add v0"), "line 4: add needs 2 operands"],
  [body("  v1:i32 = add v0, v0, v0"), "line 4: add needs 2 operands"],
  [body("  v1:i32 = add v0, v2"), "uses v2, which is not defined"],
  [body("  v1:i32 = add v0, v0, b0"), "line 4: add has no successors"],
  [body("  v1:i32 = const"), "line 4: wrong immediate for const"],
  [body("  v1:i32 = const 4294967296"), "line 4: expected a number"],
  [body("  v1:i32 = const 2147483648"), "line 4: expected a number"],
  [body("  v1:i32 = const 9999999999"), "line 4: expected a number"],
  [body("  v1:i64 = const 0x12345678123456789"), "line 4: expected a number"],
  [body("  v1:i32 = const 1, 2"), "line 4: expected an operand"],
  [body("  v1:i99 = const 1"), "line 4: expected a type"],
  [body("  v99999999:i32 = const 1"), "line 4: bad value number"],
  [body("  v1:i32 = load v0"), "line 4: wrong immediate for load"],
  [body("  v1:i32 = load m0[v0"), "line 4: expected ]"],
  [body("  v1:i32 = load m0[v0+]"), "line 4: expected an offset"],
  [body("  call v0"), "line 4: wrong immediate for call"],
  [body("  call g1"), "line 4: wrong immediate for call"],
  [body("  jump b7"), "b7 is not defined"],
  [body("  jump b0 b0"), "line 4: unexpected text"],
  [body("  return v0  ; 5"), "line 4: expected @"],
  ["func 0, type 0\nb0: (preds b9)\n  return\n", "b9 is not defined"],
];

test("wrong texts are refused, with the line", () => {
  for (const [text, message] of wrong) expect(parseError(text)).toContain(message);
});

test("a text cut off anywhere is read or refused, never more", () => {
  for (let i = 0; i < everything.length; i++) parseError(everything.substring(0, i));
});
