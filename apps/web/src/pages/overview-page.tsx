/** Is DNS well? What is it doing? What changed? From top to bottom. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useContext, useEffect } from 'react'
import { ChangesPanel } from '../features/overview/changes-panel.tsx'
import { FirstStepsPanel } from '../features/overview/first-steps-panel.tsx'
import { recentQuery } from '../features/overview/get-stats.ts'
import { HealthLine } from '../features/overview/health-line.tsx'
import { LiveTiles } from '../features/overview/live-tiles.tsx'
import { OnTrialPanel } from '../features/overview/shadow-panel.tsx'
import { DatabasePanel, MemoryPanel } from '../features/overview/system-panels.tsx'
import { TopClients, TopNames } from '../features/overview/top-panels.tsx'
import { TrafficPanel } from '../features/overview/traffic-panel.tsx'
import { UpstreamsPanel } from '../features/overview/upstreams-panel.tsx'
import { LiveContext, useLiveState } from '../lib/live-context.ts'
import styles from './overview-page.module.css'

export function OverviewPage() {
  const { range = 'live' } = useSearch({ from: '/shell/' })
  const navigate = useNavigate()
  const store = useContext(LiveContext)
  const recent = useQuery(recentQuery)
  const { connection } = useLiveState()
  const { refetch } = recent
  useEffect(() => store.addSamples(recent.data?.items ?? []), [store, recent.data])
  // The seconds that were missed while the stream was away are asked for.
  useEffect(() => {
    if (connection === 'open') void refetch()
  }, [connection, refetch])
  return (
    <div className={styles.page}>
      <h1 className="visually-hidden">Overview</h1>
      <HealthLine />
      <FirstStepsPanel />
      <LiveTiles />
      <TrafficPanel
        range={range}
        onRange={(next) => void navigate({ to: '/', search: next === 'live' ? {} : { range: next }, replace: true })}
      />
      <div className={styles.three}>
        <TopNames range={range} />
        <TopClients range={range} />
        <UpstreamsPanel />
      </div>
      <OnTrialPanel />
      <div className={styles.two}>
        <MemoryPanel />
        <DatabasePanel />
      </div>
      <ChangesPanel />
    </div>
  )
}
