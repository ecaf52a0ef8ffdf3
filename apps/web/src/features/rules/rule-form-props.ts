/** What the parts of the rule form share. */
import type { RuleDraft } from './rule-draft.ts'

export interface RuleFormProps {
  readonly draft: RuleDraft
  readonly onChange: (patch: Partial<RuleDraft>) => void
  readonly errors: Readonly<Record<string, string>>
}
