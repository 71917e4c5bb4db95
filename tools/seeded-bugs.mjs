// Bugs for tools/seed-bugs.mjs. Each row is a name, a file, a piece of its text that occurs once, and what stands there in the
// copy.

export const BUGS = [
  // A 32-bit spill reloaded with its sign (CVE-2021-32629).
  [
    "spill-sign",
    "src/x64/emit.ts",
    ": bytes == 4\n      ? X64.Mov32\n      : X64.Mov64;\n  e.emitRegMem(load",
    ": bytes == 4\n      ? X64.Movsxd\n      : X64.Mov64;\n  e.emitRegMem(load",
  ],
  // A shift that may wrap folded into an address (CVE-2023-26489).
  [
    "shift-in-address",
    "src/x64/lower-address.ts",
    "!s.isSingle(x) || upperBound(func, x) < 0) return;",
    "!s.isSingle(x)) return;",
  ],
  // An i32 sum that wraps folded into an address (wasmtime#4080).
  ["sum-in-address", "src/x64/lower-address.ts", "if (upperBound(func, x) < 0) break;", ""],
  // An offset that wraps before the check (wabt#1401).
  [
    "constant-address",
    "src/x64/lower-address.ts",
    "if (isGuarded && wideHi() != 0) addWide(0, 1, baseLo, baseHi);",
    "if (isGuarded && wideHi() != 0) addWide(wideLo(), 0, baseLo, baseHi);",
  ],
  // No trap near 4 GiB (WasmEdge#3018).
  [
    "far-offset",
    "src/x64/lower-address.ts",
    "s.beginImm(X64.TrapIf, Cond.Below);",
    "s.beginImm(X64.TrapIf, Cond.Overflow);",
  ],
  // A call through a table without its check (w2c2#76).
  ["signature", "src/x64/pseudo.ts", "s.emitColdIf(Cond.NotEqual, i);", "s.emitColdIf(Cond.Parity, i);"],
  // An active data segment without a check (wabt#1829).
  [
    "data-segment",
    "src/link/active-segments.ts",
    "return this.fits(module.dataEnd.get(i) - module.dataStart.get(i), this.memoryBytes(memory));",
    "return this.fits(0, this.memoryBytes(memory));",
  ],
  // Slots shared by values that live at the same time (CVE of spill slots sized by value).
  [
    "slot-sharing",
    "src/x64/regalloc-slots.ts",
    "const last = this.lastAt.get(k);",
    "const last = this.firstAt.get(k);",
  ],
  // The limits of br_table.
  [
    "switch-limit",
    "src/x64/pseudo.ts",
    "s.emitJump(Cond.AboveEqual, labels.get(entries));",
    "s.emitJump(Cond.Above, labels.get(entries));",
  ],
  // The upper half of a register not cleared.
  [
    "wrap-alias",
    "src/x64/select-state.ts",
    "return func.isConst(func.b.get(v)) && func.immHi.get(func.b.get(v)) == 0;",
    "return func.isConst(func.b.get(v));",
  ],
  // Parallel moves in the wrong order.
  [
    "move-order",
    "src/x64/moves.ts",
    "if (left == 0 && writer.get(from) != NONE) ready.push(writer.get(from));",
    "if (writer.get(from) != NONE) ready.push(writer.get(from));",
  ],
  // A callee overwrites a register that its caller counts on.
  ["clobbers", "src/x64/clobbers.ts", "if (to < SLOT0) mask |= 1 << to;", ""],
  // Minimum of zeros (a sign lost, as in CVE-2026-24116's neighbourhood).
  [
    "minimum",
    "src/x64/pseudo-float.ts",
    "emitMinMaxCold(s, k, i, double, X64.Orps);",
    "emitMinMaxCold(s, k, i, double, X64.Andps);",
  ],
  // A saturating conversion at its edge.
  [
    "saturation",
    "src/x64/pseudo-float.ts",
    "s.emitJump(Cond.Below, s.coldReturn(k));\n  e.emitRegReg(wide ? X64.Not64",
    "s.emitJump(Cond.Above, s.coldReturn(k));\n  e.emitRegReg(wide ? X64.Not64",
  ],
  // Division by a constant with a reciprocal of one bit too few.
  [
    "reciprocal",
    "src/x64/lower-divide.ts",
    "!isBelowPower(errorLo, errorHi, slack)",
    "!isBelowPower(errorLo, errorHi, slack + 1)",
  ],
  // Shift by a constant (CVE-2023-41880).
  [
    "shift-merge",
    "src/ssa/fold.ts",
    "if (this.op == Op.ShrS) return this.rewrite(Op.ShrS, x, this.buildNumber(this.type, width - 1));",
    "",
  ],
  // An ordered comparison of floats inverted.
  [
    "inverted-nan",
    "src/ssa/fold.ts",
    "    case Op.FEq:\n      return Op.FNe;",
    "    case Op.FLt:\n      return Op.FGe;\n    case Op.FEq:\n      return Op.FNe;",
  ],
  // Known bits that are wrong.
  ["known-bits", "src/ssa/fold.ts", "case Op.Load16U:\n      return 16;", "case Op.Load16U:\n      return 8;"],
  // Loads forwarded over stores that overlap in part.
  [
    "partial-overlap",
    "src/opt/access.ts",
    "return ltU32(distance, this.bytes) || ltU32((0 - distance) | 0, other.bytes);",
    "return distance == 0;",
  ],
  // Loads and globals forwarded over calls.
  [
    "over-calls",
    "src/opt/memory-state.ts",
    "if ((opEffects(func.op.get(v)) & Effect.Writes) != 0) this.count = 0;",
    "",
  ],
  // A load moved out of a loop that writes there.
  ["hoisted-load", "src/opt/hoist.ts", "if (this.writes.mayWrite(header, this.access)) return false;", ""],
  // Phis taken for one of their values.
  [
    "trivial-phi",
    "src/opt/phis.ts",
    "let same: i32 = NO_VALUE;\n  for (let i: i32 = 0; i < n; i++) {",
    "let same: i32 = NO_VALUE;\n  for (let i: i32 = n > 2 ? 1 : 0; i < n; i++) {",
  ],
  // Arguments of tail calls in the wrong place.
  ["tail-arguments", "src/x64/pseudo.ts", "e.setStack(frame + 8 + shift + at);", "e.setStack(frame + 8 + at);"],
  // Locals as they were at another call of the try_table.
  [
    "caught-locals",
    "src/ssa/builder-try.ts",
    "func.edges.push(b.unwindSource.get(edge));",
    "func.edges.push(b.unwindSource.get(b.tryFirst.get(number)));",
  ],
  // The try_table around another one forgotten where that ends.
  ["nested-try", "src/ssa/builder-try.ts", "b.openTry = this.parent.get(number);", "b.openTry = -1;"],
  // The cell of an exception given back although a reference is left.
  ["caught-reference", "src/ssa/builder-try.ts", "if (!isReferred)\n", ""],
  // Another memory's length.
  [
    "memory-length",
    "src/ssa/builder-memory.ts",
    "const size = buildMemoryBytes(b, argMemory);",
    "const size = buildMemoryBytes(b, b.program.memoryOf(b.instance, 0));",
  ],
  // An address of 64 bits cut to 32 (wabt#2785's neighbourhood).
  [
    "narrow-address",
    "src/ssa/builder-memory.ts",
    "b.unary(Op.ExtendU, Type.I64, index) : index;\n  const size",
    "b.unary(Op.ExtendU, Type.I64, index) : b.unary(Op.ExtendU, Type.I64, b.unary(Op.Wrap, Type.I32, index));\n  const size",
  ],
  // A borrow that becomes a carry.
  ["wide-borrow", "src/x64/lower-wide.ts", "isAdd ? X64.AdcI64 : X64.SbbI64", "X64.AdcI64"],
  // A value in a register through a block with a call.
  ["live-through-call", "src/x64/regalloc-live.ts", "isIn & wantedOut & ~calls", "isIn & wantedOut"],
  // The decoder takes sections twice.
  ["sections", "src/wasm/decoder.ts", "rank > 0 && rank <= lastRank", "rank > 0 && rank < lastRank"],
];
