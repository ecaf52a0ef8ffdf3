/** Memory for names, and what SQLite is told about its files. */
import { useQuery } from '@tanstack/react-query'
import type { Settings, SettingsState } from '@weir/shared/contract/settings'
import { resolverQuery } from '../../lib/api/resolver.ts'
import { formatCount, formatOctets } from '../../lib/format.ts'
import { falsePositiveText, filterText, keptText, moreMemoryText } from '../../lib/storage-facts.ts'
import { type Fact, Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { NumberField } from './fields.tsx'
import { SectionFrame } from './section-frame.tsx'
import styles from './settings.module.css'
import { useSection } from './use-section.ts'

const MB = 1024 * 1024

type StorageField = keyof Settings['storage']

interface FieldText {
  readonly field: StorageField
  readonly label: string
  readonly help: string
  readonly unit?: string
  readonly scale?: number
}

const NAMES: readonly FieldText[] = [
  {
    field: 'rulesMemoryOctets',
    label: 'Memory for names of lists',
    unit: 'MB',
    scale: MB,
    help: 'A name takes 10.7 octets. The largest lists that do not fit lie on disk; the filter before them has what is left.',
  },
  {
    field: 'keptResults',
    label: 'Results kept by each worker',
    help: 'Of names that passed the filter; some 100 octets each.',
  },
  {
    field: 'tierCacheOctets',
    label: 'Page cache for names on disk',
    unit: 'MB',
    scale: MB,
    help: 'SQLite’s own, for each worker. The system keeps pages too, once for all.',
  },
  {
    field: 'tierMmapOctets',
    label: 'Mapping of names on disk',
    unit: 'MB',
    scale: MB,
    help: '0 is off. Saves a system call a page; a file that is cut off while it is mapped ends the resolver.',
  },
]

const DATABASES: readonly FieldText[] = [
  {
    field: 'databaseCacheOctets',
    label: 'Page cache of weir.db and log.db',
    unit: 'MB',
    scale: MB,
    help: 'Of each writer. Imports and long statistics profit; answers do not.',
  },
  {
    field: 'databaseMmapOctets',
    label: 'Mapping of weir.db and log.db',
    unit: 'MB',
    scale: MB,
    help: '0 is off. Leave it off on ZFS, which would keep the pages twice.',
  },
  {
    field: 'checkpointPages',
    label: 'Checkpoint of weir.db after',
    unit: 'pages',
    help: 'Fewer keep the WAL small, more make large imports faster.',
  },
  {
    field: 'logCheckpointPages',
    label: 'Checkpoint of log.db after',
    unit: 'pages',
    help: 'The log writes more and may lag.',
  },
  {
    field: 'journalLimitOctets',
    label: 'WAL is cut to',
    unit: 'MB',
    scale: MB,
    help: 'After a checkpoint that has emptied it.',
  },
]

export function StorageSection({ settings }: { readonly settings: SettingsState }) {
  const form = useSection(settings, 'storage')
  const fields = (texts: readonly FieldText[]) => (
    <div className={styles.pair}>
      {texts.map(({ field, ...text }) => (
        <NumberField
          key={field}
          {...text}
          value={form.value[field]}
          onChange={(value) => form.set({ [field]: value })}
          error={form.errorOf(field)}
        />
      ))}
    </div>
  )
  return (
    <>
      <SectionFrame title="Storage" note="In effect at once; another memory for names sorts the lists anew" form={form}>
        {fields(NAMES)}
        <NamesNow />
        {fields(DATABASES)}
      </SectionFrame>
      <FileSystemAdvice />
    </>
  )
}

/** What the settings above have come to, with what another memory would bring. */
function NamesNow() {
  const { data } = useQuery(resolverQuery)
  if (!data) return null
  const { names, sizeOctets, tier } = data.index
  const facts: Fact[] = [['Names in memory', `${formatCount(names)}, ${formatOctets(sizeOctets)}`]]
  if (tier) {
    facts.push(
      ['Names on disk', `${formatCount(tier.names)}, ${formatOctets(tier.sizeOctets)}`],
      ['Their filter', filterText(tier)],
      ['Unlisted names that pass it', falsePositiveText(tier)],
      ['Results kept', keptText(tier)],
      ['More memory', moreMemoryText(data.index)],
    )
  }
  return (
    <section aria-label="Names now">
      <Facts facts={facts} />
    </section>
  )
}

function FileSystemAdvice() {
  return (
    <Panel title="File systems">
      <dl className={styles.advice}>
        <dt>ext4</dt>
        <dd>
          Nothing has to be set; <code>noatime</code> saves writes. Keep barriers on: changes are acknowledged when they
          are on disk.
        </dd>
        <dt>ZFS</dt>
        <dd>
          <code>recordsize=16K</code> for the data folder before it is filled, <code>atime=off</code>, both mappings 0,{' '}
          <code>primarycache=all</code>. Never <code>sync=disabled</code>: it loses acknowledged changes. Compression
          does nothing for names on disk.
        </dd>
        <dt>Hard disks</dt>
        <dd>Not for names on disk: a page takes 8 ms in place of 0.1 ms.</dd>
      </dl>
    </Panel>
  )
}
