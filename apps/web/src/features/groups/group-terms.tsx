/** Lists, services and safe search as they are for one group: seen with where each comes from, and changed in place. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { GroupPolicy } from '@weir/shared/contract/groups'
import { groupsQuery } from '../../lib/api/groups.ts'
import { listsQuery } from '../../lib/api/lists.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { safeSearchQuery, servicesQuery } from '../../lib/api/services.ts'
import { choiceForGroup, type TermChoice } from '../../lib/terms.ts'
import { SelectInput } from '../../ui/field.tsx'
import { ShadowChip } from '../../ui/shadow-mark.tsx'
import { type Held, useChangeTerm } from './change-terms.ts'

type HeldPolicy = GroupPolicy['lists'][number]

interface GroupTermsProps {
  readonly group: { readonly id: number; readonly name: string }
  readonly policy: GroupPolicy
  /** Where it comes from, in words. */
  readonly originOf: (held: HeldPolicy) => string
}

/** Rows of the table of all that holds for the group. */
export function GroupTerms({ group, policy, originOf }: GroupTermsProps) {
  const lists = useQuery(listsQuery).data?.items ?? []
  const services = useQuery(servicesQuery).data?.items ?? []
  const engines = useQuery(safeSearchQuery).data?.items ?? []
  const rows = [
    ...policy.lists.map((held) => ({
      held,
      title: `List ${held.name}`,
      path: `/lists/${held.id}`,
      whole: lists.find(({ id }) => String(id) === held.id),
    })),
    ...policy.services.map((held) => ({
      held,
      title: held.name,
      path: `/services/${held.id}`,
      whole: services.find(({ id }) => id === held.id),
    })),
    ...policy.safeSearch.map((held) => ({
      held,
      title: `Safe search: ${held.name}`,
      path: `/safe-search/${held.id}`,
      whole: engines.find(({ id }) => id === held.id),
    })),
  ]
  const shown = new Set(policy.services.map(({ id }) => id))
  const others = services.filter(({ id }) => !shown.has(id))
  return (
    <>
      {rows.map(({ held, title, path, whole }) => (
        <tr key={path}>
          <td>
            {path.startsWith('/lists') ? (
              <Link to="/lists" search={{ open: Number(held.id) }}>
                {title}
              </Link>
            ) : (
              <Link to="/services" search={{ open: held.id }}>
                {title}
              </Link>
            )}{' '}
            {held.shadow && <ShadowChip />}
          </td>
          <td>{whole ? <TermCell group={group} title={title} path={path} held={whole} /> : '…'}</td>
          <td>{originOf(held)}</td>
        </tr>
      ))}
      {others.length > 0 && <BlockService group={group} services={others} />}
    </>
  )
}

interface TermCellProps {
  readonly group: GroupTermsProps['group']
  readonly title: string
  readonly path: string
  readonly held: Held
}

function TermCell({ group, title, path, held }: TermCellProps) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const change = useChangeTerm(groups)
  if (!held.enabled) return 'switched off for all'
  return (
    <SelectInput<TermChoice>
      label={`${title} for ${group.name}`}
      isLabelHidden
      value={choiceForGroup(held, group.id)}
      options={[
        ['inherit', 'As for all groups'],
        ['always', 'Always'],
        ['never', 'Never'],
        ...schedules.map(({ id, name }) => [`${id}`, `During ${name}`] as const),
      ]}
      onChange={(choice) => change.mutate({ path, held, group, choice })}
    />
  )
}

interface BlockServiceProps {
  readonly group: GroupTermsProps['group']
  readonly services: readonly (Held & { readonly id: string })[]
}

function BlockService({ group, services }: BlockServiceProps) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const change = useChangeTerm(groups)
  const block = (id: string): void => {
    const held = services.find((service) => service.id === id)
    if (held) change.mutate({ path: `/services/${id}`, held, group, choice: 'always' })
  }
  return (
    <tr>
      <td colSpan={3}>
        <SelectInput
          label={`Block one more service for ${group.name}`}
          isLabelHidden
          value=""
          options={[['', 'Block one more service …'], ...services.map(({ id, name }) => [id, name] as const)]}
          onChange={block}
        />
      </td>
    </tr>
  )
}
