/** Which columns of a table are shown and how wide they are: a preference of this browser, per table. */
import { useMemo } from 'react'
import { useStored } from '../lib/use-stored.ts'
import type { Column } from './data-table-props.ts'

export const MIN_COLUMN_PX = 48
export const MAX_COLUMN_PX = 900

interface ColumnLayout {
  /** What was chosen, by column key; a column that is not there is shown as it is at first. */
  readonly chosen: Readonly<Record<string, boolean>>
  /** By column key, in pixels; a column that is not there has its own width. */
  readonly widths: Readonly<Record<string, number>>
}

const AS_DESIGNED: ColumnLayout = { chosen: {}, widths: {} }

export interface Columns<Row> {
  readonly shown: readonly Column<Row>[]
  readonly all: readonly Column<Row>[]
  readonly isShown: (key: string) => boolean
  /** The last column that is shown stays. */
  readonly toggle: (key: string) => void
  readonly setWidth: (key: string, px: number) => void
  readonly isAsDesigned: boolean
  readonly reset: () => void
}

/** @param table names the preference */
export function useColumns<Row>(table: string, all: readonly Column<Row>[]): Columns<Row> {
  const [stored, store] = useStored<ColumnLayout>(`weir-columns ${table}`, AS_DESIGNED)
  const layout = useMemo(() => ({ chosen: stored.chosen ?? {}, widths: stored.widths ?? {} }), [stored])
  const shown = useMemo(() => shownColumns(all, layout), [all, layout])
  const isShown = (key: string) => shown.some((column) => column.key === key)
  return {
    shown,
    all,
    isShown,
    toggle: (key) => {
      if (isShown(key) && shown.length === 1) return
      store({ ...layout, chosen: { ...layout.chosen, [key]: !isShown(key) } })
    },
    setWidth: (key, px) => {
      const width = Math.round(Math.min(MAX_COLUMN_PX, Math.max(MIN_COLUMN_PX, px)))
      store({ ...layout, widths: { ...layout.widths, [key]: width } })
    },
    isAsDesigned: Object.keys(layout.chosen).length === 0 && Object.keys(layout.widths).length === 0,
    reset: () => store(AS_DESIGNED),
  }
}

function shownColumns<Row>(all: readonly Column<Row>[], { chosen, widths }: ColumnLayout): readonly Column<Row>[] {
  const shown = all
    .filter((column) => chosen[column.key] ?? !column.isOffAtFirst)
    .map((column) => {
      const width = widths[column.key]
      // A narrower window takes from it, so that no column is pushed out of sight.
      return width === undefined ? column : { ...column, width: `minmax(${MIN_COLUMN_PX}px, ${width}px)` }
    })
  return shown.length > 0 ? shown : all
}
