// How large the parts of a module may be: the limits that engines agree on (WebAssembly JavaScript API, appendix
// "Limits"; wasmparser's limits.rs), so that what is valid elsewhere is valid here, and counts from hostile input
// are refused before anything is allocated.

export const MAX_TYPES: i32 = 1000000;
/** Supertypes of a type, up to the one without. */
export const MAX_SUBTYPE_DEPTH: i32 = 63;
export const MAX_FUNCTIONS: i32 = 1000000;
export const MAX_IMPORTS: i32 = 1000000;
export const MAX_EXPORTS: i32 = 1000000;
export const MAX_GLOBALS: i32 = 1000000;
export const MAX_TAGS: i32 = 1000000;
export const MAX_TABLES: i32 = 100000;
export const MAX_MEMORIES: i32 = 100;
export const MAX_ELEM_SEGMENTS: i32 = 100000;
export const MAX_DATA_SEGMENTS: i32 = 100000;
export const MAX_PARAMS: i32 = 1000;
export const MAX_RESULTS: i32 = 1000;
/** Locals that a body declares, parameters included. */
export const MAX_LOCALS: i32 = 50000;
export const MAX_BODY_BYTES: i32 = 7654321;
export const MAX_NAME_BYTES: i32 = 100000;
/** Entries of an element segment. */
export const MAX_ELEM_ENTRIES: i32 = 10000000;
/** Pages of a 32-bit memory. */
export const MAX_PAGES: i32 = 65536;
