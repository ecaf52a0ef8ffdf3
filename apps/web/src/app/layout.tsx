/** The frame of every page behind the sign-in. */
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useContext, useEffect } from 'react'
import { StaleBanner } from '../features/shell/stale-banner.tsx'
import { listsQuery } from '../lib/api/lists.ts'
import { ApiError } from '../lib/api-error.ts'
import { LiveContext, useLiveEvent } from '../lib/live-context.ts'
import { useStored } from '../lib/use-stored.ts'
import styles from './layout.module.css'
import { ALL_DESTINATIONS } from './navigation.ts'
import { BottomBar, Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'

export function Layout() {
  const [isFolded, setIsFolded] = useStored('weir-rail-folded', false)
  useLiveConnection()
  useSignOutOn401()
  useTitle()
  return (
    <div className={styles.frame} data-folded={isFolded || undefined}>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <Rail isFolded={isFolded} onFold={setIsFolded} />
      <div className={styles.column}>
        <TopBar destinations={ALL_DESTINATIONS} />
        <StaleBanner />
        <main id="main" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
        <BottomBar />
      </div>
    </div>
  )
}

/** Opens the stream, and lets what others change be fetched anew. */
function useLiveConnection(): void {
  const store = useContext(LiveContext)
  const client = useQueryClient()
  useEffect(() => {
    store.start()
    return () => store.stop()
  }, [store])
  useLiveEvent('change', (change) => {
    const keys: Record<string, string[]> = {
      rule: ['rules', 'rule', 'explain'],
      list: ['lists', 'list', 'explain'],
      settings: ['settings', 'explain'],
      group: ['groups', 'clients', 'overrides'],
      client: ['clients', 'groups', 'explain'],
      service: ['services', 'explain'],
      'safe-search': ['safe-search', 'explain'],
      override: ['overrides', 'explain'],
      schedule: ['schedules', 'explain'],
      user: ['users'],
      token: ['tokens'],
    }
    for (const key of ['changes', ...(keys[change.entity ?? ''] ?? [])])
      void client.invalidateQueries({ queryKey: [key] })
  })
  useLiveEvent('list', ({ listId, ...moved }) => {
    const before = client.getQueryData(listsQuery.queryKey)?.items.find((list) => list.id === listId)
    // Progress comes many times a second: it is laid over what is known; only another state asks anew.
    if (before?.state !== moved.state) void client.invalidateQueries({ queryKey: listsQuery.queryKey })
    client.setQueryData(listsQuery.queryKey, (lists) =>
      lists ? { items: lists.items.map((list) => (list.id === listId ? { ...list, ...moved } : list)) } : lists,
    )
  })
}

/** A session that ended leads to the sign-in, and from there back to this page. */
function useSignOutOn401(): void {
  const client = useQueryClient()
  const navigate = useNavigate()
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        const error = event.type === 'updated' ? event.query.state.error : null
        if (!(error instanceof ApiError) || error.status !== 401 || event.query.queryKey[0] === 'me') return
        client.removeQueries({ queryKey: ['me'] })
        const here = window.location.pathname + window.location.search
        void navigate({ to: '/sign-in', search: here === '/' ? {} : { to: here } })
      }),
    [client, navigate],
  )
}

function useTitle(): void {
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => {
    const label = ALL_DESTINATIONS.find((entry) => entry.to === path)?.label
    document.title = label ? `${label} · Weir` : 'Weir'
  }, [path])
}
