// Copies and fills of a few bytes, of a known number: loads and stores in place instead of a call. They go in pieces of
// one width, of which the last two may overlap. Everything is read before anything is written, so source and target
// may overlap too. The last piece is written first: if the target does not end in bounds, that traps before anything is
// changed, as the specification wants of bulk operations.

import { mul32 } from "host/prims";
import { Builder } from "./builder-context";
import { NO_VALUE } from "./func";
import { Op, Type } from "./op";

/** Bytes that are copied in place: as many registers of 16 bytes as may be had. */
export const MOST_COPIED: i32 = 128;
export const MOST_FILLED: i32 = 64;

/** The widest piece, up to `widest`, that `bytes` bytes have room for. */
function pieceWidth(bytes: i32, widest: i32): i32 {
  let width = widest;
  while (width > bytes) width = width >> 1;
  return width;
}

function pieceCount(bytes: i32, width: i32): i32 {
  return ((bytes + width - 1) / width) | 0;
}

function pieceStart(i: i32, bytes: i32, width: i32): i32 {
  const start = mul32(i, width);
  return start + width > bytes ? bytes - width : start;
}

function pieceType(width: i32): i32 {
  if (width == 16) return Type.V128;
  return width == 8 ? Type.I64 : Type.I32;
}

function buildPieceLoad(b: Builder, width: i32, address: i32, memory: i32, offset: i32): i32 {
  const op = width >= 4 ? Op.Load : width == 2 ? Op.Load16U : Op.Load8U;
  return b.build(op, pieceType(width), address, NO_VALUE, memory, offset, 0);
}

function buildPieceStore(b: Builder, width: i32, address: i32, value: i32, memory: i32, offset: i32): void {
  const op = width >= 4 ? Op.Store : width == 2 ? Op.Store16 : Op.Store8;
  b.build(op, Type.None, address, value, memory, offset, 0);
}

/** Copies `bytes` bytes, 1 to MOST_COPIED, from address `source` of `from` to address `target` of `to`. */
export function buildFewCopied(b: Builder, to: i32, target: i32, from: i32, source: i32, bytes: i32): void {
  const width = pieceWidth(bytes, 16);
  const count = pieceCount(bytes, width);
  const first = b.func.valueCount;
  for (let i: i32 = 0; i < count; i++) {
    const v = buildPieceLoad(b, width, source, from, pieceStart(i, bytes, width));
    assert(v == first + i, "buildFewCopied: values in a row");
  }
  buildPieceStore(b, width, target, first + count - 1, to, bytes - width);
  for (let i: i32 = 0; i + 1 < count; i++) {
    buildPieceStore(b, width, target, first + i, to, pieceStart(i, bytes, width));
  }
}

/** Fills `bytes` bytes, 1 to MOST_FILLED, with the low byte of the i32 `value`. */
export function buildFewFilled(b: Builder, memory: i32, target: i32, value: i32, bytes: i32): void {
  const width = pieceWidth(bytes, 8);
  const byte = b.binary(Op.And, Type.I32, value, b.constant(Type.I32, 255, 0));
  let filling = byte;
  const repeated: i32 = 0x0101_0101;
  if (width == 8) {
    const wide = b.unary(Op.ExtendU, Type.I64, byte);
    filling = b.binary(Op.Mul, Type.I64, wide, b.constant(Type.I64, repeated, repeated));
  } else if (width > 1) {
    filling = b.binary(Op.Mul, Type.I32, byte, b.constant(Type.I32, repeated, 0));
  }
  buildPieceStore(b, width, target, filling, memory, bytes - width);
  const count = pieceCount(bytes, width);
  for (let i: i32 = 0; i + 1 < count; i++) {
    buildPieceStore(b, width, target, filling, memory, pieceStart(i, bytes, width));
  }
}
