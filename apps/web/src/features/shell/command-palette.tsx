/** Ctrl/Cmd-K: to a page, a rule, a list, a name or a client, without the mouse. */
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { Dialog } from '../../ui/drawer.tsx'
import styles from './command-palette.module.css'
import { type Command, type PageCommand, useCommands } from './commands.ts'

export function CommandPalette({ destinations }: { readonly destinations: readonly PageCommand[] }) {
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setIsOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button type="button" className={styles.trigger} onClick={() => setIsOpen(true)} aria-haspopup="dialog">
        <IconSearch size={15} aria-hidden />
        <span className={styles.hint}>Go to a name, rule, client, page</span>
        <kbd className={styles.key}>Ctrl K</kbd>
      </button>
      <Dialog isOpen={isOpen} onClose={() => setIsOpen(false)} title="Go to" size={560}>
        <Palette destinations={destinations} onDone={() => setIsOpen(false)} />
      </Dialog>
    </>
  )
}

function Palette({
  destinations,
  onDone,
}: {
  readonly destinations: readonly PageCommand[]
  readonly onDone: () => void
}) {
  const id = useId()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const commands = useCommands(text, destinations)
  const index = Math.min(active, commands.length - 1)
  const run = (command: Command | undefined) => {
    if (!command) return
    onDone()
    void navigate(command.target)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(index + 1, commands.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(index - 1, 0))
    else if (event.key === 'Enter') run(commands[index])
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        data-autofocus
        className={styles.input}
        role="combobox"
        aria-label="Go to"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={commands.length > 0 ? `${id}-${index}` : undefined}
        placeholder="A name, address, rule or page"
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Places" className={styles.list}>
        {commands.map((command, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input holds the focus and handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={command.key}
            id={`${id}-${position}`}
            role="option"
            aria-selected={position === index}
            className={styles.option}
            onClick={() => run(command)}
          >
            <span className={styles.kind}>{command.kind}</span>
            <span className={command.isMono ? 'mono' : undefined}>{command.label}</span>
          </div>
        ))}
      </div>
    </>
  )
}
