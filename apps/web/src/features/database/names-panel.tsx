/** Where the names of lists lie: in memory, and beyond its budget on disk. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ResolverState, resolverQuery } from '../../lib/api/resolver.ts'
import { formatCount, formatOctets, formatShortCount } from '../../lib/format.ts'
import { falsePositiveText, filterText, keptText, moreMemoryText, type Tier } from '../../lib/storage-facts.ts'
import { type Fact, Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import styles from './database.module.css'

export function NamesPanel() {
  const resolver = useQuery(resolverQuery)
  return (
    <Panel
      title="Names of lists"
      note="In memory as far as the budget goes, then on disk behind a filter"
      actions={
        <Link to="/settings" search={{ section: 'storage' }}>
          Change the budget
        </Link>
      }
    >
      <Loaded query={resolver} failure="The resolver does not say where names lie" skeleton={<Skeleton rows={4} />}>
        {({ index }) => (
          <>
            {(index.tier?.unreadable ?? 0) > 0 && (
              <p className={styles.broken} role="alert">
                Pages of names on disk are damaged. The names that they may hold are blocked while the files are made
                again.
              </p>
            )}
            <div className={styles.columns}>
              <Facts
                facts={[
                  ['Names in memory', formatCount(index.names)],
                  ['Memory', `${formatOctets(index.sizeOctets)} of ${formatOctets(index.budgetOctets)}`],
                  ['Names on disk', index.tier ? formatCount(index.tier.names) : 'none, all fit into memory'],
                  ...(index.tier ? diskFacts(index.tier) : []),
                  ...moreMemory(index),
                ]}
              />
              {index.tier && <Facts facts={lookupFacts(index.tier)} />}
            </div>
            {index.tier && <PartFiles tier={index.tier} />}
          </>
        )}
      </Loaded>
    </Panel>
  )
}

const diskFacts = (tier: Tier): Fact[] => [
  ['On disk', `${formatOctets(tier.sizeOctets)} in ${tier.parts.length} files`],
  ['Filter', filterText(tier)],
]

const lookupFacts = (tier: Tier): Fact[] => [
  ['Unlisted names that pass the filter', falsePositiveText(tier)],
  ['Results kept', keptText(tier)],
  ['Look-ups', `${formatShortCount(tier.lookups)}, ${formatShortCount(tier.found)} of listed names`],
  ['Pages read', `${formatShortCount(tier.reads)}, ${formatShortCount(tier.slowReads)} in more than 1 ms`],
]

const moreMemory = (index: ResolverState['index']): Fact[] => {
  const text = moreMemoryText(index)
  return text === undefined ? [] : [['More memory', text]]
}

function PartFiles({ tier }: { readonly tier: Tier }) {
  return (
    <details className={styles.block}>
      <summary>Files</summary>
      <Facts facts={tier.parts.map(({ file, sizeOctets }) => [file, formatOctets(sizeOctets)])} />
    </details>
  )
}
