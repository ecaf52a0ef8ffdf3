/** Chooses a file: its text for small ones, the file itself for uploads. */
import { IconFile } from '@tabler/icons-react'
import { useRef } from 'react'
import { Button } from './button.tsx'

interface FileButtonProps {
  readonly label: string
  readonly onText?: (text: string) => void
  readonly onFile?: (file: File) => void
  readonly onError?: (error: unknown) => void
}

export function FileButton({ label, onText, onFile, onError }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  const read = (file: File | undefined) => {
    if (!file) return
    onFile?.(file)
    if (onText) file.text().then(onText, (error: unknown) => onError?.(error))
  }
  return (
    <div>
      <Button icon={<IconFile size={15} />} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        onChange={(event) => {
          read(event.target.files?.[0])
          // The same file can be chosen again.
          event.target.value = ''
        }}
      />
    </div>
  )
}
