/** Which columns are shown: a button, and boxes to tick behind it. */
import { Popover } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { Button } from './button.tsx'
import styles from './column-chooser.module.css'
import { Checkbox } from './toggle.tsx'
import type { Columns } from './use-columns.ts'

export function ColumnChooser<Row>({ columns }: { readonly columns: Columns<Row> }) {
  const { all, shown, isShown, toggle, isAsDesigned, reset } = columns
  return (
    <Popover position="bottom-end" offset={6} trapFocus returnFocus transitionProps={{ duration: 80 }}>
      <Popover.Target>
        <Button size="small" className={styles.trigger} icon={<IconColumns3 size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown ?? ''} aria-label="Columns">
        {all.map((column) => (
          <Checkbox
            key={column.key}
            label={column.header}
            checked={isShown(column.key)}
            disabled={isShown(column.key) && shown.length === 1}
            onChange={() => toggle(column.key)}
          />
        ))}
        <Button size="small" variant="ghost" disabled={isAsDesigned} onClick={reset}>
          As designed
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
