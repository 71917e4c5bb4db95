// The version of wx, the same as in package.json (tested).

export const VERSION: string = "0.1.0";
