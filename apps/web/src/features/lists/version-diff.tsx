/** What one version of a list has and another has not: figures, the first entries of each side, a search, all as text. */
import { IconArrowRight, IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type DiffSide, type ListDiff, MAX_DIFF_ENTRIES } from '@weir/shared/contract/list-diff'
import type { List } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { formatCount, formatDayAndClock, formatPercent, plural } from '../../lib/format.ts'
import { apiUrl } from '../../lib/http.ts'
import { Dialog } from '../../ui/drawer.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { diffProgressQuery, diffQuery, type Version, versionsQuery } from './get-lists.ts'
import styles from './version-diff.module.css'

/** The two that are compared; `from` undefined: the one in effect. */
export interface ComparedVersions {
  readonly from: number | undefined
  readonly to: number
}

interface VersionDiffProps {
  readonly list: List
  readonly compared: ComparedVersions
  readonly onCompare: (compared: ComparedVersions) => void
  readonly onClose: () => void
}

export function VersionDiff({ list, compared, onCompare, onClose }: VersionDiffProps) {
  const isHeld = list.heldVersion?.id === compared.to
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size={960}
      title={isHeld ? `What the new version of ${list.name} would change` : `Versions of ${list.name}`}
    >
      <Comparison list={list} compared={compared} onCompare={onCompare} />
    </Dialog>
  )
}

function Comparison({ list, compared, onCompare }: Omit<VersionDiffProps, 'onClose'>) {
  const [search, setSearch] = useState<string>()
  const versions = useQuery(versionsQuery(list.id))
  const diff = useQuery(diffQuery(list.id, compared, search))
  const from = compared.from ?? list.activeVersion?.id
  const isNothing = from === undefined
  return (
    <div className={styles.view}>
      {!isNothing && (
        <div className={styles.choice}>
          <VersionSelect
            label="From"
            versions={versions.data?.items ?? []}
            value={from}
            onChange={(chosen) => onCompare({ ...compared, from: chosen })}
          />
          <IconArrowRight size={16} aria-hidden className={styles.arrow} />
          <VersionSelect
            label="To"
            versions={versions.data?.items ?? []}
            value={compared.to}
            onChange={(chosen) => onCompare({ from, to: chosen })}
          />
        </div>
      )}
      {diff.isFetching && <ComparisonProgress listId={list.id} compared={compared} search={search} />}
      <Loaded query={diff} failure="The versions could not be compared" skeleton={<Skeleton rows={12} />}>
        {(found) => (
          <>
            <p className={styles.sum} aria-live="polite">
              {isNothing ? `All ${plural(found.added.total, 'entry', 'entries')} would be new` : sumText(found)}
            </p>
            <div className={styles.tools}>
              <SearchField
                label="Search in the changes"
                placeholder="Search in the changes"
                value={search}
                onChange={setSearch}
              />
              <LinkButton href={textUrl(list.id, found)} icon={<IconDownload size={15} />} download>
                All as text
              </LinkButton>
            </div>
            <div className={styles.sides} data-stale={diff.isPlaceholderData || undefined}>
              <Side listId={list.id} diff={found} side="added" isSearched={search !== undefined} />
              {!isNothing && <Side listId={list.id} diff={found} side="removed" isSearched={search !== undefined} />}
            </div>
          </>
        )}
      </Loaded>
    </div>
  )
}

const PROGRESS_INTERVAL_MS = 500

/** Nothing for what is done in a moment: the first answer that says a share comes later. */
function ComparisonProgress({
  listId,
  compared,
  search,
}: {
  readonly listId: number
  readonly compared: ComparedVersions
  readonly search: string | undefined
}) {
  const { data } = useQuery({
    ...diffProgressQuery(listId, compared, search),
    refetchInterval: PROGRESS_INTERVAL_MS,
  })
  if (data === undefined || data.state === 'none') return null
  if (data.state === 'waiting')
    return (
      <Progress label="Progress of the comparison" done={undefined} total={undefined}>
        Waits for another comparison to end
      </Progress>
    )
  if (data.share === null) return null
  return (
    <Progress label="Progress of the comparison" done={data.share} total={1}>
      Comparing all names, {formatPercent(data.share)} done
    </Progress>
  )
}

const sumText = ({ added, removed, unchanged }: ListDiff): string =>
  added.total + removed.total === 0
    ? `No difference: both have the same ${plural(unchanged, 'entry', 'entries')}`
    : `${formatCount(added.total)} added, ${formatCount(removed.total)} removed, ${formatCount(unchanged)} the same`

const textUrl = (listId: number, { from, to }: ListDiff, side?: DiffSide): string =>
  apiUrl(`/lists/${listId}/versions/${to}/diff/text`, { from, side })

interface VersionSelectProps {
  readonly label: string
  readonly versions: readonly Version[]
  readonly value: number
  readonly onChange: (id: number) => void
}

function VersionSelect({ label, versions, value, onChange }: VersionSelectProps) {
  return (
    <SelectInput
      label={label}
      value={String(value)}
      onChange={(id) => onChange(Number(id))}
      options={versions.map((version) => [String(version.id), versionLabel(version)])}
    />
  )
}

function versionLabel({ createdAt, names, complexRules, isActive, findings }: Version): string {
  const state = isActive ? ', in effect' : findings !== null ? ', waits' : ''
  return `${formatDayAndClock(createdAt)}, ${plural(names + complexRules, 'entry', 'entries')}${state}`
}

const SIDE_WORDS: Record<DiffSide, { heading: string; mark: string; none: string }> = {
  added: { heading: 'Added', mark: '+', none: 'Nothing is added.' },
  removed: { heading: 'Removed', mark: '−', none: 'Nothing is removed.' },
}

interface SideProps {
  readonly listId: number
  readonly diff: ListDiff
  readonly side: DiffSide
  readonly isSearched: boolean
}

function Side({ listId, diff, side, isSearched }: SideProps) {
  const { total, matching, entries } = diff[side]
  const { heading, mark, none } = SIDE_WORDS[side]
  const count = isSearched ? `${formatCount(matching)} of ${formatCount(total)}` : formatCount(total)
  return (
    <section className={styles.side} aria-label={heading}>
      <header className={styles.head}>
        <h3>
          {heading} <span className={styles.count}>{count}</span>
        </h3>
        {total > 0 && (
          <a className={styles.link} href={textUrl(listId, diff, side)} download>
            Download
          </a>
        )}
      </header>
      {entries.length === 0 ? (
        <p className={styles.none}>{total === 0 ? none : 'No entry has this text.'}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable by keyboard
        <ul className={styles.entries} tabIndex={0} data-side={side} aria-label={`${heading} entries`}>
          {entries.map((entry) => (
            <li key={entry}>
              <span className={styles.mark}>{mark}</span>
              {entry}
            </li>
          ))}
        </ul>
      )}
      {matching > entries.length && (
        <p className={styles.none}>
          The first {formatCount(MAX_DIFF_ENTRIES)} of {formatCount(matching)}; the text has all of them.
        </p>
      )}
    </section>
  )
}
