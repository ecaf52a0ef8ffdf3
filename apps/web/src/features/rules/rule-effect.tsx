/** Under the form: the effect in words, and what of the last day it would have met. */
import { useQuery } from '@tanstack/react-query'
import { formatCount, plural } from '../../lib/format.ts'
import { useDebounced } from '../../lib/use-debounced.ts'
import { NameText } from '../../ui/name-text.tsx'
import { previewQuery } from './get-rules.ts'
import { inputOf, type RuleDraft } from './rule-draft.ts'
import styles from './rules.module.css'

const TYPING_MS = 350
const SHOWN_NAMES = 4

interface RuleEffectProps {
  readonly id: number
  readonly draft: RuleDraft
  /** From the checker; null while something is wrong. */
  readonly summary: string | null
}

export function RuleEffect({ id, draft, summary }: RuleEffectProps) {
  const settled = useDebounced(draft, TYPING_MS)
  const preview = useQuery(previewQuery(summary !== null && settled === draft ? inputOf(draft) : null))
  if (summary === null) {
    return (
      <div className={styles.effect}>
        <h3>Effect</h3>
        <p>Shown here once the rule is complete.</p>
      </div>
    )
  }
  const covering = preview.data?.coveredBy.filter((rule) => rule.id !== id) ?? []
  return (
    <div className={styles.effect} aria-live="polite">
      <h3>Effect</h3>
      <p>{summary}.</p>
      {preview.data && <Matched {...preview.data} />}
      {covering.length > 0 && (
        <p className={styles.covered}>
          Already covered by <code>{covering[0]!.text}</code>
          {covering.length > 1 && ` and ${plural(covering.length - 1, 'more rule')}`}.
        </p>
      )}
    </div>
  )
}

interface MatchedProps {
  readonly matchedQueries: number
  readonly sampleNames: readonly { readonly name: string; readonly count: number }[]
}

function Matched({ matchedQueries, sampleNames }: MatchedProps) {
  // The statistics keep the most asked names of each hour: rarer ones are not counted, and the words say so.
  if (matchedQueries === 0)
    return <p>None of the most asked names of each hour of the last day match; rarer names are not counted.</p>
  return (
    <>
      <p>
        Matches at least {plural(matchedQueries, 'query', 'queries')} of the last day, counting the most asked names of
        each hour:
      </p>
      <ul className={styles.samples}>
        {sampleNames.slice(0, SHOWN_NAMES).map((sample) => (
          <li key={sample.name}>
            <NameText name={sample.name} />
            <span>{formatCount(sample.count)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
