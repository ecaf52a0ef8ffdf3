// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { rowKeys } from './row-keys.ts'

afterEach(cleanup)

function Lists() {
  return (
    <>
      <ul>
        {['Everyone', 'Kids', 'Guests'].map((name) => (
          <li key={name}>
            <button type="button" {...rowKeys}>
              {name}
            </button>
            <button type="button">End now: {name}</button>
          </li>
        ))}
      </ul>
      <ul>
        <li>
          <button type="button" {...rowKeys}>
            Another list
          </button>
        </li>
      </ul>
    </>
  )
}

it('go from row to row of the list that has the focus, past its other buttons, and stop at its ends', () => {
  render(<Lists />)
  screen.getByText('Everyone').focus()
  const led: (string | null)[] = []
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Home', 'ArrowUp', 'End', 'ArrowUp']) {
    fireEvent.keyDown(document.activeElement!, { key })
    led.push(document.activeElement!.textContent)
  }
  expect(led).toEqual(['Kids', 'Guests', 'Guests', 'Everyone', 'Everyone', 'Guests', 'Kids'])
})

it('leave keys with a modifier, and those of other buttons, to the browser', () => {
  render(<Lists />)
  const first = screen.getByText('Everyone')
  first.focus()
  expect(fireEvent.keyDown(first, { key: 'End', ctrlKey: true })).toBe(true)
  const other = screen.getByText('End now: Kids')
  other.focus()
  expect(fireEvent.keyDown(other, { key: 'ArrowDown' })).toBe(true)
  expect(document.activeElement).toBe(other)
})
