/** A search field that waits until the typing rests, follows the address bar, and takes `/`. */
import { useEffect, useState } from 'react'
import { useDebounced } from '../lib/use-debounced.ts'
import { useSlashFocus } from '../lib/use-slash-focus.ts'
import { TextInput } from './field.tsx'

interface SearchFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string | undefined
  /** undefined: nothing is searched for. */
  readonly onChange: (value: string | undefined) => void
  /** Does `/` lead here? One field of a page at most. */
  readonly takesSlash?: boolean
}

const TYPING_MS = 250

export function SearchField({ label, placeholder, value = '', onChange, takesSlash = false }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const settled = useDebounced(text.trim(), TYPING_MS)
  const field = useSlashFocus(takesSlash)
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed goes up; the value comes down above
  useEffect(() => {
    if (settled !== value && settled === text.trim()) onChange(settled === '' ? undefined : settled)
  }, [settled])
  return (
    <TextInput
      ref={field}
      type="search"
      label={label}
      isLabelHidden
      isMono
      placeholder={placeholder}
      value={text}
      onChange={setText}
    />
  )
}
