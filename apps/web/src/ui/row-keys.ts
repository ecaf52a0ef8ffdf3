/** Keys in lists whose rows are buttons or links: arrows go from row to row, Home and End to the first and last; Enter presses. */
import type { KeyboardEvent } from 'react'

function step(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const row = event.currentTarget
  const rows = [...(row.closest('ul, ol, tbody')?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const at = rows.indexOf(row)
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: rows.length - 1,
  }
  const next = rows[moves[event.key] ?? -1]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** For what is pressed of each row. */
export const rowKeys = { 'data-row': true, onKeyDown: step } as const
