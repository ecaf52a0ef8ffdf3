/** A menu behind a button. Keyboard and focus come from Mantine, the look is ours. */
import { Menu as MantineMenu } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import styles from './menu.module.css'

export interface MenuEntry {
  readonly label: string
  readonly icon?: ReactNode
  /** Small text at the end: a state or a key. */
  readonly hint?: string
  readonly onSelect: () => void
  readonly isDanger?: boolean
}

interface MenuProps {
  readonly trigger: ReactElement
  readonly heading?: string
  readonly entries: readonly MenuEntry[]
}

export function Menu({ trigger, heading, entries }: MenuProps) {
  return (
    <MantineMenu
      position="bottom-end"
      offset={6}
      transitionProps={{ duration: 80 }}
      classNames={{ dropdown: styles.dropdown ?? '', item: styles.item ?? '' }}
    >
      <MantineMenu.Target>{trigger}</MantineMenu.Target>
      <MantineMenu.Dropdown>
        {heading && <MantineMenu.Label className={styles.heading ?? ''}>{heading}</MantineMenu.Label>}
        {entries.map((entry) => (
          <MantineMenu.Item
            key={entry.label}
            onClick={entry.onSelect}
            leftSection={entry.icon}
            rightSection={entry.hint}
            data-danger={entry.isDanger || undefined}
          >
            {entry.label}
          </MantineMenu.Item>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  )
}
