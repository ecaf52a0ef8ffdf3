/** Everything that holds for a group, with where each of it comes from. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Group, GroupPolicy } from '@weir/shared/contract/groups'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { http } from '../../lib/http.ts'
import { ShadowChip } from '../../ui/shadow-mark.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
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
        {(loaded) => <Rows policy={loaded} />}
      </Loaded>
    </section>
  )
}

function Rows({ policy }: { readonly policy: GroupPolicy }) {
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const when = ({ enabled, schedule }: Pick<Held, 'enabled' | 'schedule'>): string => {
    if (!enabled) return 'off'
    return schedule === null ? 'always' : (schedules.find(({ id }) => id === schedule)?.name ?? `schedule ${schedule}`)
  }
  const { answer, upstreams, logPrivacy } = policy
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
        {policy.lists.map((list) => (
          <tr key={list.id}>
            <td>
              <Link to="/lists" search={{ open: Number(list.id) }}>
                List {list.name}
              </Link>{' '}
              {list.shadow && <ShadowChip />}
            </td>
            <td>{when(list)}</td>
            <td>{ORIGINS[list.origin]}</td>
          </tr>
        ))}
        {[...policy.services, ...policy.safeSearch].map((set) => (
          <tr key={`${set.kind} ${set.id}`}>
            <td>
              <Link to="/services" search={{ open: set.id }}>
                {set.kind === 'service' ? set.name : `Safe search: ${set.name}`}
              </Link>
            </td>
            <td>{when(set)}</td>
            <td>{ORIGINS[set.origin]}</td>
          </tr>
        ))}
        {policy.rules.map(({ action, own, everyone }) => (
          <tr key={action}>
            <td>
              <Link to="/rules">{RULE_WORDS[action] ?? action}</Link>
            </td>
            <td className={styles.number}>
              {own} + {everyone}
            </td>
            <td>its own + from Everyone</td>
          </tr>
        ))}
        <Row what="Block answer" how={answer.value?.kind ?? 'in part'} origin={answer.origin} />
        <Row what="Upstreams" how={upstreams.value.servers.join(', ')} origin={upstreams.origin} />
        <Row what="The log keeps" how={PRIVACIES[logPrivacy.value]} origin={logPrivacy.origin} />
      </tbody>
    </table>
  )
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
