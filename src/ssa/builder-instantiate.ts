// The function that brings an instance into being while the program runs (link/instantiation.ts): each active segment is
// copied and dropped, as table.init and elem.drop, memory.init and data.drop do it, and the start function is called.
// (Specification 4.5.4, "Instantiation".)

import { TrapKind } from "../base/traps";
import { ActiveSegments } from "../link/active-segments";
import { LibCall } from "../link/libcalls";
import { ExternKind, SegmentMode } from "../wasm/module";
import { Builder } from "./builder-context";
import { buildDrop, buildInit, buildMemoryBytes, buildTableEntries } from "./builder-memory";
import { NO_VALUE } from "./func";
import { Op, Type } from "./op";

/** Builds the whole function for `instance`; the entry block is begun. */
export function buildInstantiation(b: Builder, instance: i32): void {
  const program = b.program;
  const module = program.module(instance);
  for (let i: i32 = 0; i < program.growthInstance.length; i++) {
    if (program.growthInstance.get(i) == instance) checkGrowth(b, instance, program.growthImport.get(i));
  }
  if (program.instancePreset.get(instance) == 0) {
    const segments = new ActiveSegments(program);
    for (let i: i32 = 0; i < module.elemMode.length; i++) buildElements(b, segments, instance, i);
    for (let i: i32 = 0; i < module.dataMode.length; i++) buildData(b, segments, instance, i);
  }
  if (module.startFunc >= 0) {
    b.buildPooled(Op.Call, Type.None, NO_VALUE, 0, program.funcOf(instance, module.startFunc), 0);
  }
  b.endWithReturn(0);
}

/** Traps unless the memory or table that is import `i` has by now what the import asks for. */
function checkGrowth(b: Builder, instance: i32, i: i32): void {
  const program = b.program;
  const module = program.module(instance);
  const local = module.importIndex.get(i);
  let size = NO_VALUE;
  let asked = NO_VALUE;
  if (module.importKind.get(i) == ExternKind.Memory) {
    const log2 = b.constant(Type.I64, module.memoryPageLog2.get(local), 0);
    size = b.binary(Op.ShrU, Type.I64, buildMemoryBytes(b, program.memoryOf(instance, local)), log2);
    asked = b.constant(Type.I64, module.memoryMin.get(local), module.memoryMinHi.get(local));
  } else {
    size = buildTableEntries(b, program.tableOf(instance, local));
    asked = b.constant(Type.I64, module.tableMin.get(local), module.tableMinHi.get(local));
  }
  b.buildTrapIf(b.binary(Op.LtU, Type.I32, size, asked), TrapKind.Unlinkable);
}

function buildElements(b: Builder, segments: ActiveSegments, instance: i32, i: i32): void {
  const program = b.program;
  const module = program.module(instance);
  if (module.elemMode.get(i) != SegmentMode.Active) return;
  const segment = program.instanceElemBase.get(instance) + i;
  const table = program.tableOf(instance, module.elemTable.get(i));
  const lengthCell = program.elemLengthCell.get(segment);
  segments.evaluateElemOffset(instance, i);
  pushRange(b, segments, module.elemCount.get(i));
  buildInit(b, LibCall.TableInit, program.tableCell.get(table), program.elemAddress.get(segment), lengthCell);
  buildDrop(b, lengthCell);
}

function buildData(b: Builder, segments: ActiveSegments, instance: i32, i: i32): void {
  const program = b.program;
  const module = program.module(instance);
  if (module.dataMode.get(i) != SegmentMode.Active) return;
  const segment = program.instanceDataBase.get(instance) + i;
  const memory = program.memoryOf(instance, module.dataMemory.get(i));
  const lengthCell = program.dataLengthCell.get(segment);
  segments.evaluateDataOffset(instance, i);
  pushRange(b, segments, module.dataEnd.get(i) - module.dataStart.get(i));
  buildInit(b, LibCall.MemoryInit, program.memoryCell.get(memory), program.dataAddress.get(segment), lengthCell);
  buildDrop(b, lengthCell);
}

/** Pushes target, source and length of a whole segment that goes to the offset evaluated last. */
function pushRange(b: Builder, segments: ActiveSegments, length: i32): void {
  b.push(b.constant(Type.I64, segments.evaluator.lo, segments.evaluator.hi));
  b.push(b.constant(Type.I64, 0, 0));
  b.push(b.constant(Type.I64, length, 0));
}
