// The one place through which the compiler reaches its bulk storage (see host/*/columns.ts for the twins).
export { I32Column, U8Column } from "host/columns";
