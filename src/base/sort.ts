// Stable sort of an index column by unsigned keys: bottom-up merge sort, so that no input is quadratic and ties
// keep their order (which makes every order that depends on it deterministic).

import { I32Column } from "./columns";
import { ltU32 } from "host/prims";

/** Sorts the indices in `order` by `key.get(index)` as unsigned numbers; equal keys keep their order. */
export function sortByKey(order: I32Column, key: I32Column): void {
  const n = order.length;
  if (isSorted(order, key)) return;
  let from = order;
  let to = new I32Column();
  to.resize(n);
  for (let width: i32 = 1; width < n; width = width * 2) {
    for (let start: i32 = 0; start < n; start += width * 2) mergeRuns(from, to, key, start, width, n);
    const swap = from;
    from = to;
    to = swap;
  }
  if (from != order) {
    for (let i: i32 = 0; i < n; i++) order.set(i, from.get(i));
  }
}

function isSorted(order: I32Column, key: I32Column): boolean {
  for (let i: i32 = 1; i < order.length; i++) {
    if (ltU32(key.get(order.get(i)), key.get(order.get(i - 1)))) return false;
  }
  return true;
}

/** Merges the sorted runs [start, start + width) and [start + width, start + 2 × width) of `from` into `to`. */
function mergeRuns(from: I32Column, to: I32Column, key: I32Column, start: i32, width: i32, n: i32): void {
  const middle = start + width < n ? start + width : n;
  const end = middle + width < n ? middle + width : n;
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    if (right == end || (left < middle && !ltU32(key.get(from.get(right)), key.get(from.get(left))))) {
      to.set(at, from.get(left++));
    } else {
      to.set(at, from.get(right++));
    }
  }
}
