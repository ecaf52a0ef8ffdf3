// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DataTable } from './data-table.tsx'

interface Row {
  readonly id: number
  readonly name: string
}
const rows: Row[] = Array.from({ length: 300 }, (_, index) => ({ id: index + 1, name: `host-${index}.example.org` }))

/** happy-dom lays nothing out: the table is told to be ten rows high. */
beforeEach(() => {
  for (const [key, value] of [
    ['clientHeight', 320],
    ['clientWidth', 800],
  ] as const)
    Object.defineProperty(HTMLElement.prototype, key, { configurable: true, value })
})
afterEach(cleanup)

interface TableProps {
  readonly onOpen: (row: Row) => void
  readonly onEnd?: () => void
  readonly shown?: readonly Row[]
}

function Table({ onOpen, onEnd, shown = rows }: TableProps) {
  const [selection, setSelection] = useState<ReadonlySet<number>>(new Set())
  const [sort, setSort] = useState('-name')
  return (
    <>
      <output>{[...selection].join(' ')}</output>
      <p data-testid="sort">{sort}</p>
      <DataTable
        label="Hosts"
        columns={[{ key: 'name', header: 'Name', width: '1fr', sortKey: 'name', cell: (row: Row) => row.name }]}
        rows={shown}
        rowKey={(row) => row.id}
        card={(row) => row.name}
        copyText={(row) => row.name}
        onOpen={onOpen}
        {...(onEnd && { onEnd })}
        selection={selection}
        onSelect={setSelection}
        sort={sort}
        onSort={setSort}
      />
    </>
  )
}

const press = (...keys: string[]): void => {
  for (const key of keys) fireEvent.keyDown(screen.getByRole('grid'), { key })
}

it('asks for more rows when the last ones come near, and not before', () => {
  let asked = 0
  const ask = () => asked++
  const { rerender } = render(<Table onOpen={() => undefined} onEnd={ask} />)
  expect(asked).toBe(0)
  rerender(<Table onOpen={() => undefined} onEnd={ask} shown={[]} />)
  expect(asked).toBe(0)
  rerender(<Table onOpen={() => undefined} onEnd={ask} shown={rows.slice(0, 30)} />)
  expect(asked).toBeGreaterThan(0)
})

describe('the table by keyboard', () => {
  it('opens the row that the arrows lead to', () => {
    const opened: string[] = []
    render(<Table onOpen={(row) => opened.push(row.name)} />)
    press('ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter', 'Home', 'ArrowUp', 'Enter', 'End', 'Enter')
    expect(opened).toEqual(['host-1.example.org', 'host-0.example.org', 'host-299.example.org'])
  })

  it('selects with Space, and takes it back', () => {
    render(<Table onOpen={() => undefined} />)
    press(' ', 'ArrowDown', ' ', 'ArrowDown', ' ', ' ')
    expect(screen.getByRole('status').textContent).toBe('1 2')
  })

  it('points at the active row, which keeps its place among all', () => {
    render(<Table onOpen={() => undefined} />)
    press('ArrowDown')
    const grid = screen.getByRole('grid')
    const active = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')
    expect(active?.getAttribute('aria-rowindex')).toBe('3')
    expect(grid.getAttribute('aria-rowcount')).toBe('301')
  })

  it('renders only the rows in sight', () => {
    render(<Table onOpen={() => undefined} />)
    const { length } = screen.getAllByRole('row')
    expect(length).toBeGreaterThan(10)
    expect(length).toBeLessThan(60)
  })

  it('turns the sort round and says which way it goes', () => {
    render(<Table onOpen={() => undefined} />)
    expect(screen.getByRole('columnheader', { name: /Name/ }).getAttribute('aria-sort')).toBe('descending')
    fireEvent.click(screen.getByRole('button', { name: /Name/ }))
    expect(screen.getByTestId('sort').textContent).toBe('name')
  })

  it('selects all rows by its head', () => {
    render(<Table onOpen={() => undefined} />)
    fireEvent.click(screen.getByRole('button', { name: 'Select all loaded rows' }))
    expect(screen.getByRole('status').textContent?.split(' ')).toHaveLength(300)
  })
})
