/** Making and taking back one rule, from wherever a name is shown. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Deleted } from '@weir/shared/contract/primitives'
import type { Rule, RuleInput } from '@weir/shared/contract/rules'
import type { z } from 'zod'
import { deleteEdited } from '../edit-conflict.ts'
import { http } from '../http.ts'

export type SavedRule = Rule & { readonly applied: boolean; readonly revision: number }

export const createRule = (rule: RuleInput): Promise<SavedRule> => http.post('/rules', rule)
/** @param rule as it was seen; a bare id: whatever it is by now */
const deleteRule = (rule: Rule | number) => {
  const [id, base] = typeof rule === 'number' ? [rule, undefined] : [rule.id, rule]
  return deleteEdited<z.infer<typeof Deleted>>(`/rules/${id}`, base, `Rule ${base?.pattern ?? id}`)
}

/** After rules changed, everything that shows decisions is old. */
export function useRefreshRules(): () => void {
  const client = useQueryClient()
  // Nobody waits for it: what was saved is in effect by then, and a drawer closes at once.
  return () => {
    for (const key of ['rules', 'rule', 'changes', 'explain']) void client.invalidateQueries({ queryKey: [key] })
  }
}

export function useCreateRule() {
  const refresh = useRefreshRules()
  return useMutation({ mutationFn: createRule, onSuccess: refresh })
}

export function useDeleteRule() {
  const refresh = useRefreshRules()
  return useMutation({ mutationFn: deleteRule, onSuccess: refresh })
}
