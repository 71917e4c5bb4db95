// What a module has, decided before its functions are made: types, memories, tables, tags. Half of the modules have nothing
// beyond what all engines know (features.ts).

import type { Random } from "./random";
import { NUMBERS, type Type } from "./tree";
import { constant, edge } from "./values";

export interface Signature {
  name: string;
  params: Type[];
  results: Type[];
}

export interface Tag {
  name: string;
  types: Type[];
}

export interface Shape {
  signatures: Signature[];
  globals: [name: string, type: Type, isMutable: boolean][];
  tags: Tag[];
  memoryMax: number;
  hasBulk: boolean;
  hasTables: boolean;
  hasExternTable: boolean;
}

const GLOBALS: [string, Type, boolean][] = [
  ["$i", "i32", true],
  ["$l", "i64", true],
  ["$f", "f32", true],
  ["$d", "f64", true],
  ["$ci", "i32", false],
  ["$cd", "f64", false],
];

export function makeShape(r: Random): Shape {
  const signatures: Signature[] = [];
  const some = (most: number) => Array.from({ length: r.below(most + 1) }, () => r.pick(NUMBERS));
  // Many parameters and the same results: tail calls move areas of arguments of all sizes.
  const isForTails = r.one(6);
  for (let n = 2 + r.below(4), i = 0; i < n; i++) {
    const params = some(isForTails || r.one(4) ? 26 : 5);
    const copies = i > 0 && (isForTails || r.one(4));
    const results = copies ? signatures[i - 1].results : r.one(4) ? some(r.one(4) ? 10 : 3) : [r.pick(NUMBERS)];
    signatures.push({ name: `f${i}`, params, results });
  }
  const hasTables = r.one(2);
  const isExtended = r.one(2);
  const wants = () => isExtended && r.one(3);
  return {
    signatures,
    globals: [...GLOBALS],
    tags: wants()
      ? Array.from({ length: 1 + r.below(4) }, (_, i) => ({ name: `$e${i}`, types: some(r.one(6) ? 20 : 4) }))
      : [],
    memoryMax: r.pick([1, 2, 3]),
    hasBulk: r.one(2),
    hasTables,
    hasExternTable: hasTables && r.one(3),
  };
}

export function fieldsOf(r: Random, shape: Shape): string[] {
  const names = shape.signatures.map(({ name }) => `$${name}`);
  const fields = [
    '(import "env" "import" (func $import (param i32 i64 f32 f64) (result i32)))',
    `(memory (export "memory") 1 ${shape.memoryMax})`,
    "(global $fuel (mut i32) (i32.const 0))",
    ...shape.globals.map(([name, type, isMutable]) => {
      const { op, text } = constant(edge(r, type));
      return `(global ${name} ${isMutable ? `(mut ${type})` : type} (${op} ${text}))`;
    }),
    '(data $active (i32.const 16) "\\00\\01\\02\\80\\ff\\7f\\fe\\00\\00\\80\\7f\\00\\00\\c0\\7f\\01\\00\\a0\\7f\\12\\34\\56\\78\\9a\\bc\\de\\f0")',
    '(data $passive "abcdefghijkl")',
    '(data (i32.const 4096) "\\11\\22\\33\\44\\55\\66\\77\\88\\99\\aa\\bb\\cc\\dd\\ee\\ff\\00")',
    '(func (export "globals") (result i32 i64 f32 f64 i32) (global.get $i) (global.get $l) (global.get $f) (global.get $d) (memory.size))',
    ...shape.signatures.map(({ name, params, results }) => {
      const parts = [
        params.length ? `(param ${params.join(" ")})` : "",
        results.length ? `(result ${results.join(" ")})` : "",
      ];
      return `(type $${name} (func ${parts.join(" ")}))`;
    }),
    ...shape.tags.map(({ name, types }) => `(tag ${name}${types.length ? ` (param ${types.join(" ")})` : ""})`),
  ];
  // Some segments do not fit: then nothing runs.
  if (r.one(8)) fields.push(`(data (i32.const ${r.pick([65536, 65532, 65528, 65533, -1, -4, 65535])}) "1234")`);
  if (shape.hasTables && r.one(20))
    fields.push(`(elem (table $t) (i32.const ${r.pick([9, 10, 11, -1])}) func ${names[0]})`);
  if (shape.hasTables) {
    fields.push("(table $t 10 14 funcref)", `(elem (table $t) (i32.const 0) func ${names.join(" ")})`);
    fields.push(`(elem $elements func ${r.pick(names)} ${r.pick(names)})`);
  }
  if (shape.hasExternTable) fields.push("(table $e 8 8 externref)");
  fields.push(`(elem declare func ${names.join(" ")})`);
  return fields;
}
