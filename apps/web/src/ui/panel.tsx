/** A part of a page: heading, what can be done, content. Set off by tone and a hairline, not by a box in a box. */
import { type ReactNode, useId } from 'react'
import styles from './panel.module.css'

interface PanelProps {
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly isStale?: boolean
  readonly className?: string | undefined
  readonly level?: 2 | 3
}

export function Panel({ title, note, actions, children, isStale = false, className, level = 2 }: PanelProps) {
  const Heading = `h${level}` as const
  const headingId = useId()
  return (
    <section
      className={[styles.panel, className].filter(Boolean).join(' ')}
      aria-labelledby={headingId}
      data-stale={isStale || undefined}
    >
      <header className={styles.header}>
        <Heading id={headingId} className={styles.title}>
          {title}
        </Heading>
        {note && <span className={styles.note}>{note}</span>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  )
}

/** Top of a page: its name, one line about it, its actions. */
export function PageHeader({ title, note, actions }: { title: string; note?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={styles.page}>
      <h1 className={styles.pageTitle}>{title}</h1>
      {note && <p className={styles.pageNote}>{note}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  )
}
