/** The quiet page before the console: sign-in and set-up share it. */
import type { ReactNode } from 'react'
import { Logo } from '../../ui/logo.tsx'
import styles from './entry-frame.module.css'

interface EntryFrameProps {
  readonly title: string
  readonly note: ReactNode
  readonly children: ReactNode
}

export function EntryFrame({ title, note, children }: EntryFrameProps) {
  return (
    <main className={styles.screen}>
      <div className={styles.box}>
        <div className={styles.mark}>
          <Logo size={34} />
        </div>
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.note}>{note}</p>
        {children}
      </div>
    </main>
  )
}
