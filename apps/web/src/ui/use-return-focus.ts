/**
 * Gives the focus back to what had it before something opened. Mantine does so too, but not when what was open is taken
 * out of the page at once, as drawers that live in the address bar are.
 */
import { useLayoutEffect } from 'react'

export function useReturnFocus(isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return
    const before = document.activeElement
    return () => {
      // Not before React is done: until then the focus is still inside.
      requestAnimationFrame(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body
        if (!isLost || !(before instanceof HTMLElement) || !before.isConnected) return
        // Something else may have opened meanwhile: the focus belongs to that.
        const top = [...document.querySelectorAll('[role=dialog]')].at(-1)
        if (top === undefined || top.contains(before)) before.focus()
      })
    }
  }, [isOpen])
}
