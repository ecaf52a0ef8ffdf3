/** Side drawer and dialog: what is edited or asked stays beside what it is about. Focus is kept inside, Esc closes. */
import { Drawer as MantineDrawer, Modal } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { type ReactNode, useId } from 'react'
import { Button, IconButton } from './button.tsx'
import styles from './drawer.module.css'

interface DrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  readonly children: ReactNode
  /** Stays at the bottom, whatever scrolls above. */
  readonly footer?: ReactNode
  readonly isWide?: boolean
}

export function Drawer({ isOpen, onClose, title, children, footer, isWide = false }: DrawerProps) {
  const id = useId()
  return (
    <MantineDrawer.Root
      opened={isOpen}
      onClose={onClose}
      position="right"
      size={isWide ? 640 : 480}
      transitionProps={{ duration: 120 }}
    >
      <MantineDrawer.Overlay className={styles.overlay ?? ''} backgroundOpacity={0.5} />
      <MantineDrawer.Content className={styles.content ?? ''} aria-labelledby={id}>
        <div className={styles.header}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          <IconButton label="Close" size="small" onClick={onClose}>
            <IconX size={16} />
          </IconButton>
        </div>
        <div className={styles.body}>{children}</div>
        {footer && <div className={styles.footer}>{footer}</div>}
      </MantineDrawer.Content>
    </MantineDrawer.Root>
  )
}

interface DialogProps extends Omit<DrawerProps, 'isWide'> {
  readonly size?: number
}

export function Dialog({ isOpen, onClose, title, children, footer, size = 440 }: DialogProps) {
  const id = useId()
  return (
    <Modal.Root opened={isOpen} onClose={onClose} size={size} centered transitionProps={{ duration: 120 }}>
      <Modal.Overlay className={styles.overlay ?? ''} backgroundOpacity={0.5} />
      <Modal.Content className={styles.dialog ?? ''} aria-labelledby={id}>
        <div className={styles.header}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          <IconButton label="Close" size="small" onClick={onClose}>
            <IconX size={16} />
          </IconButton>
        </div>
        <div className={styles.body}>{children}</div>
        {footer && <div className={styles.footer}>{footer}</div>}
      </Modal.Content>
    </Modal.Root>
  )
}

interface ConfirmProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** The question, naming the thing. */
  readonly title: string
  /** What goes, with its count. */
  readonly children: ReactNode
  readonly confirmLabel: string
  readonly onConfirm: () => void
  readonly isBusy?: boolean
}

/** Asks once before something is destroyed. */
export function ConfirmDialog({ confirmLabel, onConfirm, isBusy = false, ...rest }: ConfirmProps) {
  return (
    <Dialog
      {...rest}
      footer={
        <>
          <Button onClick={rest.onClose} data-autofocus>
            Keep
          </Button>
          <Button variant="danger" onClick={onConfirm} isBusy={isBusy}>
            {confirmLabel}
          </Button>
        </>
      }
    />
  )
}
