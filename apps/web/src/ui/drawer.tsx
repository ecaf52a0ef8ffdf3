/** Side drawer and dialog: what is edited or asked stays beside what it is about. Focus is kept inside, Esc closes. */
import { Drawer as MantineDrawer, Modal } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import styles from './drawer.module.css'
import { useReturnFocus } from './use-return-focus.ts'

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
  useReturnFocus(isOpen)
  return (
    <MantineDrawer.Root
      classNames={{ content: styles.content ?? '' }}
      opened={isOpen}
      onClose={onClose}
      position="right"
      size={isWide ? 640 : 480}
      lockScroll={false}
      transitionProps={{ duration: 120 }}
    >
      <MantineDrawer.Overlay className={styles.overlay ?? ''} backgroundOpacity={0.5} />
      <MantineDrawer.Content>
        <Panel Title={MantineDrawer.Title} title={title} onClose={onClose} footer={footer}>
          {children}
        </Panel>
      </MantineDrawer.Content>
    </MantineDrawer.Root>
  )
}

interface DialogProps extends Omit<DrawerProps, 'isWide'> {
  readonly size?: number
}

export function Dialog({ isOpen, onClose, title, children, footer, size = 440 }: DialogProps) {
  useReturnFocus(isOpen)
  return (
    <Modal.Root
      classNames={{ content: styles.dialog ?? '' }}
      opened={isOpen}
      onClose={onClose}
      size={size}
      centered
      lockScroll={false}
      transitionProps={{ duration: 120 }}
    >
      <Modal.Overlay className={styles.overlay ?? ''} backgroundOpacity={0.5} />
      <Modal.Content>
        <Panel Title={Modal.Title} title={title} onClose={onClose} footer={footer}>
          {children}
        </Panel>
      </Modal.Content>
    </Modal.Root>
  )
}

interface PanelProps extends Pick<DrawerProps, 'title' | 'onClose' | 'children' | 'footer'> {
  /** Names the drawer or dialog that it stands in. */
  readonly Title: ComponentType<{ readonly className: string; readonly children: ReactNode }>
}

/** What a drawer and a dialog hold alike: a title with its way out, what it is about, and a foot that stays. */
function Panel({ Title, title, onClose, children, footer }: PanelProps) {
  return (
    <>
      <div className={styles.header}>
        <Title className={styles.title ?? ''}>{title}</Title>
        <IconButton label="Close" size="small" onClick={onClose}>
          <IconX size={16} />
        </IconButton>
      </div>
      <div className={styles.body}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </>
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
