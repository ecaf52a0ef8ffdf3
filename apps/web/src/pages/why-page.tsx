/** Why is a name answered as it is? The question stands in the address bar, so that it can be sent to somebody. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Explanation } from '@weir/shared/contract/explain'
import { useMemo } from 'react'
import { ExplainForm } from '../features/explain/explain-form.tsx'
import { ExplainResult } from '../features/explain/explain-result.tsx'
import type { ExplainSearch } from '../features/explain/explain-search.ts'
import { explainQuery } from '../features/explain/get-explanation.ts'
import { QuickRule } from '../features/quick-rule/quick-rule.tsx'
import { ApiError } from '../lib/api-error.ts'
import { PageHeader } from '../ui/panel.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx'
import styles from './plain.module.css'

export function WhyPage() {
  const search = useSearch({ from: '/shell/why' })
  const navigate = useNavigate()
  const explanation = useQuery(explainQuery(search))
  const { data, error } = explanation
  const asked = useMemo(() => askedOf(search, data), [search, data])
  const isFieldError = error instanceof ApiError && Object.keys(error.fieldErrors).length > 0
  return (
    <div className={styles.page}>
      <PageHeader
        title="Why?"
        note="The decision for a name, by the policy of now or of any moment that the history reaches back to."
      />
      <ExplainForm
        search={asked}
        error={error}
        isBusy={explanation.isFetching}
        onAsk={(next) => void navigate({ to: '/why', search: next })}
      />
      {search.name === undefined && search.query === undefined ? (
        <EmptyState title="Which name?">
          Type a name, or open one from the query log, to see what decides about it and why everything else does not.
        </EmptyState>
      ) : error && !isFieldError ? (
        <ErrorState what="The resolver did not explain" error={error} onRetry={() => void explanation.refetch()} />
      ) : data ? (
        <ExplainResult explanation={data} actions={<QuickRule key={data.name} {...subjectOf(data)} />} />
      ) : isFieldError ? null : (
        <Skeleton rows={8} height={24} />
      )}
    </div>
  )
}

/** What a logged query says of itself fills the form. */
function askedOf(search: ExplainSearch, explanation: Explanation | undefined): ExplainSearch {
  const logged = explanation?.logged
  if (!logged) return search
  return {
    name: logged.name,
    type: logged.type,
    client: `${logged.client} ${logged.clientId === null ? '' : `id:${logged.clientId}`}`.trim() || undefined,
    at: logged.at,
  }
}

/** Whom a rule made from here may be for. */
const subjectOf = ({ name, client, group, groupId, logged }: Explanation) => ({
  name,
  // A log that keeps no addresses names nobody.
  client: logged?.client === '' ? null : client,
  group: groupId === null ? null : { id: groupId, name: group },
})
