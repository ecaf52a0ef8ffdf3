/** Is DNS well? One sentence, and what needs a hand, each a link. */
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { clientsQuery } from '../../lib/api/clients.ts'
import { listsQuery } from '../../lib/api/lists.ts'
import { overridesQuery } from '../../lib/api/overrides.ts'
import { healthQuery, resolverQuery } from '../../lib/api/resolver.ts'
import { settingsQuery } from '../../lib/api/settings.ts'
import { plural } from '../../lib/format.ts'
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
  const overrides = useQuery(overridesQuery)
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
  // Nothing that needs a hand: somebody wanted it so. But it explains what is seen.
  const inForce = overrides.data?.items.filter(({ endsAt }) => endsAt > Date.now()).length ?? 0
  return (
    <section className={styles.health} data-level={verdict.level} aria-label="Health">
      <Icon size={20} aria-hidden className={styles.icon} />
      <p className={styles.sentence}>{verdict.sentence}</p>
      {verdict.issues.length + inForce > 0 && (
        <ul className={styles.issues}>
          {verdict.issues.map((issue) => (
            <li key={issue.text}>
              <Link {...issue.target} className={styles.issue}>
                {issue.text}
              </Link>
            </li>
          ))}
          {inForce > 0 && (
            <li>
              <Link to="/overrides" className={styles.issue}>
                {plural(inForce, 'override')} in force
              </Link>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}
