// The decoder's state: a checked reader over the file, the module being filled, and the parts of the binary format
// that several sections share: limits, indices, types that must exist (specification 5.3, 5.5.1).

import { ltU32 } from "host/prims";
import { I32Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { isLessWide } from "../base/wide";
import { unsignedText } from "../base/wide-text";
import { CheckedReader } from "./checked-reader";
import { Feature, unsupported } from "./features";
import { LimitFlag, PAGE_LOG2 } from "./format";
import { InitKind, Module } from "./module";

export class ModuleReader extends CheckedReader {
  module: Module;

  // The limits read last.
  min: i32 = 0;
  minHi: i32 = 0;
  hasMax: i32 = 0;
  max: i32 = 0;
  maxHi: i32 = 0;
  is64: i32 = 0;
  pageLog2: i32 = PAGE_LOG2;

  // The constant expression read last (const-expr.ts), and its operand stack.
  initKind: i32 = InitKind.Const;
  initLo: i32 = 0;
  initHi: i32 = 0;
  operands: I32Column = new I32Column();

  constructor(module: Module, diag: Diagnostic) {
    super(module.bytes, diag);
    this.module = module;
  }

  has(feature: i32): boolean {
    return (this.module.features & feature) != 0;
  }

  /** A count of things, at most `limit`; 0 after a failure. */
  takeCount(limit: i32, what: string): i32 {
    const at = this.at;
    const count = this.takeU32();
    if (ltU32(limit, count)) {
      // No more than the bytes could hold is the more telling error.
      if (ltU32(this.end - this.at, count)) this.fail(this.end, this.endMessage);
      else this.fail(at, `too many ${what}: the limit is ${limit}`);
      return 0;
    }
    return count;
  }

  /** An index below `count`; 0 after a failure. */
  takeIndex(count: i32, what: string): i32 {
    const at = this.at;
    const index = this.takeU32();
    if (this.failed) return 0;
    if (ltU32(index, count)) return index;
    this.fail(at, `unknown ${what} ${unsignedText(index, 0)}`);
    return 0;
  }

  /** Limits of a memory or table; only a memory's may state a size of pages. */
  takeLimits(isMemory: boolean): void {
    const at = this.at;
    const flags = this.takeByte();
    const hasPageSize = (flags & LimitFlag.PageSize) != 0;
    this.hasMax = flags & LimitFlag.HasMax;
    this.is64 = (flags & LimitFlag.Is64) != 0 ? 1 : 0;
    if (flags > LimitFlag.All || (hasPageSize && !isMemory)) this.fail(at, "malformed limits flags");
    if ((flags & LimitFlag.Shared) != 0) this.fail(at, unsupported(Feature.Threads));
    if (hasPageSize && !this.has(Feature.CustomPageSizes)) this.fail(at, unsupported(Feature.CustomPageSizes));
    if (this.is64 != 0 && !this.has(Feature.Memory64)) this.fail(at, unsupported(Feature.Memory64));
    this.takeLimit();
    this.min = this.lo;
    this.minHi = this.hi;
    this.lo = 0;
    this.hi = 0;
    if (this.hasMax != 0) this.takeLimit();
    this.max = this.lo;
    this.maxHi = this.hi;
    if (this.hasMax != 0 && isLessWide(this.max, this.maxHi, this.min, this.minHi)) {
      this.fail(at, "size minimum must not be greater than maximum");
    }
    this.pageLog2 = PAGE_LOG2;
    if (hasPageSize && !this.failed) this.takePageSize();
  }

  /** The logarithm of a page size: 1 byte and 64 KiB are the only sizes so far. */
  private takePageSize(): void {
    const at = this.at;
    this.pageLog2 = this.takeU32();
    if (this.pageLog2 != 0 && this.pageLog2 != PAGE_LOG2) this.fail(at, "invalid custom page size");
  }

  /** With 64-bit memories limits are 64-bit numbers whatever the index type is. */
  private takeLimit(): void {
    if (this.has(Feature.Memory64)) {
      this.takeU64();
    } else {
      this.lo = this.takeU32();
      this.hi = 0;
    }
  }
}
