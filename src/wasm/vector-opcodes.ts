// The vector instructions (prefix 0xFD), one row each, by their number after the prefix (specification 5.4.8).
// For instructions with a lane immediate, `align` is log2 of the lane's size.

import { Feature } from "./features";
import { Imm, OpcodeTable } from "./opcode-table";

/** Number of the first vector opcode in the table (PrefixBase.Vector). */
const BASE: i32 = 0x400;

/** Loads, stores, constants, lanes. */
function addVectorMemoryRows(t: OpcodeTable): void {
  t.access(BASE + 0x00, "v128.load", Imm.MemArg, "a>v", 4, Feature.Simd);
  t.access(BASE + 0x01, "v128.load8x8_s", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x02, "v128.load8x8_u", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x03, "v128.load16x4_s", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x04, "v128.load16x4_u", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x05, "v128.load32x2_s", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x06, "v128.load32x2_u", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x07, "v128.load8_splat", Imm.MemArg, "a>v", 0, Feature.Simd);
  t.access(BASE + 0x08, "v128.load16_splat", Imm.MemArg, "a>v", 1, Feature.Simd);
  t.access(BASE + 0x09, "v128.load32_splat", Imm.MemArg, "a>v", 2, Feature.Simd);
  t.access(BASE + 0x0a, "v128.load64_splat", Imm.MemArg, "a>v", 3, Feature.Simd);
  t.access(BASE + 0x0b, "v128.store", Imm.MemArg, "av>", 4, Feature.Simd);
  t.row(BASE + 0x0c, "v128.const", Imm.V128, ">v", Feature.Simd);
  t.row(BASE + 0x0d, "i8x16.shuffle", Imm.Shuffle, "vv>v", Feature.Simd);
  t.row(BASE + 0x0e, "i8x16.swizzle", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x0f, "i8x16.splat", Imm.None, "i>v", Feature.Simd);
  t.row(BASE + 0x10, "i16x8.splat", Imm.None, "i>v", Feature.Simd);
  t.row(BASE + 0x11, "i32x4.splat", Imm.None, "i>v", Feature.Simd);
  t.row(BASE + 0x12, "i64x2.splat", Imm.None, "l>v", Feature.Simd);
  t.row(BASE + 0x13, "f32x4.splat", Imm.None, "f>v", Feature.Simd);
  t.row(BASE + 0x14, "f64x2.splat", Imm.None, "d>v", Feature.Simd);
  t.access(BASE + 0x15, "i8x16.extract_lane_s", Imm.Lane, "v>i", 0, Feature.Simd);
  t.access(BASE + 0x16, "i8x16.extract_lane_u", Imm.Lane, "v>i", 0, Feature.Simd);
  t.access(BASE + 0x17, "i8x16.replace_lane", Imm.Lane, "vi>v", 0, Feature.Simd);
  t.access(BASE + 0x18, "i16x8.extract_lane_s", Imm.Lane, "v>i", 1, Feature.Simd);
  t.access(BASE + 0x19, "i16x8.extract_lane_u", Imm.Lane, "v>i", 1, Feature.Simd);
  t.access(BASE + 0x1a, "i16x8.replace_lane", Imm.Lane, "vi>v", 1, Feature.Simd);
  t.access(BASE + 0x1b, "i32x4.extract_lane", Imm.Lane, "v>i", 2, Feature.Simd);
  t.access(BASE + 0x1c, "i32x4.replace_lane", Imm.Lane, "vi>v", 2, Feature.Simd);
  t.access(BASE + 0x1d, "i64x2.extract_lane", Imm.Lane, "v>l", 3, Feature.Simd);
  t.access(BASE + 0x1e, "i64x2.replace_lane", Imm.Lane, "vl>v", 3, Feature.Simd);
  t.access(BASE + 0x1f, "f32x4.extract_lane", Imm.Lane, "v>f", 2, Feature.Simd);
  t.access(BASE + 0x20, "f32x4.replace_lane", Imm.Lane, "vf>v", 2, Feature.Simd);
  t.access(BASE + 0x21, "f64x2.extract_lane", Imm.Lane, "v>d", 3, Feature.Simd);
  t.access(BASE + 0x22, "f64x2.replace_lane", Imm.Lane, "vd>v", 3, Feature.Simd);
  t.access(BASE + 0x54, "v128.load8_lane", Imm.MemLane, "av>v", 0, Feature.Simd);
  t.access(BASE + 0x55, "v128.load16_lane", Imm.MemLane, "av>v", 1, Feature.Simd);
  t.access(BASE + 0x56, "v128.load32_lane", Imm.MemLane, "av>v", 2, Feature.Simd);
  t.access(BASE + 0x57, "v128.load64_lane", Imm.MemLane, "av>v", 3, Feature.Simd);
  t.access(BASE + 0x58, "v128.store8_lane", Imm.MemLane, "av>", 0, Feature.Simd);
  t.access(BASE + 0x59, "v128.store16_lane", Imm.MemLane, "av>", 1, Feature.Simd);
  t.access(BASE + 0x5a, "v128.store32_lane", Imm.MemLane, "av>", 2, Feature.Simd);
  t.access(BASE + 0x5b, "v128.store64_lane", Imm.MemLane, "av>", 3, Feature.Simd);
  t.access(BASE + 0x5c, "v128.load32_zero", Imm.MemArg, "a>v", 2, Feature.Simd);
  t.access(BASE + 0x5d, "v128.load64_zero", Imm.MemArg, "a>v", 3, Feature.Simd);
}

/** Comparisons and bitwise operations. */
function addVectorLogicRows(t: OpcodeTable): void {
  t.row(BASE + 0x23, "i8x16.eq", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x24, "i8x16.ne", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x25, "i8x16.lt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x26, "i8x16.lt_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x27, "i8x16.gt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x28, "i8x16.gt_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x29, "i8x16.le_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x2a, "i8x16.le_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x2b, "i8x16.ge_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x2c, "i8x16.ge_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x2d, "i16x8.eq", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x2e, "i16x8.ne", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x2f, "i16x8.lt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x30, "i16x8.lt_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x31, "i16x8.gt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x32, "i16x8.gt_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x33, "i16x8.le_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x34, "i16x8.le_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x35, "i16x8.ge_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x36, "i16x8.ge_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x37, "i32x4.eq", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x38, "i32x4.ne", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x39, "i32x4.lt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x3a, "i32x4.lt_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x3b, "i32x4.gt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x3c, "i32x4.gt_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x3d, "i32x4.le_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x3e, "i32x4.le_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x3f, "i32x4.ge_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x40, "i32x4.ge_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x41, "f32x4.eq", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x42, "f32x4.ne", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x43, "f32x4.lt", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x44, "f32x4.gt", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x45, "f32x4.le", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x46, "f32x4.ge", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x47, "f64x2.eq", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x48, "f64x2.ne", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x49, "f64x2.lt", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x4a, "f64x2.gt", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x4b, "f64x2.le", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x4c, "f64x2.ge", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x4d, "v128.not", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x4e, "v128.and", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x4f, "v128.andnot", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x50, "v128.or", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x51, "v128.xor", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x52, "v128.bitselect", Imm.None, "vvv>v", Feature.Simd);
  t.row(BASE + 0x53, "v128.any_true", Imm.None, "v>i", Feature.Simd);
}

/** Lanes of 8 bits, and the operations numbered among them. */
function addVector8Rows(t: OpcodeTable): void {
  t.row(BASE + 0x5e, "f32x4.demote_f64x2_zero", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x5f, "f64x2.promote_low_f32x4", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x60, "i8x16.abs", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x61, "i8x16.neg", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x62, "i8x16.popcnt", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x63, "i8x16.all_true", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0x64, "i8x16.bitmask", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0x65, "i8x16.narrow_i16x8_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x66, "i8x16.narrow_i16x8_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x67, "f32x4.ceil", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x68, "f32x4.floor", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x69, "f32x4.trunc", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x6a, "f32x4.nearest", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x6b, "i8x16.shl", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0x6c, "i8x16.shr_s", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0x6d, "i8x16.shr_u", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0x6e, "i8x16.add", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x6f, "i8x16.add_sat_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x70, "i8x16.add_sat_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x71, "i8x16.sub", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x72, "i8x16.sub_sat_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x73, "i8x16.sub_sat_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x74, "f64x2.ceil", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x75, "f64x2.floor", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x76, "i8x16.min_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x77, "i8x16.min_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x78, "i8x16.max_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x79, "i8x16.max_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x7a, "f64x2.trunc", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x7b, "i8x16.avgr_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x7c, "i16x8.extadd_pairwise_i8x16_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x7d, "i16x8.extadd_pairwise_i8x16_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x7e, "i32x4.extadd_pairwise_i16x8_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x7f, "i32x4.extadd_pairwise_i16x8_u", Imm.None, "v>v", Feature.Simd);
}

/** Lanes of 16 bits. */
function addVector16Rows(t: OpcodeTable): void {
  t.row(BASE + 0x80, "i16x8.abs", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x81, "i16x8.neg", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x82, "i16x8.q15mulr_sat_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x83, "i16x8.all_true", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0x84, "i16x8.bitmask", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0x85, "i16x8.narrow_i32x4_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x86, "i16x8.narrow_i32x4_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x87, "i16x8.extend_low_i8x16_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x88, "i16x8.extend_high_i8x16_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x89, "i16x8.extend_low_i8x16_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x8a, "i16x8.extend_high_i8x16_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x8b, "i16x8.shl", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0x8c, "i16x8.shr_s", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0x8d, "i16x8.shr_u", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0x8e, "i16x8.add", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x8f, "i16x8.add_sat_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x90, "i16x8.add_sat_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x91, "i16x8.sub", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x92, "i16x8.sub_sat_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x93, "i16x8.sub_sat_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x94, "f64x2.nearest", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0x95, "i16x8.mul", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x96, "i16x8.min_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x97, "i16x8.min_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x98, "i16x8.max_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x99, "i16x8.max_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x9b, "i16x8.avgr_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x9c, "i16x8.extmul_low_i8x16_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x9d, "i16x8.extmul_high_i8x16_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x9e, "i16x8.extmul_low_i8x16_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0x9f, "i16x8.extmul_high_i8x16_u", Imm.None, "vv>v", Feature.Simd);
}

/** Integer lanes of 32 and 64 bits. */
function addVectorWideRows(t: OpcodeTable): void {
  t.row(BASE + 0xa0, "i32x4.abs", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xa1, "i32x4.neg", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xa3, "i32x4.all_true", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0xa4, "i32x4.bitmask", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0xa7, "i32x4.extend_low_i16x8_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xa8, "i32x4.extend_high_i16x8_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xa9, "i32x4.extend_low_i16x8_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xaa, "i32x4.extend_high_i16x8_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xab, "i32x4.shl", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0xac, "i32x4.shr_s", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0xad, "i32x4.shr_u", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0xae, "i32x4.add", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xb1, "i32x4.sub", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xb5, "i32x4.mul", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xb6, "i32x4.min_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xb7, "i32x4.min_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xb8, "i32x4.max_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xb9, "i32x4.max_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xba, "i32x4.dot_i16x8_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xbc, "i32x4.extmul_low_i16x8_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xbd, "i32x4.extmul_high_i16x8_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xbe, "i32x4.extmul_low_i16x8_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xbf, "i32x4.extmul_high_i16x8_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xc0, "i64x2.abs", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xc1, "i64x2.neg", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xc3, "i64x2.all_true", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0xc4, "i64x2.bitmask", Imm.None, "v>i", Feature.Simd);
  t.row(BASE + 0xc7, "i64x2.extend_low_i32x4_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xc8, "i64x2.extend_high_i32x4_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xc9, "i64x2.extend_low_i32x4_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xca, "i64x2.extend_high_i32x4_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xcb, "i64x2.shl", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0xcc, "i64x2.shr_s", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0xcd, "i64x2.shr_u", Imm.None, "vi>v", Feature.Simd);
  t.row(BASE + 0xce, "i64x2.add", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xd1, "i64x2.sub", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xd5, "i64x2.mul", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xd6, "i64x2.eq", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xd7, "i64x2.ne", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xd8, "i64x2.lt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xd9, "i64x2.gt_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xda, "i64x2.le_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xdb, "i64x2.ge_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xdc, "i64x2.extmul_low_i32x4_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xdd, "i64x2.extmul_high_i32x4_s", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xde, "i64x2.extmul_low_i32x4_u", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xdf, "i64x2.extmul_high_i32x4_u", Imm.None, "vv>v", Feature.Simd);
}

/** Float lanes, and conversions. */
function addVectorFloatRows(t: OpcodeTable): void {
  t.row(BASE + 0xe0, "f32x4.abs", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xe1, "f32x4.neg", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xe3, "f32x4.sqrt", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xe4, "f32x4.add", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xe5, "f32x4.sub", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xe6, "f32x4.mul", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xe7, "f32x4.div", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xe8, "f32x4.min", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xe9, "f32x4.max", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xea, "f32x4.pmin", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xeb, "f32x4.pmax", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xec, "f64x2.abs", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xed, "f64x2.neg", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xef, "f64x2.sqrt", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xf0, "f64x2.add", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf1, "f64x2.sub", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf2, "f64x2.mul", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf3, "f64x2.div", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf4, "f64x2.min", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf5, "f64x2.max", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf6, "f64x2.pmin", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf7, "f64x2.pmax", Imm.None, "vv>v", Feature.Simd);
  t.row(BASE + 0xf8, "i32x4.trunc_sat_f32x4_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xf9, "i32x4.trunc_sat_f32x4_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xfa, "f32x4.convert_i32x4_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xfb, "f32x4.convert_i32x4_u", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xfc, "i32x4.trunc_sat_f64x2_s_zero", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xfd, "i32x4.trunc_sat_f64x2_u_zero", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xfe, "f64x2.convert_low_i32x4_s", Imm.None, "v>v", Feature.Simd);
  t.row(BASE + 0xff, "f64x2.convert_low_i32x4_u", Imm.None, "v>v", Feature.Simd);
}

/** Relaxed operations, whose results may differ between processors. */
function addRelaxedRows(t: OpcodeTable): void {
  t.row(BASE + 0x100, "i8x16.relaxed_swizzle", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x101, "i32x4.relaxed_trunc_f32x4_s", Imm.None, "v>v", Feature.RelaxedSimd);
  t.row(BASE + 0x102, "i32x4.relaxed_trunc_f32x4_u", Imm.None, "v>v", Feature.RelaxedSimd);
  t.row(BASE + 0x103, "i32x4.relaxed_trunc_f64x2_s_zero", Imm.None, "v>v", Feature.RelaxedSimd);
  t.row(BASE + 0x104, "i32x4.relaxed_trunc_f64x2_u_zero", Imm.None, "v>v", Feature.RelaxedSimd);
  t.row(BASE + 0x105, "f32x4.relaxed_madd", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x106, "f32x4.relaxed_nmadd", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x107, "f64x2.relaxed_madd", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x108, "f64x2.relaxed_nmadd", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x109, "i8x16.relaxed_laneselect", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x10a, "i16x8.relaxed_laneselect", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x10b, "i32x4.relaxed_laneselect", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x10c, "i64x2.relaxed_laneselect", Imm.None, "vvv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x10d, "f32x4.relaxed_min", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x10e, "f32x4.relaxed_max", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x10f, "f64x2.relaxed_min", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x110, "f64x2.relaxed_max", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x111, "i16x8.relaxed_q15mulr_s", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x112, "i16x8.relaxed_dot_i8x16_i7x16_s", Imm.None, "vv>v", Feature.RelaxedSimd);
  t.row(BASE + 0x113, "i32x4.relaxed_dot_i8x16_i7x16_add_s", Imm.None, "vvv>v", Feature.RelaxedSimd);
}

export function addVectorRows(t: OpcodeTable): void {
  addVectorMemoryRows(t);
  addVectorLogicRows(t);
  addVector8Rows(t);
  addVector16Rows(t);
  addVectorWideRows(t);
  addVectorFloatRows(t);
  addRelaxedRows(t);
}
