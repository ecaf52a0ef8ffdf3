/** A Markdown table: the first column is words, the others are figures. */

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** @param words columns from the left that are words */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[], words = 1): string =>
  [row(columns), row(columns.map((_, i) => (i < words ? '---' : '--:'))), ...rows.map(row)].join('\n')
