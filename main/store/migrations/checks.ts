/** Rules of columns that the steps share. A published one is never edited: databases were made with it. */

export const utc = (column: string): string =>
  `CHECK (${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')`;

export const hash = (column: string): string =>
  `CHECK (length(${column}) = 64 AND ${column} NOT GLOB '*[^0-9a-f]*')`;

export const isJson = (column: string): string => `CHECK (json_valid(${column}))`;

// NaN reaches SQLite as NULL, so NOT NULL refuses it; the infinities need this.
export const finite = (column: string): string =>
  `CHECK (${column} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308)`;
