/** What can be done to rules. Each act says how it is taken back. */
import { useMutation } from '@tanstack/react-query'
import type { BulkRequest, BulkResult, ImportRequest, ImportResult } from '@weir/shared/contract/rule-requests'
import type { Rule, RuleInput, RulePatch } from '@weir/shared/contract/rules'
import type { z } from 'zod'
import { createRule, type SavedRule, useRefreshRules } from '../../lib/api/save-rule.ts'
import { saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'

export type Bulk = z.infer<typeof BulkRequest>
export type Imported = z.infer<typeof ImportResult>

interface SaveRequest {
  /** 0: a new rule. */
  readonly id: number
  readonly input: RuleInput
  /** As the form was opened with. */
  readonly base?: Rule | null
  readonly onTheirs?: () => void
}

/** The API keeps what a patch does not name: fields that were cleared have to be named. */
const patchOf = (input: RuleInput): RulePatch => ({
  enabled: true,
  important: false,
  shadow: false,
  queryTypes: [],
  ttlSeconds: null,
  groups: [],
  expiresAt: null,
  comment: '',
  schedule: null,
  clients: [],
  clientTags: [],
  exceptNames: [],
  ...CLEARED[input.action],
  // An IP rewrite has none of what local answers have.
  ...(input.match === 'address' && input.action === 'rewrite' ? {} : CLEARED_LOCAL[input.action]),
  ...input,
})

const CLEARED: Readonly<Record<string, RulePatch>> = {
  block: { answer: null, badfilter: false, inverted: false, yields: false },
  allow: { badfilter: false, inverted: false, exceptRewrite: null, tcpOnly: false, yields: false },
}
const CLEARED_LOCAL: Readonly<Record<string, RulePatch>> = {
  rewrite: { badfilter: false, inverted: false, ipv4: [], ipv6: [], records: [], rcode: null, overridesBlock: false },
}

export function useSaveRule() {
  const refresh = useRefreshRules()
  return useMutation({
    mutationFn: ({ id, input, base, onTheirs }: SaveRequest) => {
      if (id === 0 || !base) return createRule(input)
      const title = `Rule ${base.pattern}`
      return saveEdit<SavedRule>({ path: `/rules/${id}`, body: patchOf(input), base, title, onTheirs })
    },
    onSuccess: refresh,
  })
}

export function useBulk() {
  const refresh = useRefreshRules()
  return useMutation({
    mutationFn: (request: Bulk) => http.post<z.infer<typeof BulkResult>>('/rules/bulk', request),
    onSuccess: refresh,
  })
}

export function useImportRules() {
  const refresh = useRefreshRules()
  return useMutation({
    mutationFn: ({ signal, ...request }: z.input<typeof ImportRequest> & { readonly signal?: AbortSignal }) =>
      http.post<Imported>('/rules/import', request, { signal }),
    onSuccess: (_, request) => {
      if (!request.dryRun) refresh()
    },
  })
}
