/** Those we ask: state, share, speed, failures. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { resolverQuery, type Upstream } from '../../lib/api/resolver.ts'
import { formatMs, formatPercent } from '../../lib/format.ts'
import { NameText } from '../../ui/name-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import styles from './upstreams-panel.module.css'

export function UpstreamsPanel() {
  const resolver = useQuery(resolverQuery)
  return (
    <Panel
      title="Upstreams"
      actions={
        <Link to="/settings" search={{ section: 'upstreams' }} className={styles.edit}>
          Edit
        </Link>
      }
    >
      <Loaded query={resolver} failure="The resolver did not tell its upstreams">
        {({ upstreams }) => {
          const asked = upstreams.reduce((sum, upstream) => sum + upstream.queries, 0)
          if (upstreams.length === 0)
            return <EmptyState title="No upstream asked yet">Figures appear with the first forwarded query.</EmptyState>
          return (
            <ul className={styles.list}>
              {upstreams.map((upstream) => (
                <UpstreamRow
                  key={upstream.address}
                  upstream={upstream}
                  share={asked === 0 ? null : upstream.queries / asked}
                />
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function UpstreamRow({ upstream, share }: { readonly upstream: Upstream; readonly share: number | null }) {
  const failed = upstream.queries === 0 ? null : upstream.failures / upstream.queries
  return (
    <li className={styles.row}>
      <span className={styles.dot} data-state={upstream.state} aria-hidden />
      <div className={styles.name}>
        <NameText name={upstream.address} />
        <span className={styles.state}>{stateWords(upstream)}</span>
      </div>
      <dl className={styles.figures}>
        <Figure label="share" value={formatPercent(share)} />
        <Figure label="p50" value={formatMs(upstream.p50Ms)} />
        <Figure label="p95" value={formatMs(upstream.p95Ms)} />
        <Figure label="failed" value={formatPercent(failed)} />
      </dl>
    </li>
  )
}

/** One that has failed, but not often enough to be given up, has been asked. */
function stateWords({ state, queries, lastError }: Upstream): string {
  const why = lastError ? `: ${lastError}` : ''
  if (state === 'up') return 'up'
  if (state === 'down') return `down${why}`
  return queries === 0 ? 'not asked yet' : `has not answered yet${why}`
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}
