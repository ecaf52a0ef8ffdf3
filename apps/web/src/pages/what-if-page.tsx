/** What would a change have done to the queries of late? Nothing is changed; the draft stands in the address bar. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { useMemo, useState } from 'react'
import { fieldsOf } from '../features/what-if/draft-form.ts'
import { WhatIfForm } from '../features/what-if/what-if-form.tsx'
import { WhatIfProgress } from '../features/what-if/what-if-progress.tsx'
import { WhatIfResult } from '../features/what-if/what-if-result.tsx'
import { draftOf } from '../features/what-if/what-if-search.ts'
import { simulationQuery, useSimulationShare } from '../lib/api/simulate.ts'
import { ApiError } from '../lib/api-error.ts'
import { PageHeader } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import styles from './plain.module.css'

/** What an address bar takes; a longer draft stays in the page. */
const MAX_ADDRESS_CHARACTERS = 4000

export function WhatIfPage() {
  const search = useSearch({ from: '/shell/what-if' })
  const navigate = useNavigate()
  const client = useQueryClient()
  const [large, setLarge] = useState<readonly DraftChange[] | null>(null)
  const period = search.period ?? '24h'
  const changes = useMemo(() => large ?? draftOf(search), [large, search])
  const { progressKey, share } = useSimulationShare()
  const query = simulationQuery(changes, period, progressKey)
  const { data, error, isFetching, refetch } = useQuery(query)
  const tried = useMemo(() => fieldsOf(changes), [changes])
  const isTyped = tried !== null && tried.kind !== 'list-switch'
  const fieldError = isTyped && !isFetching && error instanceof ApiError ? error.errors[0]?.message : undefined
  const attempt = (next: readonly DraftChange[]) => {
    const draft = JSON.stringify(next)
    const isLarge = draft.length > MAX_ADDRESS_CHARACTERS
    setLarge(isLarge ? next : null)
    void navigate({ to: '/what-if', search: { ...search, draft: isLarge ? undefined : draft } })
  }
  return (
    <div className={styles.page}>
      <PageHeader
        title="What if?"
        note="What a change would have done to the queries of late. Nothing is changed."
        actions={
          <Segmented
            label="Queries of"
            value={period}
            onChange={(next) => void navigate({ to: '/what-if', search: { ...search, period: next } })}
            options={[
              ['24h', '24 hours'],
              ['7d', '7 days'],
            ]}
          />
        }
      />
      <WhatIfForm
        tried={tried}
        error={fieldError}
        isBusy={isFetching}
        onTry={attempt}
        onCancel={() => void client.cancelQueries({ queryKey: query.queryKey })}
      />
      {changes === null ? (
        <EmptyState title="Which change?">
          Name one to see which queries, names and clients it would have blocked or freed. Rules and lists offer it too,
          while they are edited.
        </EmptyState>
      ) : fieldError ? null : error && !isFetching ? (
        <ErrorState what="It could not be tried" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <WhatIfResult changes={changes} result={data} period={period} />
      ) : isFetching ? (
        <WhatIfProgress share={share} />
      ) : (
        <EmptyState title="Cancelled">Try again when you like.</EmptyState>
      )}
    </div>
  )
}
