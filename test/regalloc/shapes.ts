import type { Shape } from "./generate";

/** The kinds of functions that the tests go through in turn. */
export const SHAPES: Shape[] = [
  { blocks: 1, length: 8, calls: 5, vectors: 20, reach: 6, structured: true, cold: false },
  { blocks: 1, length: 60, calls: 5, vectors: 40, reach: 40, structured: true, cold: false },
  { blocks: 6, length: 6, calls: 10, vectors: 20, reach: 8, structured: true, cold: false },
  { blocks: 20, length: 8, calls: 3, vectors: 20, reach: 30, structured: true, cold: true },
  { blocks: 20, length: 4, calls: 25, vectors: 50, reach: 60, structured: true, cold: true },
  { blocks: 12, length: 5, calls: 10, vectors: 20, reach: 15, structured: false, cold: false },
  { blocks: 30, length: 3, calls: 0, vectors: 0, reach: 100, structured: false, cold: true },
  { blocks: 60, length: 10, calls: 2, vectors: 30, reach: 20, structured: true, cold: false },
];
