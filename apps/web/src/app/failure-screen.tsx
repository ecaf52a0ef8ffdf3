/** When there is no page to show: the API is away, or the address leads nowhere. */
import { useQueryClient } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ErrorState } from '../ui/states.tsx'
import styles from './failure-screen.module.css'

const RETRY_MS = 3000

/** Tries again by itself: when the API is back, so is the page. */
export function FailureScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const client = useQueryClient()
  useEffect(() => {
    const timer = setInterval(() => void retry(), RETRY_MS)
    const retry = async () => {
      await client.resetQueries({ queryKey: ['me'] })
      await router.invalidate()
      reset()
    }
    return () => clearInterval(timer)
  }, [client, router, reset])
  return (
    <main className={styles.screen}>
      <h1 className="visually-hidden">Weir</h1>
      <ErrorState
        what="The console cannot reach its API"
        error={error}
        onRetry={() => void router.invalidate().then(reset)}
      />
      <p className={styles.note}>DNS answers do not depend on it. Trying again every few seconds.</p>
    </main>
  )
}

export function NotFoundScreen() {
  return (
    <main className={styles.screen}>
      <h1 className={styles.title}>There is no such page</h1>
      <Link to="/" className={styles.link}>
        Go to the overview
      </Link>
    </main>
  )
}
