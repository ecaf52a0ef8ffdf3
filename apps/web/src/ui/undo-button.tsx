/** Takes one change back, says so, and offers to take that back too. */
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { messageOf } from '../lib/api-error.ts'
import { Button, IconButton } from './button.tsx'
import { useToast } from './toast.tsx'

interface UndoButtonProps {
  /** The change, as a person would name it. */
  readonly what: string
  readonly act: () => Promise<{ readonly revision: number }>
  readonly actAgain: (revision: number) => Promise<unknown>
  /** As an icon where there is little room. */
  readonly isSmall?: boolean
}

export function UndoButton({ what, act, actAgain, isSmall = false }: UndoButtonProps) {
  const [isBusy, setIsBusy] = useState(false)
  const toast = useToast()
  const onClick = () => {
    setIsBusy(true)
    act()
      .then(
        ({ revision }) => toast({ message: `Undone: ${what}`, undo: () => actAgain(revision) }),
        (error: unknown) => toast({ message: `Not undone: ${messageOf(error)}`, isError: true }),
      )
      .finally(() => setIsBusy(false))
  }
  const icon = <IconArrowBackUp size={15} />
  return isSmall ? (
    <IconButton label={`Undo: ${what}`} size="small" isBusy={isBusy} onClick={onClick}>
      {icon}
    </IconButton>
  ) : (
    <Button size="small" icon={icon} isBusy={isBusy} onClick={onClick}>
      Undo this change
    </Button>
  )
}
