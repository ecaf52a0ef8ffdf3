/**
 * The table of the console: virtual rows, sticky head, sort, selection, whole by keyboard.
 *
 * Arrows move, Home and End jump, Enter opens, Space selects, `c` copies. The grid keeps the focus and points at the
 * active row (aria-activedescendant), since rows come and go while scrolling. On a phone a row is a two-line card.
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import { copyText } from '../lib/copy-text.ts'
import { usePhone } from '../lib/use-phone.ts'
import styles from './data-table.module.css'
import type { DataTableProps } from './data-table-props.ts'
import { TableHead } from './table-head.tsx'

const ROW_HEIGHT = 32
const CARD_HEIGHT = 58
const PREFETCH_ROWS = 20

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, columns, onEnd, onOpen, selection, onSelect, rowKey } = props
  const isPhone = usePhone()
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? CARD_HEIGHT : ROW_HEIGHT),
    overscan: 12,
  })
  const items = virtualizer.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed row height needs a new measure
  useEffect(() => virtualizer.measure(), [isPhone])
  useEffect(() => {
    if (rows.length > 0 && lastIndex >= rows.length - PREFETCH_ROWS) onEnd?.()
  }, [lastIndex, rows.length, onEnd])

  const toggle = useCallback(
    (row: Row) => {
      if (!selection || !onSelect) return
      const next = new Set(selection)
      if (!next.delete(rowKey(row))) next.add(rowKey(row))
      onSelect(next)
    },
    [selection, onSelect, rowKey],
  )

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return
    const target = nextIndex(event.key, active, rows.length)
    const row = rows[active]
    if (target !== undefined) {
      setActive(target)
      virtualizer.scrollToIndex(target)
    } else if (row !== undefined && event.key === 'Enter') onOpen(row)
    else if (row !== undefined && event.key === ' ') toggle(row)
    else if (row !== undefined && event.key === 'c') void copyText(props.copyText(row))
    else return
    event.preventDefault()
  }

  const template = [...(selection ? ['28px'] : []), ...columns.map((column) => column.width)].join(' ')
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: virtual rows cannot be a table element */}
      <div
        ref={scroller}
        className={styles.grid}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={(props.total ?? rows.length) + 1}
        aria-colcount={isPhone ? 1 : columns.length + (selection ? 1 : 0)}
        aria-multiselectable={selection ? true : undefined}
        aria-activedescendant={items.some((item) => item.index === active) ? `${id}-${active}` : undefined}
        onKeyDown={onKeyDown}
        onScroll={(event) => props.onScrolled?.(event.currentTarget.scrollTop > 4)}
      >
        <TableHead {...props} template={template} isPhone={isPhone} />
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div role="rowgroup" className={styles.body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]!
            return (
              <TableRow
                key={rowKey(row)}
                {...props}
                id={`${id}-${item.index}`}
                row={row}
                index={item.index}
                isPhone={isPhone}
                isActive={item.index === active}
                layout={{ height: item.size, transform: `translateY(${item.start}px)`, gridTemplateColumns: template }}
                onPick={(opens) => {
                  setActive(item.index)
                  if (opens) onOpen(row)
                  else toggle(row)
                }}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

interface TableRowProps<Row> extends DataTableProps<Row> {
  readonly id: string
  readonly row: Row
  readonly index: number
  readonly isPhone: boolean
  readonly isActive: boolean
  readonly layout: { height: number; transform: string; gridTemplateColumns: string }
  readonly onPick: (opens: boolean) => void
}

function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, columns, selection, isPhone, layout } = props
  const isSelected = selection?.has(props.rowKey(row))
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and points here
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
    // biome-ignore lint/a11y/useSemanticElements: virtual rows cannot be tr
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={selection ? isSelected : undefined}
      className={styles.row}
      data-active={props.isActive || undefined}
      data-open={props.openKey === props.rowKey(row) || undefined}
      data-dimmed={props.isDimmed?.(row) || undefined}
      data-card={isPhone || undefined}
      style={layout}
      onClick={() => props.onPick(true)}
    >
      {selection && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: Space on the grid does it
        // biome-ignore lint/a11y/useFocusableInteractive: as above
        // biome-ignore lint/a11y/useSemanticElements: as above
        <div
          role="gridcell"
          className={styles.pick}
          onClick={(event) => {
            event.stopPropagation()
            props.onPick(false)
          }}
        >
          <span className={styles.box} data-checked={isSelected || undefined} aria-hidden />
          <span className="visually-hidden">{isSelected ? 'selected' : 'not selected'}</span>
        </div>
      )}
      {isPhone ? (
        // biome-ignore lint/a11y/useFocusableInteractive: as above
        // biome-ignore lint/a11y/useSemanticElements: as above
        <div role="gridcell" className={styles.card}>
          {props.card(row)}
        </div>
      ) : (
        columns.map((column) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div key={column.key} role="gridcell" className={styles.cell} data-numeric={column.isNumeric || undefined}>
            {column.cell(row)}
          </div>
        ))
      )}
    </div>
  )
}

/** Where a key leads from the active row; undefined for keys that do not move. */
function nextIndex(key: string, active: number, count: number): number | undefined {
  const moves: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + 15,
    PageUp: active - 15,
    Home: 0,
    End: count - 1,
  }
  const target = moves[key]
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target))
}
