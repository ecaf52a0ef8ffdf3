/** What a table is made of. */
import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly key: string
  readonly header: string
  /** A track of CSS grid: `1fr`, `96px`, `minmax(0, 2fr)`. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
  /** What the server calls the sort by this column; without it the column does not sort. */
  readonly sortKey?: string
  readonly isNumeric?: boolean
  /** Shown only once it is chosen. */
  readonly isOffAtFirst?: boolean
}

export interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => number
  /** What a row is when columns do not fit: two lines. */
  readonly card: (row: Row) => ReactNode
  readonly onOpen: (row: Row) => void
  readonly copyText: (row: Row) => string
  /** Rows in all, where that is known. */
  readonly total?: number | null
  readonly sort?: string
  readonly onSort?: (sort: string) => void
  readonly selection?: ReadonlySet<number>
  readonly onSelect?: (selection: ReadonlySet<number>) => void
  /** Called when the end comes into sight. */
  readonly onEnd?: () => void
  readonly isDimmed?: (row: Row) => boolean
  readonly openKey?: number | undefined
  /** A column was drawn to another width, in pixels. */
  readonly onWidth?: (key: string, px: number) => void
  /** Told when the reader leaves the top, and comes back to it. */
  readonly onScrolled?: (isAway: boolean) => void
}
