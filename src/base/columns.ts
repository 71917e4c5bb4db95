// The one place through which the compiler reaches its bulk storage (see host/*/columns.ts for the twins).
export { I32Column, I32Cursor, I32View, U8Column, U8View, useLargePages } from "host/columns";
