/** The version that waits for a review: why, what it would change, and the choice. The one before it stays in effect. */
import type { List, ListVersion } from '@weir/shared/contract/lists'
import { messageOf } from '../../lib/api-error.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { type Toast, useToast } from '../../ui/toast.tsx'
import { useActivateVersion, useDiscardVersion, wayBack } from './change-lists.ts'
import { BECAUSE_WORDS } from './list-words.ts'
import styles from './lists.module.css'

/** Further names are counted. */
const SHOWN_NAMES = 10

interface HeldVersionProps {
  readonly list: List
  readonly version: ListVersion
  readonly onCompare: () => void
}

export function HeldVersion({ list, version, onCompare }: HeldVersionProps) {
  const activate = useActivateVersion()
  const discard = useDiscardVersion()
  const toast = useToast()
  const act = (work: Promise<unknown>, done: string, way: Pick<Toast, 'undo'> = {}) =>
    void work.then(
      () => toast({ message: `${list.name}: ${done}`, ...way }),
      (error: unknown) => toast({ message: `Not changed: ${messageOf(error)}`, isError: true }),
    )
  const target = { id: list.id, versionId: version.id }
  const isBusy = activate.isPending || discard.isPending
  return (
    <section className={styles.held} aria-label="Held for review">
      <h3 className={styles.heading}>A new version waits for your word</h3>
      <p>
        It came <TimeAgo at={version.createdAt} /> with{' '}
        {plural(version.names + version.complexRules, 'entry', 'entries')}: {formatCount(version.added)} added,{' '}
        {formatCount(version.removed)} removed. Until then{' '}
        {list.activeVersion ? 'the one before stays in effect.' : 'the list does nothing.'}
      </p>
      <ul>
        {(version.findings ?? []).map((finding) => (
          <li key={finding.kind}>
            {finding.names.length === 0 ? finding.detail : <FoundNames names={finding.names} total={finding.total} />}
          </li>
        ))}
      </ul>
      <SimulatedEffect changes={[{ kind: 'list', id: list.id, versionId: version.id }]} />
      <div className={styles.buttons}>
        <Button
          variant="strong"
          isBusy={activate.isPending}
          disabled={isBusy}
          onClick={() =>
            act(activate.mutateAsync(target), 'the new version is in effect', wayBack(list, activate.mutateAsync))
          }
        >
          Put into effect
        </Button>
        <Button
          isBusy={discard.isPending}
          disabled={isBusy}
          onClick={() => act(discard.mutateAsync(target), `the new version is discarded${staysAway(list)}`)}
        >
          Discard
        </Button>
        <Button variant="ghost" onClick={onCompare}>
          What would change
        </Button>
      </div>
    </section>
  )
}

/** A fetch that brings the same once more changes nothing. */
const staysAway = ({ source }: List): string => (source === 'url' ? ' until its source has something else' : '')

type FoundName = NonNullable<ListVersion['findings']>[number]['names'][number]

function FoundNames({ names, total }: { readonly names: readonly FoundName[]; readonly total: number }) {
  const shown = names.slice(0, SHOWN_NAMES)
  return (
    <>
      covers {plural(total, 'name')} that it should not:
      <ul className={styles.found}>
        {shown.map(({ name, entry, because }) => (
          <li key={`${name} ${entry}`}>
            <code>{name}</code>, {BECAUSE_WORDS[because]}, by <code>{entry}</code>
          </li>
        ))}
        {total > shown.length && <li>and {formatCount(total - shown.length)} more</li>}
      </ul>
    </>
  )
}
