// What a module has, decided before its functions are made: types, memories, tables, tags. Half of the modules have nothing
// beyond what all engines know (features.ts).

import { memoryState } from "./memories";
import type { Random } from "./random";
import { type FuncType, NUMBERS, referredType, type Type } from "./tree";
import { tableState } from "./references";
import { constant, edge } from "./values";

type Global = [name: string, type: Type, isMutable: boolean];

export interface Signature {
  name: string;
  params: Type[];
  results: Type[];
}

export interface Tag {
  name: string;
  types: Type[];
}

/** The type of a memory's addresses or a table's indices. */
export type Index = "i32" | "i64";

export interface Memory {
  name: string;
  index: Index;
  min: number;
  max: number;
}

export interface Table {
  name: string;
  index: Index;
  type: Type;
  min: number;
  max: number;
  /** Its passive segment, if it has one. */
  elements: string;
}

export interface Shape {
  signatures: Signature[];
  globals: Global[];
  tags: Tag[];
  memories: Memory[];
  hasBulk: boolean;
  tables: Table[];
  /** Types of references that locals and tables have. */
  functionTypes: FuncType[];
  /** What blocks and tags take and give. */
  valueTypes: Type[];
  hasWide: boolean;
  /** Few traps: more is run. */
  isCalm: boolean;
}

const GLOBALS: Global[] = [
  ["$i", "i32", true],
  ["$l", "i64", true],
  ["$f", "f32", true],
  ["$d", "f64", true],
  ["$ci", "i32", false],
  ["$cd", "f64", false],
];

function makeMemories(r: Random, isMulti: boolean, is64: boolean): Memory[] {
  const memories: Memory[] = [];
  for (let n = isMulti ? 2 + r.below(2) : 1, i = 0; i < n; i++) {
    const min = i > 0 && r.one(5) ? 0 : 1 + (i == 0 ? 0 : r.below(2));
    memories.push({
      name: `$m${i}`,
      index: is64 && !(isMulti && r.one(3)) ? "i64" : "i32",
      min,
      max: min + r.below(3),
    });
  }
  return memories;
}

function makeTables(r: Random, hasTables: boolean, is64: boolean, functionTypes: FuncType[]): Table[] {
  if (!hasTables && functionTypes.length == 0) return [];
  const index = (): Index => (is64 && r.one(2) ? "i64" : "i32");
  const tables: Table[] = [{ name: "$t", index: index(), type: "funcref", min: 10, max: 14, elements: "$elements" }];
  if (r.one(3)) tables.push({ name: "$e", index: index(), type: "externref", min: 8, max: 8, elements: "" });
  if (functionTypes.length > 0) {
    tables.push({ name: "$r", index: index(), type: r.pick(functionTypes), min: 8, max: 10, elements: "$typed" });
  }
  return tables;
}

function makeTags(r: Random, types: Type[]): Tag[] {
  return Array.from({ length: 1 + r.below(4) }, (_, i) => ({
    name: `$e${i}`,
    types: Array.from({ length: r.below(r.one(6) ? 21 : 5) }, () => r.pick(types)),
  }));
}

export function makeShape(r: Random): Shape {
  const isExtended = r.one(2);
  const wants = () => isExtended && r.one(3);
  const hasReferences = wants();
  const signatures: Signature[] = [];
  const functionTypes: FuncType[] = [];
  const some = (most: number) => Array.from({ length: r.below(most + 1) }, () => r.pick(NUMBERS));
  // Many parameters and the same results: tail calls move areas of arguments of all sizes.
  const isForTails = r.one(6);
  for (let n = 2 + r.below(4), i = 0; i < n; i++) {
    const params = some(isForTails || r.one(4) ? 26 : 5);
    const copies = i > 0 && (isForTails || r.one(4));
    const results = copies ? signatures[i - 1].results : r.one(4) ? some(r.one(4) ? 10 : 3) : [r.pick(NUMBERS)];
    if (hasReferences) {
      // Types name themselves and those before them.
      functionTypes.push(`(ref null $f${i})`);
      for (let k = r.below(3); k > 0; k--) params.splice(r.below(params.length + 1), 0, r.pick(functionTypes));
    }
    // A reference is the last result, if any (tree.ts).
    const adds = functionTypes.length > 0 && !copies && r.one(3);
    signatures.push({ name: `f${i}`, params, results: adds ? [...results, r.pick(functionTypes)] : results });
  }
  const [throws, isMulti, is64] = [wants(), wants(), wants()];
  const types = functionTypes.length > 0 ? [...NUMBERS, ...NUMBERS, ...functionTypes] : NUMBERS;
  return {
    signatures,
    globals: [
      ...GLOBALS,
      ...(throws ? [["$x", "exnref", true] as Global] : []),
      ...functionTypes.slice(0, 1).map((type): Global => ["$r", type, true]),
    ],
    tags: throws ? makeTags(r, types) : [],
    memories: makeMemories(r, isMulti, is64),
    hasBulk: r.one(isMulti ? 1 : 2),
    tables: makeTables(r, r.one(2), is64, functionTypes),
    functionTypes,
    valueTypes: throws ? [...types, "exnref"] : types,
    hasWide: wants(),
    isCalm: r.one(2),
  };
}

export function fieldsOf(r: Random, shape: Shape): string[] {
  const names = shape.signatures.map(({ name }) => `$${name}`);
  const { index } = shape.memories[0];
  const fields = [
    '(import "env" "import" (func $import (param i32 i64 f32 f64) (result i32)))',
    ...shape.memories.map(({ name, index, min, max }, i) => {
      const limits = `${index == "i64" ? "i64 " : ""}${min} ${max}`;
      return `(memory ${name} ${i == 0 ? '(export "memory") ' : ""}${limits})`;
    }),
    ...shape.memories.slice(1).map(memoryState),
    "(global $fuel (mut i32) (i32.const 0))",
    ...shape.globals.map(([name, type, isMutable]) => {
      const { op, text } = constant(edge(r, type));
      return `(global ${name} ${isMutable ? `(mut ${type})` : type} (${op} ${text}))`;
    }),
    `(data $active (${index}.const 16) "\\00\\01\\02\\80\\ff\\7f\\fe\\00\\00\\80\\7f\\00\\00\\c0\\7f\\01\\00\\a0\\7f\\12\\34\\56\\78\\9a\\bc\\de\\f0")`,
    '(data $passive "abcdefghijkl")',
    `(data (${index}.const 4096) "\\11\\22\\33\\44\\55\\66\\77\\88\\99\\aa\\bb\\cc\\dd\\ee\\ff\\00")`,
    ...shape.memories
      .filter(({ min }, i) => i > 0 && min > 0)
      .map((memory) => `(data (memory ${memory.name}) (${memory.index}.const 8) "\\10\\32\\54\\76\\98\\ba\\dc\\fe")`),
    `(func (export "globals") (result i32 i64 f32 f64 ${index}) (global.get $i) (global.get $l) (global.get $f) (global.get $d) (memory.size))`,
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
  if (r.one(index == "i64" ? 5 : 8)) {
    const wide = index == "i64" && r.one(2) ? ["0x100000000", "0xfffffffffffffffc", "0x8000000000000000"] : [];
    fields.push(`(data (${index}.const ${r.pick([65536, 65532, 65528, 65533, -1, -4, 65535, ...wide])}) "1234")`);
  }
  for (const { name, index: width, type, min, max, elements } of shape.tables) {
    fields.push(`(table ${name} ${width == "i64" ? "i64 " : ""}${min} ${max} ${type})`);
    if (type == "externref") continue;
    if (type == "funcref") {
      if (r.one(20)) fields.push(`(elem (table ${name}) (${width}.const ${r.pick([9, 10, 11, -1])}) func ${names[0]})`);
      fields.push(`(elem (table ${name}) (${width}.const 0) func ${names.join(" ")})`);
      fields.push(`(elem ${elements} func ${r.pick(names)} ${r.pick(names)})`);
    } else {
      const [one, none] = [
        `(ref.func $${referredType(type as FuncType)})`,
        `(ref.null $${referredType(type as FuncType)})`,
      ];
      fields.push(`(elem (table ${name}) (${width}.const 1) ${type} ${one} ${none} ${one} ${one})`);
      fields.push(`(elem ${elements} ${type} ${r.one(2) ? one : none} ${one} ${none})`);
    }
  }
  if (shape.tables.length > 0) fields.push(tableState(shape.tables));
  fields.push(`(elem declare func ${names.join(" ")})`);
  return fields;
}
