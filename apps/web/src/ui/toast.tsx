/** Short messages after an act, with the way back where there is one. Read out politely; gone after their time. */
import { IconX } from '@tabler/icons-react'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { messageOf } from '../lib/api-error.ts'
import { Button, IconButton } from './button.tsx'
import styles from './toast.module.css'

/** How long an act can be taken back. */
export const UNDO_MS = 10_000
const PLAIN_MS = 5000
/** Older ones make room: a stack of messages is read by nobody. */
const MAX_TOASTS = 4

export interface Toast {
  readonly message: string
  /** Takes the act back; may run when its view is long gone. */
  readonly undo?: () => Promise<unknown>
  readonly isError?: boolean
}
interface ShownToast extends Toast {
  readonly id: number
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined)

/** @returns a function that shows a message */
export const useToast = (): ((toast: Toast) => void) => useContext(ToastContext)

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([])
  const show = useCallback((toast: Toast) => {
    setToasts((shown) => [...shown, { ...toast, id: (shown.at(-1)?.id ?? 0) + 1 }].slice(-MAX_TOASTS))
  }, [])
  const close = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), [])
  const undo = useCallback(
    (toast: Toast) => {
      toast.undo?.().then(
        () => show({ message: 'Taken back' }),
        (error: unknown) => show({ message: `Not taken back: ${messageOf(error)}`, isError: true }),
      )
    },
    [show],
  )
  const list = useMemo(
    () => toasts.map((toast) => <ToastItem key={toast.id} toast={toast} onClose={close} onUndo={undo} />),
    [toasts, close, undo],
  )
  return (
    <ToastContext value={show}>
      {children}
      <section className={styles.stack} aria-live="polite" aria-label="Messages">
        {list}
      </section>
    </ToastContext>
  )
}

interface ToastItemProps {
  readonly toast: ShownToast
  readonly onClose: (id: number) => void
  readonly onUndo: (toast: Toast) => void
}

function ToastItem({ toast, onClose, onUndo }: ToastItemProps) {
  const [isHeld, setIsHeld] = useState(false)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => onClose(toast.id), toast.undo ? UNDO_MS : PLAIN_MS)
    return () => clearTimeout(timer)
  }, [isHeld, toast, onClose])
  return (
    <div
      className={styles.toast}
      data-error={toast.isError || undefined}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
    >
      <span className={styles.message}>{toast.message}</span>
      {toast.undo && (
        <Button
          size="small"
          variant="ghost"
          className={styles.undo}
          onClick={() => {
            onClose(toast.id)
            onUndo(toast)
          }}
        >
          Undo
        </Button>
      )}
      <IconButton size="small" label="Dismiss" className={styles.close} onClick={() => onClose(toast.id)}>
        <IconX size={14} />
      </IconButton>
    </div>
  )
}
