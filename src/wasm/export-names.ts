// Finds out whether two exports have the same name (specification 3.4.14). The names are sorted by length, then by
// their bytes, with a bottom-up merge sort: linear but for a logarithm whatever the names are, where a hash table
// could be driven into its worst case.

import { I32Column } from "../base/columns";
import { Module } from "./module";

/** Whether two of the module's exports have the same name. */
export function hasDuplicateExport(module: Module): boolean {
  const count = module.exportNameStart.length;
  let order = new I32Column();
  let merged = new I32Column();
  for (let i: i32 = 0; i < count; i++) order.push(i);
  merged.resize(count);
  for (let width: i32 = 1; width < count; width *= 2) {
    for (let start: i32 = 0; start < count; start += 2 * width) {
      if (!mergeRuns(module, order, merged, start, width)) return true;
    }
    const swap = order;
    order = merged;
    merged = swap;
  }
  return false;
}

/** Merges two neighbouring runs; false if it meets two equal names. */
function mergeRuns(module: Module, from: I32Column, to: I32Column, start: i32, width: i32): boolean {
  const count = from.length;
  const middle = start + width < count ? start + width : count;
  const end = middle + width < count ? middle + width : count;
  let left = start;
  let right = middle;
  for (let k = start; k < end; k++) {
    let takeLeft = right >= end;
    if (left < middle && right < end) {
      const order = compareNames(module, from.get(left), from.get(right));
      if (order == 0) return false;
      takeLeft = order < 0;
    }
    to.set(k, takeLeft ? from.get(left++) : from.get(right++));
  }
  return true;
}

/** Negative, 0 or positive as the name of export `a` comes before, is, or comes after that of `b`. */
function compareNames(module: Module, a: i32, b: i32): i32 {
  const aStart = module.exportNameStart.get(a);
  const bStart = module.exportNameStart.get(b);
  const length = module.exportNameEnd.get(a) - aStart;
  const other = module.exportNameEnd.get(b) - bStart;
  if (length != other) return length - other;
  for (let i: i32 = 0; i < length; i++) {
    const x: i32 = module.bytes.get(aStart + i);
    const y: i32 = module.bytes.get(bStart + i);
    if (x != y) return x - y;
  }
  return 0;
}
