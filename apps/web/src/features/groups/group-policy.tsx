/** Everything that holds for a group, with where each of it comes from. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Group, GroupPolicy } from '@weir/shared/contract/groups'
import { formatCount } from '../../lib/format.ts'
import { http } from '../../lib/http.ts'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { GroupTerms } from './group-terms.tsx'
import styles from './groups.module.css'

const policyQuery = (id: number) =>
  queryOptions({
    queryKey: ['groups', id, 'policy'],
    queryFn: ({ signal }) => http.get<GroupPolicy>(`/groups/${id}/policy`, undefined, signal),
  })

const ORIGINS = { group: 'its own', everyone: 'from Everyone', settings: 'from the settings' } as const
const PRIVACIES = {
  full: 'everything',
  'hide-client': 'not who asked',
  'hide-name': 'not what was asked',
  none: 'nothing',
}

type Held = GroupPolicy['lists'][number]

export function GroupPolicyView({ group }: { readonly group: Pick<Group, 'id' | 'name'> }) {
  const policy = useQuery(policyQuery(group.id))
  return (
    <section className={styles.policy} aria-label={`What holds for ${group.name}`}>
      <h3>What holds</h3>
      <Loaded query={policy} failure="The policy could not be loaded" skeleton={<Skeleton rows={6} />}>
        {(loaded) => <Rows group={group} policy={loaded} />}
      </Loaded>
    </section>
  )
}

interface RowsProps {
  readonly group: Pick<Group, 'id' | 'name'>
  readonly policy: GroupPolicy
}

function Rows({ group, policy }: RowsProps) {
  const { answerParts, upstreams, logPrivacy } = policy
  return (
    <table className={styles.rows}>
      <thead className="visually-hidden">
        <tr>
          <th>What</th>
          <th>How</th>
          <th>From where</th>
        </tr>
      </thead>
      <tbody>
        {!policy.holdsNow && (
          <tr>
            <td colSpan={3}>Its schedule does not hold now: its clients have the policy of Everyone.</td>
          </tr>
        )}
        <GroupTerms group={group} policy={policy} originOf={({ origin }) => ORIGINS[origin]} />
        {policy.rules.map(({ action, own, everyone }) => (
          <tr key={action}>
            <td>
              <Link to="/rules">{RULE_WORDS[action] ?? action}</Link>
            </td>
            <td className={styles.number}>{formatCount(own + everyone)}</td>
            <td>
              {formatCount(own)} its own, {formatCount(everyone)} for all
            </td>
          </tr>
        ))}
        {answerParts.map(({ part, value, origin }) => (
          <Row key={part} what={ANSWER_PARTS[part]} how={answerText(part, value)} origin={origin} />
        ))}
        <Row what="Upstreams" how={upstreams.value.servers.join(', ')} origin={upstreams.origin} />
        <Row what="The log keeps" how={PRIVACIES[logPrivacy.value]} origin={logPrivacy.origin} />
      </tbody>
    </table>
  )
}

const ANSWERS = {
  null: '0.0.0.0 and ::',
  nxdomain: 'NXDOMAIN',
  nodata: 'NODATA',
  refused: 'REFUSED',
  drop: 'no reply',
  addresses: 'given addresses',
}

type AnswerPart = GroupPolicy['answerParts'][number]

const ANSWER_PARTS: Readonly<Record<AnswerPart['part'], string>> = {
  kind: 'Block answer',
  ipv4: 'Its IPv4 addresses',
  ipv6: 'Its IPv6 addresses',
  txt: 'Its TXT record',
  mx: 'Its MX record',
  ttlSeconds: 'Its TTL',
  extendedError: 'Its error code',
}

function answerText(part: AnswerPart['part'], value: AnswerPart['value']): string {
  if (part === 'kind') return ANSWERS[value as keyof typeof ANSWERS]
  if (part === 'ttlSeconds') return `${value} s`
  return Array.isArray(value) ? value.join(', ') : String(value)
}

const RULE_WORDS: Readonly<Record<string, string>> = {
  block: 'Block rules',
  allow: 'Allow rules',
  forward: 'Forward rules',
  rewrite: 'Rewrites',
  alias: 'Aliases',
}

interface RowProps {
  readonly what: string
  readonly how: string
  readonly origin: Held['origin']
}

const Row = ({ what, how, origin }: RowProps) => (
  <tr>
    <td>{what}</td>
    <td>{how}</td>
    <td>{ORIGINS[origin]}</td>
  </tr>
)
