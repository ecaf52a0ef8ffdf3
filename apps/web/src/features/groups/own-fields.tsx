/** What a group may set of its own, besides its block answer; what is not set is as for Everyone. */
import { useQuery } from '@tanstack/react-query'
import type { Group, GroupUpstreams } from '@weir/shared/contract/groups'
import { UPSTREAM_STRATEGIES } from '@weir/shared/contract/settings'
import type { LogPrivacy } from '@weir/shared/log/log-privacy'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { SelectInput, TextArea } from '../../ui/field.tsx'

export interface OwnDraft {
  readonly schedule: number | null
  readonly logPrivacy: Group['logPrivacy']
  /** One a line; empty: those of the settings. */
  readonly servers: string
  readonly strategy: GroupUpstreams['strategy']
}

const PRIVACY_LABELS: readonly (readonly [LogPrivacy, string])[] = [
  ['full', 'Everything'],
  ['hide-client', 'Not who asked'],
  ['hide-name', 'Not what was asked'],
  ['none', 'Nothing: queries are only counted'],
]
const STRATEGY_LABELS: Readonly<Record<(typeof UPSTREAM_STRATEGIES)[number], string>> = {
  failover: 'In order: the next when one fails',
  'round-robin': 'In turn',
  fastest: 'The fastest',
  parallel: 'All at once, the first answer counts',
}

export function upstreamsOf({ servers, strategy }: OwnDraft): GroupUpstreams | null {
  const list = servers.split(/[\s,]+/).filter((server) => server !== '')
  return list.length > 0 ? { servers: list, strategy } : null
}

interface OwnFieldsProps {
  readonly value: OwnDraft
  readonly isDefault: boolean
  readonly onChange: (own: Partial<OwnDraft>) => void
  readonly errors: Readonly<Record<string, string>>
}

export function OwnFields({ value, isDefault, onChange, errors }: OwnFieldsProps) {
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const serverError = Object.entries(errors).find(([field]) => field.startsWith('upstreams'))?.[1]
  return (
    <>
      {!isDefault && (
        <SelectInput
          label="Its policy holds"
          value={value.schedule === null ? '' : String(value.schedule)}
          onChange={(id) => onChange({ schedule: id === '' ? null : Number(id) })}
          options={[['', 'always'], ...schedules.map(({ id, name }) => [String(id), `during ${name}`] as const)]}
          help="At other times its clients have the policy of Everyone."
          error={errors['schedule']}
        />
      )}
      {!isDefault && (
        <TextArea
          label="Upstreams of its own, one a line"
          isMono
          rows={3}
          placeholder="As in the settings"
          value={value.servers}
          onChange={(servers) => onChange({ servers })}
          error={serverError}
        />
      )}
      {value.servers.trim() !== '' && (
        <SelectInput
          label="How they are asked"
          value={value.strategy}
          onChange={(strategy) => onChange({ strategy })}
          options={UPSTREAM_STRATEGIES.map((strategy) => [strategy, STRATEGY_LABELS[strategy]] as const)}
        />
      )}
      <SelectInput
        label="What the log keeps of its queries"
        value={value.logPrivacy ?? ''}
        onChange={(privacy) => onChange({ logPrivacy: privacy === '' ? null : privacy })}
        options={[['', isDefault ? 'Everything (not set)' : 'As for Everyone'], ...PRIVACY_LABELS]}
      />
    </>
  )
}
