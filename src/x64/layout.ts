// The order in which a function's blocks are emitted: as they come, but cold blocks last, and blocks that hold
// nothing but a jump (splitting critical edges leaves many) dropped, with jumps to them led on to their target.

import { I32Column } from "../base/columns";
import { Allocation, MirFunc } from "./mir";
import { X64 } from "./op";

export class BlockLayout {
  /** Blocks in the order of emission. */
  order: I32Column = new I32Column();
  /** Where a jump to a block really goes. */
  target: I32Column = new I32Column();
  /** The first move at or after the block's first instruction. */
  firstMove: I32Column = new I32Column();

  compute(mir: MirFunc, alloc: Allocation): void {
    const count = mir.blockCount;
    this.target.resize(count);
    this.firstMove.resize(count);
    let move = alloc.movePosition.length;
    // From the end, so that the target of a forward jump is known when it is led on. Jumps back are not led on
    // further, and so a chain of empty blocks that bites its tail ends in a block that jumps to itself.
    for (let block = count - 1; block >= 0; block--) {
      const start = mir.blockStart.get(block);
      const end = mir.blockEnd.get(block);
      const past = move;
      while (move > 0 && alloc.movePosition.get(move - 1) >= start * 2) move--;
      this.firstMove.set(block, move);
      let target = block;
      if (block != 0 && end - start == 1 && move == past && mir.op.get(start) == X64.Jmp) {
        const next = mir.lists.get(mir.succStart.get(block));
        target = next > block ? this.target.get(next) : next;
      }
      this.target.set(block, target);
    }
    this.computeOrder(mir);
  }

  private computeOrder(mir: MirFunc): void {
    const count = mir.blockCount;
    this.order.clear();
    for (let block: i32 = 0; block < count; block++) {
      if (this.target.get(block) == block && (block == 0 || mir.cold.get(block) == 0)) this.order.push(block);
    }
    for (let block: i32 = 1; block < count; block++) {
      if (this.target.get(block) == block && mir.cold.get(block) != 0) this.order.push(block);
    }
  }
}
