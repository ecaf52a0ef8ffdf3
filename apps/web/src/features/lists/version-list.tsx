/** Versions of a list: what each brought, and the way back to one. */
import { useQuery } from '@tanstack/react-query'
import type { List } from '@weir/shared/contract/lists'
import { messageOf } from '../../lib/api-error.ts'
import { formatCount, formatDayAndClock } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useActivateVersion, wayBack } from './change-lists.ts'
import { type Version, versionsQuery } from './get-lists.ts'
import styles from './lists.module.css'
import type { ComparedVersions } from './version-diff.tsx'

interface VersionListProps {
  readonly list: List
  readonly onCompare: (compared: ComparedVersions) => void
}

export function VersionList({ list, onCompare }: VersionListProps) {
  const versions = useQuery(versionsQuery(list.id))
  const activate = useActivateVersion()
  const toast = useToast()
  const use = (versionId: number) =>
    activate.mutate(
      { id: list.id, versionId },
      {
        onSuccess: () =>
          toast({
            message: `${list.name}: another version is in effect${lasting(list)}`,
            ...wayBack(list, activate.mutateAsync),
          }),
        onError: (error) => toast({ message: `Not changed: ${messageOf(error)}`, isError: true }),
      },
    )
  return (
    <div>
      <Loaded query={versions} failure="The versions could not be loaded">
        {({ items }) =>
          items.length === 0 ? (
            <p className={styles.inEffect}>None yet: the first one comes with the first content.</p>
          ) : (
            <ol className={styles.versions}>
              {items.map((version) => (
                <li key={version.id}>
                  <span>
                    {formatCount(version.names + version.complexRules)} entries, <TimeAgo at={version.createdAt} />
                    <small>
                      {formatCount(version.added)} added, {formatCount(version.removed)} removed,{' '}
                      {formatCount(version.rejectedCount)} not understood
                    </small>
                  </span>
                  <span className={styles.buttons}>
                    {items.length > 1 && (
                      <Button
                        size="small"
                        variant="ghost"
                        aria-label={`Compare the version of ${formatDayAndClock(version.createdAt)}`}
                        onClick={() => onCompare(comparisonOf(version, items))}
                      >
                        Compare
                      </Button>
                    )}
                    {version.findings !== null ? (
                      <span className={styles.inEffect}>waits for a review</span>
                    ) : version.isActive ? (
                      <span className={styles.inEffect}>in effect</span>
                    ) : (
                      <Button
                        size="small"
                        onClick={() => use(version.id)}
                        isBusy={activate.isPending && activate.variables?.versionId === version.id}
                      >
                        Use this one
                      </Button>
                    )}
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </div>
  )
}

/** What is chosen by hand does not stay by itself. */
const lasting = ({ source, pinned }: List): string =>
  source === 'url' && !pinned ? ' until its source has something new; pin it to keep it' : ''

/** With the one in effect; that one with the one before it, or after it where it is the oldest. */
function comparisonOf(version: Version, versions: readonly Version[]): ComparedVersions {
  if (!version.isActive) return { from: undefined, to: version.id }
  const at = versions.indexOf(version)
  const before = versions[at + 1]
  return before ? { from: before.id, to: version.id } : { from: version.id, to: versions[at - 1]!.id }
}
