/** Is DNS well? One sentence, and what needs a hand, each a link. */
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { clientsQuery } from '../../lib/api/clients.ts'
import { listsQuery } from '../../lib/api/lists.ts'
import { healthQuery, resolverQuery } from '../../lib/api/resolver.ts'
import { settingsQuery } from '../../lib/api/settings.ts'
import { useLiveState } from '../../lib/live-context.ts'
import { Skeleton } from '../../ui/states.tsx'
import { assessHealth } from './assess-health.ts'
import styles from './health-line.module.css'

const ICONS = { ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX }

export function HealthLine() {
  const health = useQuery(healthQuery)
  const resolver = useQuery(resolverQuery)
  const lists = useQuery(listsQuery)
  const settings = useQuery(settingsQuery)
  const clients = useQuery(clientsQuery)
  const live = useLiveState()
  if (!health.data && !health.error) return <Skeleton rows={1} height={20} />
  const verdict = assessHealth({
    health: health.data,
    resolver: resolver.data,
    lists: lists.data?.items ?? [],
    blocking: settings.data?.blocking,
    quarantined: clients.data?.quarantined ?? 0,
    isResolverDown: live.resolver === 'down',
    nowMs: Date.now(),
  })
  const Icon = ICONS[verdict.level]
  return (
    <section className={styles.health} data-level={verdict.level} aria-label="Health">
      <Icon size={20} aria-hidden className={styles.icon} />
      <p className={styles.sentence}>{verdict.sentence}</p>
      {verdict.issues.length > 0 && (
        <ul className={styles.issues}>
          {verdict.issues.map((issue) => (
            <li key={issue.text}>
              <Link {...issue.target} className={styles.issue}>
                {issue.text}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
