// Where the runtime's zero-filled buffers lie in its own memory: behind its initialized data, because a file holds
// initial bytes up to the last one that is not zero. tools/build-runtime.mjs checks that the data end below
// LIMB_BUFFER. Small buffers are memory.data where they are used.

import { LIMB_BUFFER, LIMB_BYTES } from "host/limbs";
import { MOST_FDS } from "../src/link/info";

/** Text for standard error (output.ts). */
export const OUTPUT_BUFFER: usize = LIMB_BUFFER + LIMB_BYTES;
export const OUTPUT_BYTES: u32 = 1024;
/** Vectors of one call (streams.ts). */
export const VECTOR_BUFFER: usize = OUTPUT_BUFFER + OUTPUT_BYTES;
export const VECTOR_BYTES: u32 = 4096;
/** Paths with their NUL (paths.ts), 8 bytes more than the longest. */
export const PATH_BYTES: u32 = 4104;
export const FIRST_PATH: usize = VECTOR_BUFFER + VECTOR_BYTES;
export const SECOND_PATH: usize = FIRST_PATH + PATH_BYTES;
/** Entries of a directory (readdir.ts). */
export const ENTRY_BUFFER: usize = SECOND_PATH + PATH_BYTES;
export const ENTRY_BYTES: u32 = 4096;
/** Return sites found, 16 bytes each (sites.ts). */
export const SITE_CACHE: usize = ENTRY_BUFFER + ENTRY_BYTES;
export const SITE_CACHE_BYTES: u32 = 4096;
/** The path that is walked, a link's target, and the directories entered, 4 bytes each (walk.ts). */
export const WALK_BUFFER: usize = SITE_CACHE + SITE_CACHE_BYTES;
export const LINK_BUFFER: usize = WALK_BUFFER + PATH_BYTES;
export const WALK_STACK: usize = LINK_BUFFER + PATH_BYTES;
export const WALK_STACK_BYTES: u32 = 2048;
/** The filter for system calls as it is handed to the kernel, 8 bytes an instruction (sandbox.ts). */
export const FILTER_BUFFER: usize = WALK_STACK + WALK_STACK_BYTES;
export const FILTER_BYTES: u32 = 4096;
/** Descriptors (fds.ts), MOST_FDS of them, and for each a struct pollfd of 8 bytes (poll.ts). */
export const FD_TABLE: usize = FILTER_BUFFER + FILTER_BYTES;
export const FD_BYTES: u32 = <u32>MOST_FDS * 48;
export const POLL_BUFFER: usize = FD_TABLE + FD_BYTES;
