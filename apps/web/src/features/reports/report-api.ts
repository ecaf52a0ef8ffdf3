/** The report on the policy, and what can be done about a finding. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { PolicyReport } from '@weir/shared/contract/policy-report'
import { http } from '../../lib/http.ts'

const PATH = '/reports/policy'
const RUNNING_REFRESH_MS = 500

export const reportQuery = queryOptions({
  queryKey: ['report'],
  queryFn: ({ signal }) => http.get<PolicyReport>(PATH, undefined, signal),
  refetchInterval: ({ state }) => (state.data?.state === 'running' ? RUNNING_REFRESH_MS : false),
})

export function useReportRun() {
  const client = useQueryClient()
  const take = (report: PolicyReport) => client.setQueryData(reportQuery.queryKey, report)
  return {
    start: useMutation({ mutationFn: (days: number) => http.post<PolicyReport>(PATH, { days }), onSuccess: take }),
    cancel: useMutation({ mutationFn: () => http.post<PolicyReport>(`${PATH}/cancel`), onSuccess: take }),
  }
}

export type Operation = 'disable' | 'delete'
interface Changed {
  readonly revision: number
}
interface ChangedRules extends Changed {
  /** How many were not so already. */
  readonly changed: number
}

/** The remedy of findings. The report itself stays as it was made; it says that it is out of date. */
export function useRemedy() {
  const client = useQueryClient()
  const refresh = () =>
    Promise.all(
      [['report'], ['rules'], ['rule'], ['lists'], ['list'], ['changes']].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    )
  return {
    refresh,
    rule: useMutation({
      mutationFn: ({ ids, operation }: { ids: readonly number[]; operation: Operation }) =>
        http.post<ChangedRules>('/rules/bulk', { ids, operation }),
      onSettled: refresh,
    }),
    list: useMutation({
      mutationFn: ({ id, operation }: { id: number; operation: Operation }) =>
        operation === 'delete'
          ? http.delete<Changed>(`/lists/${id}`)
          : http.patch<Changed>(`/lists/${id}`, { enabled: false }),
      onSettled: refresh,
    }),
    restoreList: useMutation({ mutationFn: (id: number) => http.post(`/lists/${id}/restore`), onSettled: refresh }),
  }
}
