/** What happens with clients that nobody knows: they stay with everyone, or go to a group of their own. */
import { useQuery } from '@tanstack/react-query'
import type { SettingsPatch, SettingsState } from '@weir/shared/contract/settings'
import { groupsQuery } from '../../lib/api/groups.ts'
import { settingsQuery, usePatchSettings } from '../../lib/api/settings.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { SelectInput } from '../../ui/field.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './clients.module.css'

export function QuarantinePanel() {
  const settings = useQuery(settingsQuery)
  return (
    <Loaded query={settings} failure="The settings could not be loaded" skeleton={<Skeleton rows={2} height={44} />}>
      {(loaded) => <Fields settings={loaded} />}
    </Loaded>
  )
}

function Fields({ settings }: { readonly settings: SettingsState }) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const toast = useToast()
  const patch = usePatchSettings()
  const undo = useUndo()
  const save = (clients: NonNullable<SettingsPatch['clients']>, message: string) =>
    patch.mutate(
      { patch: { clients }, base: settings },
      {
        onSuccess: ({ revision }) => toast({ message, undo: () => undo.revision(revision) }),
        onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
      },
    )
  return (
    <div className={styles.options}>
      <SelectInput
        label="New clients go to"
        value={settings.clients.quarantineGroup === null ? '' : String(settings.clients.quarantineGroup)}
        options={[
          ['', 'Everyone, as all that no entry names'],
          ...groups
            .filter(({ isDefault }) => !isDefault)
            .map(({ id, name }) => [String(id), `Quarantine: ${name}`] as const),
        ]}
        onChange={(id) =>
          save(
            { quarantineGroup: id === '' ? null : Number(id) },
            `New clients go to ${groups.find((group) => String(group.id) === id)?.name ?? 'Everyone'}`,
          )
        }
        help="Whoever asks for the first time while this is on stays in the group until released. Those that are known stay where they are."
      />
      <Switch
        label="Find the names of clients"
        checked={settings.clients.findNames}
        onChange={(findNames) => save({ findNames }, `Names of clients are ${findNames ? '' : 'not '}looked for`)}
        help="By PTR queries to this resolver, for private addresses: local records answer them, or a forward rule for the network's reverse zone."
      />
    </div>
  )
}
