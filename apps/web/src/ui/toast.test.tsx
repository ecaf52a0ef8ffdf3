// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { type Toast, ToastProvider, useToast } from './toast.tsx'

afterEach(cleanup)

function Trigger({ toast }: { readonly toast: Toast }) {
  const show = useToast()
  return (
    <button type="button" onClick={() => show(toast)}>
      act
    </button>
  )
}

const renderToast = (toast: Toast) => {
  render(
    <MantineProvider env="test">
      <ToastProvider>
        <Trigger toast={toast} />
      </ToastProvider>
    </MantineProvider>,
  )
  fireEvent.click(screen.getByText('act'))
}

describe('a message after an act', () => {
  it('offers no way back where there is none', () => {
    renderToast({ message: 'Saved' })
    expect(screen.getByText('Saved')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
  })

  it('says that the act was taken back', async () => {
    let isUndone = false
    renderToast({
      message: 'Deleted: example.org',
      undo: async () => {
        isUndone = true
      },
    })
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    expect(await screen.findByText('Taken back')).toBeTruthy()
    expect(isUndone).toBe(true)
    expect(screen.queryByText('Deleted: example.org')).toBeNull()
  })

  it('says why where taking back failed', async () => {
    renderToast({ message: 'Deleted', undo: () => Promise.reject(new Error('the rule is there already')) })
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    expect(await screen.findByText('Not taken back: the rule is there already')).toBeTruthy()
  })

  it('keeps the newest four', () => {
    renderToast({ message: 'Saved' })
    for (let time = 0; time < 6; time++) fireEvent.click(screen.getByText('act'))
    expect(screen.getAllByText('Saved')).toHaveLength(4)
  })
})
