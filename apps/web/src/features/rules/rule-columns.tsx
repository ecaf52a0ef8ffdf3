/** Columns of the rules table, and a rule as a card. */
import { RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { ListedRule } from '@weir/shared/contract/listed-rules'
import type { Rule } from '@weir/shared/contract/rules'
import { formatShortCount, NO_VALUE } from '../../lib/format.ts'
import type { Column } from '../../ui/data-table-props.ts'
import { NameText } from '../../ui/name-text.tsx'
import { FamilyBadge } from '../../ui/outcome-mark.tsx'
import { ShadowChip } from '../../ui/shadow-mark.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { ACTION_LABELS } from './rule-filter.ts'
import { FAMILY_OF_ACTION, MATCH_SHORT, outcomeOf } from './rule-words.ts'
import styles from './rules.module.css'

/** What the ids in a rule are called. */
export interface ScopeNames {
  readonly groups: ReadonlyMap<number, string>
  readonly schedules: ReadonlyMap<number, string>
}

const WOULD_HAVE: Column<ListedRule> = {
  key: 'shadowHits',
  header: 'Would have',
  sortKey: 'shadowHits',
  width: '96px',
  isNumeric: true,
  cell: (rule) => <span className={styles.quiet}>{wouldHave(rule)}</span>,
}

/** @param hasTrials some rule only records, so that there is something to say of what it would have done */
export const ruleColumns = (names: ScopeNames, hasTrials: boolean): readonly Column<ListedRule>[] => [
  { key: 'action', header: 'Action', sortKey: 'action', width: '86px', cell: (rule) => <ActionBadge rule={rule} /> },
  {
    key: 'pattern',
    header: 'Pattern',
    sortKey: 'pattern',
    width: 'minmax(200px, 2.6fr)',
    cell: (rule) => (
      <span className={styles.pattern}>
        <NameText name={rule.pattern} />
        {rule.important && <span className={styles.tag}>important</span>}
        {rule.shadow && <ShadowChip />}
      </span>
    ),
  },
  {
    key: 'match',
    header: 'Match',
    width: '78px',
    cell: (rule) => <span className={styles.quiet}>{MATCH_SHORT[rule.match]}</span>,
  },
  {
    key: 'outcome',
    header: 'Answer or target',
    width: 'minmax(96px, 1.5fr)',
    cell: (rule) =>
      rule.action === 'alias' ? <NameText name={outcomeOf(rule)} /> : <span className="mono">{outcomeOf(rule)}</span>,
  },
  {
    key: 'scope',
    header: 'For',
    width: 'minmax(72px, 0.8fr)',
    cell: (rule) => <span className={styles.quiet}>{scopeText(rule, names)}</span>,
  },
  {
    key: 'comment',
    header: 'Comment',
    width: 'minmax(0, 1.2fr)',
    cell: (rule) => <span className={styles.quiet}>{rule.comment}</span>,
  },
  {
    key: 'hits',
    header: `${RECENT_HIT_DAYS} days`,
    sortKey: 'hits',
    width: '72px',
    isNumeric: true,
    cell: (rule) => (rule.hits ? formatShortCount(rule.hits.recent) : NO_VALUE),
  },
  ...(hasTrials ? [WOULD_HAVE] : []),
  {
    key: 'lastHitAt',
    header: 'Last hit',
    sortKey: 'lastHitAt',
    width: '84px',
    isNumeric: true,
    cell: (rule) => <span className={styles.quiet}>{rule.hits ? <TimeAgo at={rule.hits.lastHitAt} /> : NO_VALUE}</span>,
  },
  {
    key: 'updatedAt',
    header: 'Changed',
    sortKey: 'updatedAt',
    width: '86px',
    isNumeric: true,
    cell: (rule) => (
      <span className={styles.quiet}>
        <TimeAgo at={rule.updatedAt} />
      </span>
    ),
  },
  { key: 'enabled', header: 'State', width: '56px', cell: (rule) => <StateWord rule={rule} /> },
]

interface RuleCardProps {
  readonly rule: Rule
  readonly names: ScopeNames
}

export function RuleCard({ rule, names }: RuleCardProps) {
  const isForAll =
    [rule.groups, rule.clients, rule.clientTags, rule.queryTypes].every((part) => !part?.length) &&
    typeof rule.schedule !== 'number'
  return (
    <>
      <span className={styles.line}>
        <NameText name={rule.pattern} isStrong />
        <span className={styles.end}>{MATCH_SHORT[rule.match]}</span>
      </span>
      <span className={styles.line}>
        <ActionBadge rule={rule} />
        {rule.shadow && <ShadowChip />}
        <span className={styles.cut}>
          {[isForAll ? '' : scopeText(rule, names), outcomeOf(rule) || rule.comment].filter(Boolean).join(' · ')}
        </span>
        <span className={styles.end}>
          <StateWord rule={rule} />
        </span>
      </span>
    </>
  )
}

const ActionBadge = ({ rule }: { readonly rule: Rule }) => (
  <FamilyBadge family={FAMILY_OF_ACTION[rule.action]}>{ACTION_LABELS[rule.action]}</FamilyBadge>
)

function StateWord({ rule }: { readonly rule: Rule }) {
  if (!rule.enabled) return <span className={styles.quiet}>off</span>
  if (rule.expiresAt !== null && rule.expiresAt <= Date.now()) return <span className={styles.quiet}>expired</span>
  if (rule.expiresAt !== null)
    return (
      <span title="Ends by itself">
        <TimeAgo at={rule.expiresAt} />
      </span>
    )
  return <span>on</span>
}

/** `Kids · School nights · AAAA` */
function scopeText({ groups, clients = [], clientTags = [], schedule, queryTypes }: Rule, names: ScopeNames): string {
  const inGroups = groups.map((id) => names.groups.get(id) ?? `group ${id}`)
  const byTag = clientTags.map((tag) => (tag.startsWith('~') ? `~tag ${tag.slice(1)}` : `tag ${tag}`))
  const whom = [...inGroups, ...clients, ...byTag].map((who) => who.replace(/^~/, 'not ')).join(', ') || 'everyone'
  const hours = typeof schedule !== 'number' ? '' : (names.schedules.get(schedule) ?? `schedule ${schedule}`)
  return [whom, hours, queryTypes.join(' ')].filter(Boolean).join(' · ')
}

/** Of one that acts it says nothing any more. */
const wouldHave = ({ shadow, shadowHits }: ListedRule): string =>
  shadow && shadowHits ? formatShortCount(shadowHits.recent) : NO_VALUE
