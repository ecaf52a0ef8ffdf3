/** The states every view has besides its data: loading in its own shape, empty with one action, error with a way on. */
import { IconAlertTriangle, IconCopy, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError, messageOf } from '../lib/api-error.ts'
import { copyText } from '../lib/copy-text.ts'
import { Button } from './button.tsx'
import styles from './states.module.css'

/** @param rows how many bars stand in for the content */
export function Skeleton({ rows = 5, height = 16 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity
        <span key={row} className={styles.bar} style={{ height, width: `${92 - ((row * 37) % 45)}%` }} />
      ))}
    </div>
  )
}

interface EmptyStateProps {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      {children && <p className={styles.text}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}

interface ErrorStateProps {
  readonly what: string
  readonly error: unknown
  readonly onRetry?: () => void
  /** Comes into view: the end of a form may be below the edge of its drawer. */
  readonly isAtEnd?: boolean
}

const comeIntoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' })

export function ErrorState({ what, error, onRetry, isAtEnd = false }: ErrorStateProps) {
  const report = error instanceof ApiError ? error.report : messageOf(error)
  return (
    <div className={styles.error} role="alert" {...(isAtEnd && { ref: comeIntoView })}>
      <IconAlertTriangle size={18} aria-hidden className={styles.icon} />
      <div>
        <p className={styles.title}>{what}</p>
        <p className={styles.text}>{messageOf(error)}</p>
        <div className={styles.buttons}>
          {onRetry && (
            <Button size="small" icon={<IconRefresh size={14} />} onClick={onRetry}>
              Try again
            </Button>
          )}
          <Button size="small" variant="ghost" icon={<IconCopy size={14} />} onClick={() => void copyText(report)}>
            Copy details
          </Button>
        </div>
      </div>
    </div>
  )
}

interface LoadedProps<T> {
  readonly query: { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown }
  /** What could not be loaded, as a sentence. */
  readonly failure: string
  readonly skeleton?: ReactNode
  readonly children: (data: T) => ReactNode
}

/** Shows data once it is there; data that was there stays, even when a refresh fails. */
export function Loaded<T>({ query, failure, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ErrorState what={failure} error={query.error} onRetry={() => void query.refetch()} />
  return skeleton ?? <Skeleton />
}
