/** To the clipboard, also over plain HTTP: there browsers give pages no clipboard, but still obey the old command. */

/** @returns false when the browser refuses both ways */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Without permission: the old way may still do.
  }
  return copyBySelection(text)
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('aria-hidden', 'true')
  field.className = 'visually-hidden'
  // Inside a dialog the focus may only go to what is inside, too.
  const host = before?.closest('[role=dialog]') ?? document.body
  host.append(field)
  field.select()
  const isDone = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return isDone
}
