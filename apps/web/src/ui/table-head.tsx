/** The head of the table: names of the columns, the sort, and all selected or none. */

import { ColumnWidth } from './column-width.tsx'
import styles from './data-table.module.css'
import type { DataTableProps } from './data-table-props.ts'

interface TableHeadProps<Row> extends DataTableProps<Row> {
  readonly template: string
  readonly isPhone: boolean
}

export function TableHead<Row>(props: TableHeadProps<Row>) {
  const { columns, selection, onSelect, rows, sort, onSort } = props
  const isAllSelected = selection !== undefined && rows.length > 0 && selection.size >= rows.length
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows cannot be a table element
    <div role="rowgroup" className={props.isPhone ? 'visually-hidden' : styles.head}>
      {/* biome-ignore lint/a11y/useFocusableInteractive: only its buttons take the focus */}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="row" aria-rowindex={1} className={styles.headRow} style={{ gridTemplateColumns: props.template }}>
        {selection && (
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div role="columnheader" className={styles.pick}>
            <button
              type="button"
              className={styles.box}
              data-checked={isAllSelected || undefined}
              aria-label={isAllSelected ? 'Select none' : 'Select all loaded rows'}
              onClick={() => onSelect?.(isAllSelected ? new Set() : new Set(rows.map(props.rowKey)))}
            />
          </div>
        )}
        {columns.map((column) => {
          const direction = sortDirection(column.sortKey, sort)
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: see above
            // biome-ignore lint/a11y/useSemanticElements: see above
            <div
              key={column.key}
              role="columnheader"
              // Without the name of its edge.
              aria-label={column.header}
              aria-sort={direction}
              className={`${styles.cell} ${styles.headCell}`}
              data-numeric={column.isNumeric || undefined}
            >
              {column.sortKey && onSort ? (
                <button
                  type="button"
                  className={styles.sort}
                  onClick={() => onSort(direction === 'descending' ? column.sortKey! : `-${column.sortKey}`)}
                >
                  {column.header}
                  <span aria-hidden>{direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}</span>
                </button>
              ) : (
                column.header
              )}
              {props.onWidth && (
                <ColumnWidth header={column.header} onWidth={(px) => props.onWidth?.(column.key, px)} />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function sortDirection(key: string | undefined, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (key === undefined || sort === undefined) return undefined
  if (sort === key) return 'ascending'
  return sort === `-${key}` ? 'descending' : undefined
}
